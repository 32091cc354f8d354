import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Where bytes go: the one host that a probe speaks to. */
export interface Target {
  readonly url: URL
  readonly host: string
  readonly port: number
  readonly secure: boolean
  readonly ca: string | undefined
}

export interface Reply {
  readonly status: number
  /** Status line and header fields. */
  readonly head: string
}

export interface Exchange {
  /** Final responses in the order they came; informational ones are left out. Empty: the connection ended, or nothing came. */
  readonly replies: readonly Reply[]
  /** No connection could be made at all. */
  readonly unreachable: boolean
}

/** How long a connection may be quiet once an answer is there: a second answer follows at once or not at all. */
const QUIET = 250
const LIMIT = 1_000_000

/** Writes the bytes on a connection of its own and reads until the target closes or is quiet for `timeout` milliseconds. Nothing tidies the bytes up on their way. */
export function exchange(target: Target, bytes: string, timeout: number): Promise<Exchange> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let size = 0
    let connected = false
    const socket = open(target, () => {
      connected = true
      socket.write(Buffer.from(bytes, 'latin1'))
    })
    socket.setTimeout(timeout, () => socket.destroy())
    socket.on('data', chunk => {
      chunks.push(chunk)
      size += chunk.length
      if (size > LIMIT) socket.destroy()
      socket.setTimeout(Math.min(QUIET, timeout))
    })
    // What was read before a reset counts.
    socket.on('error', () => socket.destroy())
    socket.on('close', () =>
      resolve({ replies: readReplies(Buffer.concat(chunks).toString('latin1')), unreachable: !connected }),
    )
  })
}

function open({ host, port, secure, ca }: Target, opened: () => void): Socket {
  if (!secure) return connectTcp({ host, port }, opened)
  return connectTls({ host, port, ALPNProtocols: ['http/1.1'], ...(ca === undefined ? {} : { ca }) }, opened)
}

/** Splits what came into responses (RFC 9112 section 6.3): by length, by chunks, else to the end. */
export function readReplies(text: string): readonly Reply[] {
  const replies: Reply[] = []
  let rest = text
  while (rest !== '') {
    const match = /^HTTP\/1\.[01] (\d{3})[^\r\n]*\r?\n/.exec(rest)
    const end = rest.indexOf('\r\n\r\n')
    if (match === null || end < 0) break
    const status = Number(match[1])
    const head = rest.slice(0, end)
    rest = rest.slice(end + 4)
    if (status < 200) continue
    replies.push({ status, head })
    rest = rest.slice(bodyLength(head, status, rest))
  }
  return replies
}

function bodyLength(head: string, status: number, rest: string): number {
  if (status === 204 || status === 304) return 0
  if (/^transfer-encoding: *chunked/im.test(head)) {
    const last = /(?:^|\r\n)0+\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(rest)
    return last === null ? rest.length : last.index + last[0].length
  }
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  if (length === undefined) return rest.length
  // A HEAD request is answered with the length of a body that does not come.
  return rest.startsWith('HTTP/1.') ? 0 : Number(length)
}
