import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type ClientHttp2Session, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
export const pem = (name: string) => readFileSync(fixture(name), 'utf8')

/** What `server.tls` says for the certificate of the tests. */
export const TLS = { cert: fixture('server.pem'), key: fixture('server.key') }
export const CLIENT_CA = fixture('ca.pem')

const TRUST = { ca: pem('ca.pem'), servername: 'localhost' }

/** A client that offers nothing but HTTP/2. */
export async function openSession(t: Test, url: string, tls: object = {}): Promise<ClientHttp2Session> {
  const session = connect(url, { ...TRUST, ...tls })
  t.teardown(() => session.destroy())
  await once(session, 'remoteSettings')
  session.on('error', () => undefined)
  return session
}

export interface Got {
  readonly headers: IncomingHttpHeaders
  readonly trailers: IncomingHttpHeaders
  readonly body: Buffer
  /** Of the reset, where there was one. */
  readonly code: number
}

/** Sends a request and reads its answer to the end. */
export async function send(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<Got> {
  const stream = session.request(headers, { endStream: body === undefined })
  const got: { headers: IncomingHttpHeaders; trailers: IncomingHttpHeaders; chunks: Buffer[] } = {
    headers: {},
    trailers: {},
    chunks: [],
  }
  stream.on('response', fields => Object.assign(got.headers, fields))
  stream.on('trailers', fields => Object.assign(got.trailers, fields))
  stream.on('data', chunk => got.chunks.push(chunk))
  stream.on('error', () => undefined)
  if (body !== undefined) stream.end(body)
  await new Promise(resolve => stream.once('close', resolve))
  return {
    headers: got.headers,
    trailers: got.trailers,
    body: Buffer.concat(got.chunks),
    code: stream.rstCode ?? 0,
  }
}

/** RFC 9113 section 4.1. */
export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

/** A connection on which bytes are ours to choose, once both sides have said their settings. */
export async function openRaw(t: Test, url: string): Promise<{ socket: TLSSocket; closed: Promise<unknown> }> {
  const socket = connectTls({ ...TRUST, host: '127.0.0.1', port: Number(new URL(url).port), ALPNProtocols: ['h2'] })
  await once(socket, 'secureConnect')
  socket.on('error', () => undefined)
  t.teardown(() => socket.destroy())
  const closed = new Promise(resolve => socket.once('close', resolve))
  socket.write(PREFACE)
  socket.write(frame(SETTINGS, 0, 0))
  await once(socket, 'data')
  socket.resume()
  return { socket, closed }
}

export const HEADERS = 1
export const RST_STREAM = 3
export const SETTINGS = 4
export const PING = 6
export const CONTINUATION = 9

/** `GET /health` of `a`, in HPACK without a table (RFC 7541 sections 6.1 and 6.2.2). */
export const GET_HEALTH = Buffer.concat([
  Buffer.from([0x82, 0x87, 0x04, 0x07]),
  Buffer.from('/health'),
  Buffer.from([0x01, 0x01]),
  Buffer.from('a'),
])
