import { connect, constants } from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import gateway, {
  createFastForwarder,
  createNodeForwarder,
  type ForwarderFactory,
  type UpstreamOptions,
} from '@gatehouse/fastify-gateway'
import { parseAnswer, rawRequest } from '@gatehouse/testkit'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'

/**
 * The ways on which an answer of HTTP/1.1 comes back: read by the forwarder itself, by `node:http`, and by `node:http` for a client of
 * HTTP/2.
 */
export const ROADS = { fast: createFastForwarder, node: createNodeForwarder, http2: createFastForwarder } as const
export type Road = keyof typeof ROADS

/** What an upstream does with one request: bytes, each piece in a turn of its own, and then nothing, an end or a reset. */
export interface Play {
  readonly bytes: string | readonly string[]
  readonly ends?: 'end' | 'reset'
}

export interface Stage {
  /** Port of the gateway. Its only upstream has one connection at a time, so that the next request would come upon what is left of the last. */
  readonly port: number
  /** Asks through the gateway as a client of the road does, and reads to the end. */
  ask(path: string, method?: string): Promise<Reception>
  /** Says what comes of requests to `/play/NAME`. */
  prepare(name: string, play: Play): void
  /** The connections to the upstream that carried `/play/NAME`, and `/good/NAME`, which is answered as it should be. */
  carrierOf(path: string): Socket | undefined
  /** Connections to the upstream that stand. */
  readonly open: number
}

/** A gateway in front of an upstream that is not what it should be. */
export async function openStage(t: Test, road: Road, options: Partial<UpstreamOptions> = {}): Promise<Stage> {
  const plays = new Map<string, Play>()
  const carriers = new Map<string, Socket>()
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, socket => {
    let text = ''
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      const path = /^[A-Z]+ (\S+) [\s\S]*\r\n\r\n/.exec(text)?.[1]
      if (path === undefined) return
      text = ''
      carriers.set(path, socket)
      void perform(socket, plays.get(path) ?? { bytes: good(path) })
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // What is registered does not depend on the server's type.
  const app = (
    road === 'http2' ? Fastify({ http2: true }) : Fastify({ forceCloseConnections: true })
  ) as FastifyInstance
  const forwarder: ForwarderFactory = ROADS[road]
  await app.register(gateway, {
    issuers: { main: { issuer: 'https://login.example.com', audience: ['a'] } },
    upstreams: { hostile: { url, connections: 1, ...options } },
    routes: [{ path: '/*', upstream: 'hostile', auth: 'public' }],
    forwarder,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    await app.close()
    server.close()
  })
  const { port } = app.server.address() as AddressInfo
  return {
    port,
    ask: (path, method = 'GET') => (road === 'http2' ? askByHttp2(port, path, method) : askByHttp1(port, path, method)),
    prepare: (name, play) => void plays.set(`/play/${name}`, play),
    carrierOf: path => carriers.get(path),
    get open() {
      return sockets.size
    },
  }
}

export const good = (path: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`

async function perform(socket: Socket, { bytes, ends }: Play): Promise<void> {
  for (const piece of typeof bytes === 'string' ? [bytes] : bytes) {
    if (socket.destroyed) return
    await new Promise<void>(resolve => {
      socket.write(Buffer.from(piece, 'latin1'), () => resolve())
    })
    await new Promise(resolve => setImmediate(resolve))
  }
  if (ends === 'end') socket.end()
  if (ends === 'reset') socket.resetAndDestroy()
}

/** What a client made of what it got: an answer is whole only where its framing says so. */
export interface Reception {
  readonly kind: 'whole' | 'cut' | 'none'
  readonly status: number
  /** `code` of the problem document, where the body is one. */
  readonly code: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Without framing. */
  readonly body: string
  /** What came after the end of the answer. */
  readonly surplus: string
}

const askByHttp1 = async (port: number, path: string, method: string): Promise<Reception> => {
  const { raw } = await rawRequest(port, `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
  return receive(raw, method === 'HEAD')
}

async function askByHttp2(port: number, path: string, method: string): Promise<Reception> {
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => undefined)
  const stream = session.request({ ':path': path, ':method': method })
  const headers: Record<string, string> = {}
  let body = ''
  stream.on('response', fields => {
    for (const [name, value] of Object.entries(fields)) headers[name] = String(value)
  })
  stream.on('data', chunk => {
    body += chunk.toString('latin1')
  })
  stream.on('error', () => undefined)
  await new Promise(resolve => stream.once('close', resolve))
  session.destroy()
  const status = Number(headers[':status'] ?? 0)
  const kind = status === 0 ? 'none' : stream.rstCode === constants.NGHTTP2_NO_ERROR ? 'whole' : 'cut'
  return { kind, status, code: /"code":"(\w+)"/.exec(body)?.[1], headers, body, surplus: '' }
}

/** Reads what came on a connection up to its end as a strict client would. Interim answers are passed over. */
export function receive(raw: string, isHead = false): Reception {
  let rest = raw
  while (/^HTTP\/1\.1 1\d\d /.test(rest)) rest = rest.slice(rest.indexOf('\r\n\r\n') + 4)
  const { status, headers, body } = parseAnswer(rest)
  const isHeadWhole = rest.includes('\r\n\r\n')
  if (status === 0 || !isHeadWhole)
    return { kind: 'none', status: 0, code: undefined, headers: {}, body: '', surplus: '' }
  const read = readBody(body, headers, isHead || status === 204 || status === 304)
  const code = /"code":"(\w+)"/.exec(read.body)?.[1]
  return { status, headers, code, ...read }
}

function readBody(
  text: string,
  headers: Readonly<Record<string, string>>,
  isEmpty: boolean,
): Pick<Reception, 'kind' | 'body' | 'surplus'> {
  if (isEmpty) return { kind: 'whole', body: '', surplus: text }
  if (headers['transfer-encoding'] === 'chunked') return readChunks(text)
  const length = Number(headers['content-length'])
  if (!Number.isInteger(length)) return { kind: 'cut', body: text, surplus: '' }
  const body = text.slice(0, length)
  return { kind: body.length === length ? 'whole' : 'cut', body, surplus: text.slice(length) }
}

function readChunks(text: string): Pick<Reception, 'kind' | 'body' | 'surplus'> {
  let body = ''
  let rest = text
  for (;;) {
    const size = /^([0-9a-f]+)\r\n/.exec(rest)
    if (size === null) return { kind: 'cut', body, surplus: '' }
    const [line, digits = ''] = size
    const length = Number.parseInt(digits, 16)
    rest = rest.slice(line.length)
    if (length === 0) {
      const end = /^(?:[^\r\n]+\r\n)*\r\n/.exec(rest)
      return end === null
        ? { kind: 'cut', body, surplus: '' }
        : { kind: 'whole', body, surplus: rest.slice(end[0].length) }
    }
    if (rest.slice(length, length + 2) !== '\r\n') return { kind: 'cut', body: body + rest, surplus: '' }
    body += rest.slice(0, length)
    rest = rest.slice(length + 2)
  }
}
