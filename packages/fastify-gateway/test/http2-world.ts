import { type ClientHttp2Session, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import gateway, { type GatewayOptions } from '../src/index.ts'
import { issuers, mint } from './world.ts'

export const routes = [
  { path: '/*', upstream: 'api', auth: {} },
  { path: '/open/*', upstream: 'api', auth: 'public', opensProtected: true },
] as const

/** A gateway by HTTP/2 without TLS, and a client of it. */
export async function openHttp2(t: Test, url: string, more: Partial<GatewayOptions> = {}) {
  const app = Fastify({ http2: true })
  // What is registered does not depend on the server's type.
  await (app as unknown as FastifyInstance).register(gateway, { issuers, upstreams: { api: { url } }, routes, ...more })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const session = connect(origin)
  session.on('error', () => undefined)
  t.teardown(async () => {
    session.destroy()
    await app.close()
  })
  return { session, origin }
}

export const token = () => ({ authorization: `Bearer ${mint()}`, ':authority': 'api.example.com' })

export interface Got {
  readonly headers: IncomingHttpHeaders
  readonly trailers: IncomingHttpHeaders
  readonly body: string
  /** Of the reset, where there was one. */
  readonly code: number
}

/** Sends a request and reads its answer to the end. */
export async function get(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<Got> {
  const stream = session.request(headers, { endStream: body === undefined })
  const got = { headers: {}, trailers: {}, body: '' }
  stream.on('response', fields => Object.assign(got.headers, fields))
  stream.on('trailers', fields => Object.assign(got.trailers, fields))
  stream.on('data', chunk => {
    got.body += String(chunk)
  })
  stream.on('error', () => undefined)
  if (body !== undefined) stream.end(body)
  await new Promise(resolve => stream.once('close', resolve))
  return { ...got, code: stream.rstCode ?? 0 }
}
