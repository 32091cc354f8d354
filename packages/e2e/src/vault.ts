import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { createMockProvider, type MockProvider } from '@gatehouse/mock-provider'
import { type RecordingUpstream, recordingUpstream } from '@gatehouse/testkit'
import type { Test } from 'tap'
import { ledger } from './ledger.ts'
import { freePort, type Running, runCommand, untilAnswers } from './processes.ts'
import { API } from './world.ts'

/** A gateway process with everything in its configuration that is secret. */
export interface Vault {
  readonly gatehouse: Running
  readonly provider: MockProvider
  readonly upstream: RecordingUpstream
  /** Origins. */
  readonly url: string
  readonly admin: string
  readonly issuer: string
  readonly folder: string
  readonly file: string
  readonly env: Readonly<Record<string, string>>
  /** One request over a connection that is kept; its answer is shown to the ledger. */
  readonly ask: (path: string, headers?: Readonly<Record<string, string>>) => Promise<number>
  /** Ends the connections of `ask`. */
  readonly hangUp: () => void
}

const makeSecret = (): string => randomBytes(24).toString('base64url')

export async function startVault(t: Test, flags: readonly string[] = []): Promise<Vault> {
  const provider = createMockProvider({ seed: 'vault' })
  const listening = await provider.listen({ port: 0 })
  const upstream = await recordingUpstream()
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  t.teardown(async () => {
    agent.destroy()
    await Promise.all([listening.close(), upstream.close()])
  })
  const env = {
    BASIC: makeSecret(),
    POST: makeSecret(),
    HMAC: makeSecret(),
    API_KEY: makeSecret(),
    BEARER: makeSecret(),
  }
  for (const secret of Object.values(env)) ledger.hide(secret)
  const keys = { client: makeKey(), minting: makeKey() }
  const { d: _, ...jwk } = keys.client
  const registered = await fetch(`${listening.url}/keyed/_mock/clients/gateway`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } }),
  })
  if (!registered.ok) throw new Error(`the client of the gateway is not registered: ${await registered.text()}`)
  const folder = t.testdir({
    'client.jwk.json': JSON.stringify(keys.client),
    'minting.jwk.json': JSON.stringify(keys.minting),
  })
  const [port, adminPort] = [await freePort(), await freePort()]
  const file = join(folder, 'gatehouse.json')
  await writeFile(file, JSON.stringify(configuration(listening.url, upstream.url, port, adminPort), null, 2))
  const settings = { env: { ...env, GATEHOUSE_LOG_LEVEL: 'trace' }, flags, cwd: folder }
  const gatehouse = runCommand(t, 'gatehouse', ['run', '-c', file], settings)
  const [url, admin] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${adminPort}`]
  await untilAnswers(`${admin}/readyz`, gatehouse)
  const ask: Vault['ask'] = (path, headers = {}) =>
    new Promise((resolve, reject) => {
      const outgoing = request(`${url}${path}`, { agent, headers }, incoming => {
        let text = JSON.stringify(incoming.rawHeaders)
        incoming.on('data', chunk => {
          text += String(chunk)
        })
        incoming.on('end', () => {
          ledger.show(`answer ${path}`, text)
          resolve(incoming.statusCode ?? 0)
        })
      })
      outgoing.on('error', reject).end()
    })
  const hangUp = () => agent.destroy()
  return { gatehouse, provider, upstream, url, admin, issuer: listening.url, folder, file, env, ask, hangUp }
}

/** A private JWK, hidden. */
function makeKey() {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  ledger.hide(String(jwk.d))
  return { ...jwk, alg: 'ES256', kid: randomUUID() }
}

function configuration(issuer: string, upstream: string, port: number, admin: number): object {
  const issuerAt = (name: string, more: object) => ({ issuer: `${issuer}/${name}`, audience: [API], ...more })
  const reference = (name: string) => `\${env:${name}}`
  return {
    server: { port, publicUrl: `http://127.0.0.1:${port}`, shutdownGrace: '1s' },
    admin: { port: admin },
    issuers: {
      main: issuerAt('main', { introspection: { client: { id: 'gateway', secret: reference('BASIC') } } }),
      keyed: issuerAt('keyed', {
        tokens: 'opaque',
        introspection: { client: { id: 'gateway', auth: 'private_key_jwt', key: 'client.jwk.json' } },
      }),
      // Nobody answers there, and the token and a key are in the query.
      lost: issuerAt('lost', {
        tokens: 'opaque',
        discovery: false,
        introspection: {
          endpoint: `http://127.0.0.1:9/introspect?key=${reference('API_KEY')}`,
          tokenIn: 'query',
          client: { id: 'gateway', secret: reference('POST'), auth: 'client_secret_post' },
        },
      }),
      bearer: issuerAt('bearer', {
        tokens: 'opaque',
        discovery: false,
        introspection: {
          endpoint: `${issuer}/bearer/introspect`,
          client: { auth: 'bearer', token: reference('BEARER') },
        },
      }),
      hmac: issuerAt('hmac', { tokens: 'jwt', secret: reference('HMAC') }),
    },
    minting: { issuer: 'https://gateway.internal', key: 'minting.jwk.json' },
    upstreams: {
      orders: { url: upstream },
      ledger: { url: upstream, token: { issuer: 'main' } },
      gone: { url: 'http://127.0.0.1:9' },
    },
    routes: [
      { path: '/orders/*', upstream: 'orders', auth: { issuers: ['main'], scopes: ['orders:read'] } },
      {
        path: '/minted/*',
        upstream: 'orders',
        auth: { issuers: ['main'] },
        identity: { userinfo: true, token: 'mint', mint: { audience: 'orders' } },
      },
      { path: '/exchanged/*', upstream: 'orders', auth: { issuers: ['main'] }, identity: { token: 'exchange' } },
      { path: '/forwarded/*', upstream: 'orders', auth: { issuers: ['main'] }, identity: { token: 'forward' } },
      { path: '/own/*', upstream: 'ledger', auth: { issuers: ['main'] } },
      { path: '/gone/*', upstream: 'gone', auth: { issuers: ['main'] }, identity: { token: 'forward' } },
      { path: '/proved/*', upstream: 'orders', auth: { issuers: ['main'], proof: 'dpop' } },
      ...['keyed', 'lost', 'bearer', 'hmac'].map(name => ({
        path: `/${name}/*`,
        upstream: 'orders',
        auth: { issuers: [name] },
      })),
      { path: '/public/*', upstream: 'orders', auth: 'public' },
    ],
  }
}
