import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'

/** One request as an upstream saw it. */
export interface Seen {
  readonly method: string
  /** The request target as it was on the wire. */
  readonly url: string
  /** Name, value, name, value …, in order and in the spelling of the wire. */
  readonly rawHeaders: readonly string[]
  /** Lower-cased names; repeated fields are joined by Node's rules. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

export interface RecordingUpstream {
  readonly port: number
  readonly url: string
  /** Every request, in order, once its body was read. */
  readonly seen: readonly Seen[]
  /** The server itself, for upgrades and for counting connections. */
  readonly server: Server
  /** Ends every connection and stops. */
  close(): Promise<void>
}

export type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

const OK: Answer = (_request, response) => {
  response.setHeader('content-type', 'text/plain')
  response.end('ok')
}

/** A real HTTP server on a free port that writes down what it gets and answers 200, or what the test wants. */
export async function recordingUpstream(answer: Answer = OK): Promise<RecordingUpstream> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const { method = '', url = '', rawHeaders, headers } = request
      seen.push({ method, url, rawHeaders, headers, body })
      answer(request, response, body)
    })
  })
  const port = await listen(server)
  return { port, url: `http://127.0.0.1:${port}`, seen, server, close: () => stop(server) }
}

export interface RawUpstream {
  readonly port: number
  readonly url: string
  /** Everything that was received on each connection, in order of connecting. */
  readonly received: readonly string[]
  close(): Promise<void>
}

/** An upstream that answers bytes of the test's choosing as soon as a request's head is there: for what no HTTP library would send. */
export async function rawUpstream(answer: (socket: Socket, head: string) => void): Promise<RawUpstream> {
  const received: string[] = []
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket)
    const index = received.push('') - 1
    let isAnswered = false
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', chunk => {
      const text = (received[index] ?? '') + chunk.toString('latin1')
      received[index] = text
      if (isAnswered || !text.includes('\r\n\r\n')) return
      isAnswered = true
      answer(socket, text)
    })
  })
  const port = await listen(server)
  const close = () => {
    for (const socket of sockets) socket.destroy()
    return stop(server)
  }
  return { port, url: `http://127.0.0.1:${port}`, received, close }
}

const listen = (server: Server | TcpServer): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

const stop = (server: Server | TcpServer): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
