import { connect } from 'node:net'
import gateway, { type GatewayOptions, type RouteOptions } from '@gatehouse/fastify-gateway'
import { createMockProvider, type MockProvider } from '@gatehouse/mock-provider'
import { type RecordingUpstream, recordingUpstream } from '@gatehouse/testkit'
import Fastify from 'fastify'
import type { Test } from 'tap'
import { hideCredentials, LOGGED, ledger, refuseLeaks, showJournals } from './ledger.ts'
import { API } from './world.ts'

/** Options with their routes written out. */
export type GateOptions = GatewayOptions & { readonly routes: readonly RouteOptions[] }

export interface Answer {
  readonly status: number
  readonly head: string
  readonly body: string
  /** `code` of the problem document, where the body is one. */
  readonly code: string | undefined
}

/** A gateway with every kind of route, spoken to in bytes: nothing between the test and the socket tidies up an attack. */
export interface Gate {
  readonly provider: MockProvider
  readonly upstream: RecordingUpstream
  readonly issuer: string
  readonly port: number
  /** A good access token of tenant `a` for /private, unless told otherwise. */
  readonly token: (request?: Parameters<MockProvider['mint']>[0], tenant?: 'a' | 'b') => Promise<string>
  /** Writes the bytes and reads until the gateway closes or nothing has come for a while. */
  readonly raw: (bytes: string | Buffer) => Promise<Answer>
  /** One request with `Connection: close`; header lines are written as they are. */
  readonly send: (target: string, headerLines?: readonly string[], method?: string, body?: string) => Promise<Answer>
}

export async function startGate(
  t: Test,
  adapt: (options: GateOptions) => GatewayOptions = same => same,
): Promise<Gate> {
  const provider = createMockProvider({ seed: 'gate' })
  const listening = await provider.listen({ port: 0 })
  const upstream = await recordingUpstream()
  const app = Fastify({ ...LOGGED, forceCloseConnections: true })
  t.teardown(async () => {
    await app.close()
    await Promise.all([listening.close(), upstream.close()])
    showJournals([provider, provider.tenant('a'), provider.tenant('b')])
    refuseLeaks()
  })
  await app.register(gateway, adapt(options(listening.url, upstream.url)))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the gateway is not listening on a port')
  const { port } = address
  const raw = (bytes: string | Buffer): Promise<Answer> => exchange(port, bytes)
  return {
    provider,
    upstream,
    issuer: listening.url,
    port,
    raw,
    async token(request = {}, tenant = 'a') {
      const { token } = await provider
        .tenant(tenant)
        .mint({ sub: 'alice', client_id: 'demo', scope: 'read', audience: API, ...request })
      return token
    },
    send: (target, headerLines = [], method = 'GET', body = '') =>
      raw(
        `${[`${method} ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close', ...headerLines].join('\r\n')}\r\n\r\n${body}`,
      ),
  }
}

function options(issuer: string, upstream: string): GateOptions {
  const introspection = { client: { id: 'gateway', secret: 'gateway-secret' } }
  const identity = {
    headers: { 'x-user': 'sub', 'x-forwarded-user': 'sub', 'x-authenticated-user': 'sub', 'x-team': 'team' },
  }
  return {
    issuers: {
      a: { issuer: `${issuer}/a`, audience: [API], tokens: 'either', introspection },
      b: { issuer: `${issuer}/b`, audience: [API], tokens: 'either', introspection },
    },
    upstreams: { main: { url: upstream } },
    routes: [
      { path: '/private/*', upstream: 'main', auth: { issuers: ['a'], scopes: ['read'] }, identity },
      { path: '/b/*', upstream: 'main', auth: { issuers: ['b'] } },
      { path: '/admin/*', upstream: 'main', auth: { issuers: ['a'], scopes: ['admin'] } },
      {
        path: '/browser/*',
        upstream: 'main',
        auth: { issuers: ['a'] },
        identity,
        cors: { origins: ['https://app.example.com'], credentials: true },
      },
      { path: '/public/*', upstream: 'main', auth: 'public' },
      { path: '/health', upstream: 'main', auth: 'public' },
    ],
  }
}

function exchange(port: number, bytes: string | Buffer): Promise<Answer> {
  // Not every request gets as far as to be one.
  for (const [, field] of bytes.toString('latin1').matchAll(/^authorization: *(.+?)\r?$/gim)) {
    hideCredentials(ledger, 'authorization', field ?? '')
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(2_000, () => socket.destroy())
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', error => ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? reject(error) : undefined))
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1')
      ledger.show('answer', text)
      resolve(parseAnswer(text))
    })
  })
}

function parseAnswer(text: string): Answer {
  const [head = '', body = ''] = text.split(/\r\n\r\n([\s\S]*)/)
  const code = /"code":"(\w+)"/.exec(body)?.[1]
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body, code }
}
