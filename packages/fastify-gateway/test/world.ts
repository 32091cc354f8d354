import type { JsonObject } from '@gatehouse/protocol'
import { makeKey, type RecordingUpstream, rawUpstream, recordingUpstream, signToken } from '@gatehouse/testkit'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import gateway, { type GatewayOptions, type RouteSource, type UpstreamOptions } from '../src/index.ts'

export const ISSUER = 'https://login.example.com'
export const AUDIENCE = 'https://api.example.com'
const key = makeKey('ES256')

export const issuers = { main: { issuer: ISSUER, audience: [AUDIENCE], jwks: { keys: [key.jwk] } } } as const

/** A token that the default issuer would give to alice. */
export const mint = (claims: JsonObject = {}): string => {
  const now = Math.floor(Date.now() / 1000)
  return signToken(key, {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'alice',
    client_id: 'web',
    scope: 'orders:read',
    iat: now,
    exp: now + 600,
    ...claims,
  })
}

export interface World {
  readonly app: FastifyInstance
  readonly port: number
  readonly upstream: RecordingUpstream
  close(): Promise<void>
}

type Options = Partial<GatewayOptions> & { readonly routes: readonly RouteSource[]; readonly prefix?: string }

/** A gateway that listens, in front of a recording upstream called `api`. */
export async function openWorld(options: Options, given?: RecordingUpstream): Promise<World> {
  const upstream = given ?? (await recordingUpstream())
  const app = Fastify()
  await app.register(gateway, { issuers, upstreams: { api: { url: upstream.url } }, ...options })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const [address] = app.addresses()
  const close = async () => {
    await app.close()
    await upstream.close()
  }
  return { app, port: typeof address === 'object' ? address.port : 0, upstream, close }
}

/** Everything goes to the upstream, and nobody is asked for a token. */
export const PUBLIC = [{ path: '/*', upstream: 'api', auth: 'public' }] as const

/** A public gateway in front of an upstream that answers these bytes to every request. */
export async function answering(t: Test, bytes: string, options: Partial<UpstreamOptions> = {}, ends = true) {
  const upstream = await rawUpstream(socket => {
    socket.write(Buffer.from(bytes, 'latin1'))
    if (ends) socket.end()
  })
  const world = await openWorld({ routes: PUBLIC, upstreams: { api: { url: upstream.url, ...options } } })
  t.teardown(async () => {
    await upstream.close()
    await world.close()
  })
  return { port: world.port, upstream }
}

/** A request that ends its connection. */
export const ask = (method: string, target: string, headers: readonly string[] = [], body = ''): string =>
  [`${method} ${target} HTTP/1.1`, 'Host: api.example.com', 'Connection: close', ...headers, '', body].join('\r\n')

export const bearer = (token: string): string => `Authorization: Bearer ${token}`
