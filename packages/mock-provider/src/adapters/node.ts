import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, BODY_LIMIT, type Question } from '../http/message.ts'

/** What every adapter calls. */
export type Handle = (question: Question) => Promise<Answer>

export interface ListenOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string
}

export interface Listening {
  /** Origin that was bound, without a trailing slash. A wildcard host is named by the loopback address. */
  readonly url: string
  readonly port: number
  /** Stops listening and ends every connection at once, idle or not. */
  readonly close: () => Promise<void>
}

/** Serves a provider over HTTP/1.1. `bound` is told the origin before the first request can come. Rejects with the system's error where the port is taken. */
export async function listen(
  handle: Handle,
  bound: (origin: string) => void,
  options: ListenOptions = {},
): Promise<Listening> {
  // Loaded here, since a provider in process needs no server.
  const { createServer } = await import('node:http')
  const { port = 0, host = '127.0.0.1' } = options
  const server = createServer((request, response) => {
    serve(handle, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address() as AddressInfo
  const url = `http://${shownHost(host, address)}:${address.port}`
  bound(url)
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url, port: address.port, close }
}

function shownHost(asked: string, { address, family }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1'
  if (asked === 'localhost') return asked
  return family === 'IPv6' ? `[${address}]` : address
}

/** Answers one request of a `node:http` server. */
export async function serve(handle: Handle, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await handle(await readQuestion(request))
  send(answer, response)
}

async function readQuestion(request: IncomingMessage): Promise<Question> {
  const { path, query } = splitTarget(request.url ?? '/')
  const { body, oversized } = await readBody(request)
  return {
    method: request.method ?? 'GET',
    origin: originOf(request),
    path,
    query,
    headers: joinHeaders(request.rawHeaders),
    body,
    ...(oversized ? { oversized } : {}),
  }
}

/** As the client addressed it; a Host that is none (RFC 9110 section 7.2) becomes no issuer. */
function originOf({ socket, headers }: IncomingMessage): string {
  const address = `${'encrypted' in socket ? 'https' : 'http'}://${headers.host ?? ''}`
  return URL.canParse(address) ? new URL(address).origin : 'http://localhost'
}

/** Origin form or absolute form (RFC 9112 section 3.2); a fragment has no place in either and is dropped. */
export function splitTarget(target: string): { path: string; query: string } {
  const [local = ''] = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split('#')
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

async function readBody(request: IncomingMessage): Promise<{ body: Uint8Array; oversized: boolean }> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length
    // The rest is read and thrown away: a client that is still sending would see a broken connection and not the refusal.
    if (size <= BODY_LIMIT) chunks.push(chunk)
    else if (size > DRAIN_LIMIT) break
  }
  return { body: chunks.length === 0 ? NO_BYTES : Buffer.concat(chunks), oversized: size > BODY_LIMIT }
}

function send(answer: Answer, response: ServerResponse): void {
  const { reset, truncate } = answer.disruption ?? {}
  if (reset === true) {
    cut(response)
    return
  }
  const body = Buffer.from(answer.body)
  response.statusCode = answer.status
  for (const [name, value] of answer.headers) response.appendHeader(name, value)
  if (truncate === undefined || truncate >= body.length) {
    response.end(body)
    return
  }
  response.setHeader('content-length', body.length)
  response.flushHeaders()
  response.write(body.subarray(0, truncate), () => response.destroy())
}

/** A reset, where the socket can send one; a plain end of the connection elsewhere. */
function cut(response: ServerResponse): void {
  const { socket } = response
  if (socket !== null && 'encrypted' in socket === false) socket.resetAndDestroy()
  else response.destroy()
}
