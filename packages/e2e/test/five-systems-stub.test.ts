import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import gateway from '@gatehouse/fastify-gateway'
import { recordingUpstream } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import { ledger, openApp } from '../src/ledger.ts'
import { SYSTEMS, type System, serveSystem } from '../src/systems.ts'

type Verdict = { status: number; code: string | undefined }

async function startGate(
  t: Test,
  system: System,
  adapt: (issuer: Record<string, unknown>) => Record<string, unknown> = same => same,
) {
  const now = Math.floor(Date.now() / 1000)
  let issuer = ''
  const stub = createServer((request, response) => void serveSystem(system, () => issuer, now, request, response))
  await new Promise<void>(resolve => stub.listen(0, '127.0.0.1', resolve))
  issuer = system.issuerOf(`http://127.0.0.1:${(stub.address() as AddressInfo).port}`)
  const upstream = await recordingUpstream()
  const app = openApp(t)
  t.teardown(async () => {
    stub.closeAllConnections()
    await Promise.all([upstream.close(), new Promise(resolve => stub.close(resolve))])
  })
  const endpoint = system.name === 'uaepass' ? { endpoint: `${issuer}/idshub/introspect` } : {}
  const main = adapt({
    issuer,
    preset: system.name,
    audience: system.audience.length === 0 ? [issuer] : system.audience,
    ...(system.introspection === undefined ? {} : { introspection: { ...system.introspection, ...endpoint } }),
  })
  await app.register(gateway, {
    issuers: { main: main as never },
    upstreams: { orders: { url: upstream.url } },
    routes: [{ path: '/*', upstream: 'orders', auth: {} }],
  })
  const send = async (token: string): Promise<Verdict> => {
    ledger.hide(token)
    const response = await app.inject({ url: '/orders/1', headers: { authorization: `Bearer ${token}` } })
    if (response.statusCode !== 200) ledger.show('answer', JSON.stringify(response.headers) + response.body)
    return { status: response.statusCode, code: response.statusCode === 200 ? undefined : response.json().code }
  }
  return { tokens: system.tokens(issuer, now), send, upstream }
}

for (const system of SYSTEMS) {
  t.test(`${system.name}: payloads of the real shapes are accepted and refused with its preset alone`, async t => {
    // Where the system issues JWTs, both roads: verified here and asked for, or revocation would go unnoticed.
    const hasJwts = system.name === 'genauth' || system.name === 'oidc-op'
    const { tokens, send, upstream } = await startGate(t, system, issuer =>
      hasJwts ? { ...issuer, tokens: 'both' } : issuer,
    )
    t.same(await send(tokens.good), { status: 200, code: undefined })
    t.equal(upstream.seen[0]?.headers['x-gatehouse-subject'], system.subject)
    for (const fate of ['expired', 'revoked', 'foreign'] as const) {
      const verdict = await send(tokens[fate])
      t.equal(verdict.status, 401, `${fate}: ${verdict.code}`)
    }
    t.equal(upstream.seen.length, 1, 'nothing that was refused reached the upstream')
  })

  if (system.introspection === undefined) continue
  t.test(`${system.name}: our own wrong credentials are an outage and not the caller's fault`, async t => {
    const { tokens, send } = await startGate(t, system, issuer => {
      const introspection = issuer.introspection as { client: { id: string } }
      const client = { ...introspection.client, secret: 'not-the-secret-that-was-agreed-upon' }
      return { ...issuer, tokens: 'opaque', introspection: { ...introspection, client } }
    })
    t.same(await send(tokens.good), { status: 503, code: 'issuer_unavailable' })
  })
}
