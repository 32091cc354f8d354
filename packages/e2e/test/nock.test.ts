import gateway from '@gatehouse/fastify-gateway'
import { createMockProvider, interceptWithNock } from '@gatehouse/mock-provider'
import Fastify from 'fastify'
import nock from 'nock'
import t from 'tap'

const ISSUER = 'https://login.example.com'

// What a user's own test file looks like: the provider answers under its production hostname and nothing is listened on.
t.test('a suite that intercepts with nock sees the whole provider under its real hostname', async t => {
  nock.disableNetConnect()
  const provider = createMockProvider({ seed: 'orders', issuer: ISSUER })
  const restore = interceptWithNock(nock, provider)
  t.teardown(() => {
    restore()
    nock.enableNetConnect()
  })

  const discovery = (await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json()) as Record<string, string>
  t.equal(discovery.issuer, ISSUER)
  const jwks = (await (await fetch(String(discovery.jwks_uri))).json()) as { keys: unknown[] }
  t.ok(jwks.keys.length > 0)

  const basic = `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`
  const granted = await fetch(String(discovery.token_endpoint), {
    method: 'POST',
    headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials&scope=orders%3Aread',
  })
  const { access_token: token } = (await granted.json()) as { access_token: string }
  t.ok(token)
  const answer = await fetch(String(discovery.introspection_endpoint), {
    method: 'POST',
    headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token }).toString(),
  })
  t.match(await answer.json(), { active: true, client_id: 'demo' })
})

t.test('a gateway under test verifies against the intercepted provider by inject, without a socket', async t => {
  const provider = createMockProvider({ seed: 'orders', issuer: ISSUER })
  const restore = interceptWithNock(nock, provider)
  const app = Fastify()
  t.teardown(async () => {
    await app.close()
    restore()
  })
  await app.register(gateway, {
    issuers: { main: { issuer: ISSUER, audience: ['https://api.example.com'] } },
    upstreams: { orders: { url: 'http://127.0.0.1:9' } },
    routes: [{ path: '/orders/*', upstream: 'orders', auth: { scopes: ['orders:read'] } }],
  })
  const { token } = await provider.mint({ sub: 'alice', audience: 'https://api.example.com', scope: 'orders:write' })
  const response = await app.inject({ url: '/orders/1', headers: { authorization: `Bearer ${token}` } })
  t.equal(response.statusCode, 403)
  t.equal(response.json().code, 'scope_missing')
})
