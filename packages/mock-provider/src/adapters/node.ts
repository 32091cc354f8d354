import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { makeSelfSigned, toPem } from '../engine/self-signed.ts'
import { parseUrl } from '../engine/url.ts'
import { type Answer, BODY_LIMIT, type Question } from '../http/message.ts'
import { streamBody } from './fetch.ts'
import { refuseUnreadable } from './unreadable.ts'

/** What every adapter calls. */
export type Handle = (question: Question) => Promise<Answer>

export interface ListenOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string
  /** `true`: HTTPS with a certificate for localhost, this host and the loopback addresses that follows from the seed; or one of your own. */
  readonly tls?: boolean | TlsOptions
}

export interface TlsOptions {
  /** PEM; default a generated one. */
  readonly cert?: string
  readonly key?: string
  /** Whether clients are asked for a certificate, of whatever issuer (RFC 8705). Default true. */
  readonly askCertificate?: boolean
}

export interface Listening {
  /** Origin that was bound, without a trailing slash. A wildcard host is named by the loopback address. */
  readonly url: string
  readonly port: number
  /** What a client must trust, PEM, where the listener speaks TLS. */
  readonly certificate?: string
  /** Stops listening and ends every connection at once, idle or not. */
  readonly close: () => Promise<void>
}

/** Serves a provider over HTTP/1.1. `bound` is told the origin before the first request can come. Rejects with the system's error where the port is taken. */
export async function listen(
  handle: Handle,
  bound: (origin: string) => void,
  options: ListenOptions = {},
  seed = '',
): Promise<Listening> {
  const { port = 0, host = '127.0.0.1' } = options
  const tls = chooseTls(options, host, seed)
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    serve(handle, request, response, tls?.requestCert === true).catch(() => response.destroy())
  }
  const server = await createServer(tls, answer)
  // A client that uses an idle connection again while it is given up sees a reset, which in a test is a failure that comes and goes.
  server.keepAliveTimeout = 0
  server.on('clientError', refuseUnreadable)
  // An expectation that is none of ours is passed over, as RFC 9110 section 10.1.1 lets servers do.
  server.on('checkExpectation', answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address() as AddressInfo
  const url = `${tls === undefined ? 'http' : 'https'}://${shownHost(host, address)}:${address.port}`
  bound(url)
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url, port: address.port, close, ...(tls === undefined ? {} : { certificate: tls.cert }) }
}

interface ServerTls {
  readonly cert: string
  readonly key: string
  readonly requestCert: boolean
  /** Whose certificate it is, is judged by what the client registered. */
  readonly rejectUnauthorized: false
}

function chooseTls({ tls }: ListenOptions, host: string, seed: string): ServerTls | undefined {
  if (tls === undefined || tls === false) return undefined
  const { cert, key, askCertificate = true } = tls === true ? {} : tls
  if ((cert === undefined) !== (key === undefined)) throw new TypeError('tls: cert and key belong together')
  const hosts = [...new Set(['localhost', '127.0.0.1', '::1', host])].filter(name => !WILDCARDS.includes(name))
  const pair = cert === undefined || key === undefined ? makeSelfSigned(seed, 'localhost', hosts) : { cert, key }
  return { ...pair, requestCert: askCertificate, rejectUnauthorized: false }
}

const WILDCARDS: readonly string[] = ['0.0.0.0', '::']

/** Loaded here, since a provider in process needs no server. */
async function createServer(
  tls: ServerTls | undefined,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  if (tls === undefined) return (await import('node:http')).createServer(answer)
  return (await import('node:https')).createServer({ ...tls }, answer)
}

function shownHost(asked: string, { address, family }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1'
  if (asked === 'localhost') return asked
  return family === 'IPv6' ? `[${address}]` : address
}

/** Answers one request of a `node:http` server. */
export async function serve(
  handle: Handle,
  request: IncomingMessage,
  response: ServerResponse,
  asksCertificate = false,
): Promise<void> {
  const question = await readQuestion(request, response)
  const answer = await handle(asksCertificate ? { ...question, asksCertificate } : question)
  send(answer, response)
}

async function readQuestion(request: IncomingMessage, response: ServerResponse): Promise<Question> {
  const { path, query } = splitTarget(request.url ?? '/')
  const { body, oversized } = await readBody(request)
  return {
    method: request.method ?? 'GET',
    origin: originOf(request),
    path,
    query,
    headers: joinHeaders(request.rawHeaders),
    body,
    onGone: leave => {
      if (response.closed) leave()
      else response.once('close', () => response.writableFinished || leave())
    },
    ...(oversized ? { oversized } : {}),
    ...readCertificate(request.socket),
  }
}

/** What the client showed in the handshake; the TLS library has checked that it holds the key, and nothing else. */
function readCertificate(socket: IncomingMessage['socket'] | TLSSocket): { certificate?: string } {
  const raw = 'getPeerCertificate' in socket ? socket.getPeerCertificate().raw : undefined
  return raw === undefined ? {} : { certificate: toPem(raw) }
}

/** As the client addressed it; a Host that is none (RFC 9110 section 7.2) becomes no issuer. */
function originOf({ socket, headers }: IncomingMessage): string {
  const address = `${'encrypted' in socket ? 'https' : 'http'}://${headers.host ?? ''}`
  // A client says the same each time, and to read an address is a good part of a small request.
  if (address !== lastAddress.said)
    lastAddress = { said: address, origin: parseUrl(address)?.origin ?? 'http://localhost' }
  return lastAddress.origin
}

let lastAddress = { said: '', origin: '' }

/** Origin form or absolute form (RFC 9112 section 3.2); a fragment has no place in either and is dropped. */
export function splitTarget(target: string): { path: string; query: string } {
  const origin = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const local = origin.includes('#') ? origin.slice(0, origin.indexOf('#')) : origin
  const mark = local.indexOf('?')
  const path = mark < 0 ? local : local.slice(0, mark)
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : local.slice(mark + 1) }
}

function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const value = raw[index + 1] ?? ''
    const before = headers[name]
    // RFC 9110 section 5.3, but for cookies (RFC 9113 section 8.2.3).
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`
  }
  return headers
}

const NO_BYTES = new Uint8Array(0)

/** As much as is read only to be thrown away. */
const DRAIN_LIMIT = BODY_LIMIT * 16

/** By events and not by iteration, which costs as much again as the rest of a small request. */
function readBody(request: IncomingMessage): Promise<{ body: Uint8Array; oversized: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const finish = (): void => {
      const [only = NO_BYTES, ...more] = chunks
      resolve({ body: more.length === 0 ? only : Buffer.concat(chunks), oversized: size > BODY_LIMIT })
    }
    request.on('data', (chunk: Uint8Array) => {
      size += chunk.length
      // The rest is read and thrown away: a client that is still sending would see a broken connection and not the refusal.
      if (size <= BODY_LIMIT) chunks.push(chunk)
      else if (size > DRAIN_LIMIT) {
        request.pause()
        finish()
      }
    })
    request.once('end', finish)
    request.once('error', reject)
    request.once('close', () => {
      if (!request.complete) reject(new Error('the client went away'))
    })
  })
}

function send(answer: Answer, response: ServerResponse): void {
  const { reset, truncate, trickle } = answer.disruption ?? {}
  if (reset === true) {
    cut(response)
    return
  }
  const isWhole = trickle === undefined && truncate === undefined
  if (isWhole && typeof answer.body === 'string' && answer.body !== '' && !answer.headers.some(isFraming)) {
    // Head and text at once: a header set by itself is checked, copied and looked up again, and bytes would be a piece of their own.
    const head = ['content-length', String(Buffer.byteLength(answer.body))]
    for (const [name, value] of answer.headers) head.push(name, value)
    response.writeHead(answer.status, head).end(answer.body)
    return
  }
  response.statusCode = answer.status
  for (const [name, value] of answer.headers) response.appendHeader(name, value)
  if (isWhole) {
    response.end(answer.body)
    return
  }
  const body = Buffer.from(answer.body)
  if (trickle !== undefined) {
    response.setHeader('content-length', body.length)
    response.flushHeaders()
    pipeline(Readable.fromWeb(streamBody(body, answer.disruption) as never), response, () => response.destroy())
    return
  }
  if (truncate === undefined || truncate >= body.length) {
    response.end(body)
    return
  }
  response.setHeader('content-length', body.length)
  response.flushHeaders()
  response.write(body.subarray(0, truncate), () => response.destroy())
}

/** A script may say of a body what is not so. */
const isFraming = ([name]: readonly [string, string]): boolean =>
  name === 'content-length' || name === 'transfer-encoding'

/** A reset, where the socket can send one; a plain end of the connection elsewhere. */
function cut(response: ServerResponse): void {
  const { socket } = response
  if (socket !== null && 'encrypted' in socket === false) socket.resetAndDestroy()
  else response.destroy()
}
