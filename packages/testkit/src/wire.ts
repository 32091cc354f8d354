import { connect, type Socket } from 'node:net'

/** What came back on a connection, up to its end. */
export interface WireAnswer {
  readonly raw: string
  /** Of the first answer; 0 where there was none. */
  readonly status: number
  /** Lower-cased names of the first answer; repeated fields are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** After the first head, framing included. */
  readonly body: string
  /** Whether the connection ended in an error (a reset). */
  readonly isReset: boolean
}

/** Sends bytes as they are and reads until the other side closes. A request should say `Connection: close`. Latin-1 both ways. */
export function rawRequest(port: number, bytes: string | Buffer): Promise<WireAnswer> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1')
    let isReset = false
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', () => {
      isReset = true
    })
    socket.on('close', () => resolve(parseAnswer(Buffer.concat(chunks).toString('latin1'), isReset)))
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  })
}

export function parseAnswer(raw: string, isReset = false): WireAnswer {
  const end = raw.indexOf('\r\n\r\n')
  const [line = '', ...fields] = (end === -1 ? raw : raw.slice(0, end)).split('\r\n')
  const headers: Record<string, string> = {}
  for (const field of fields) {
    const colon = field.indexOf(':')
    const name = field.slice(0, colon).toLowerCase()
    const value = field.slice(colon + 1).trim()
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0)
  return { raw, status, headers, body: end === -1 ? '' : raw.slice(end + 4), isReset }
}

/** A connection whose bytes a test sends and awaits one by one. */
export interface Wire {
  readonly socket: Socket
  send(bytes: string | Buffer): void
  /** Resolves with everything received so far once it contains `text`; rejects when the connection closes before. */
  until(text: string): Promise<string>
  /** Resolves with everything received once the connection is closed. */
  closed(): Promise<string>
  received(): string
}

export async function openWire(port: number): Promise<Wire> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  let isClosed = false
  const waiting = new Set<() => void>()
  const tell = () => {
    for (const each of waiting) each()
  }
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
    tell()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    isClosed = true
    tell()
  })
  const wait = (isDone: () => boolean, wanted: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (isDone()) resolve(text)
        else if (isClosed)
          reject(new Error(`the connection closed before ${JSON.stringify(wanted)} came: ${JSON.stringify(text)}`))
        else return
        waiting.delete(look)
      }
      waiting.add(look)
      look()
    })
  await new Promise<void>(resolve => socket.once('connect', () => resolve()))
  return {
    socket,
    send: bytes => void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    until: wanted => wait(() => text.includes(wanted), wanted),
    closed: () => wait(() => isClosed, 'the end'),
    received: () => text,
  }
}
