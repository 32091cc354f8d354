// Captured before nock is imported, as an application's own modules may be.
import { get as capturedGet } from 'node:https'
import nock from 'nock'
import t, { type Test } from 'tap'
import { createMockProvider, interceptWithNock } from '../../src/index.ts'

const ISSUER = 'https://login.example.com'
const BASIC = { authorization: `Basic ${Buffer.from('demo:demo-secret').toString('base64')}` }

function intercept(t: Test, issuer = ISSUER) {
  nock.disableNetConnect()
  const provider = createMockProvider({ seed: 'nock', issuer })
  const restore = interceptWithNock(nock, provider)
  t.teardown(() => {
    restore()
    nock.cleanAll()
    nock.enableNetConnect()
  })
  return { provider, restore }
}

const form = (body: Record<string, string>, headers: Record<string, string> = BASIC) => ({
  method: 'POST',
  headers,
  body: new URLSearchParams(body),
})

t.test("discovery, JWKS, token and introspection answer at the issuer's real name with no socket opened", async t => {
  intercept(t)
  const discovery = (await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json()) as Record<string, string>
  t.equal(discovery.issuer, ISSUER)
  const { keys } = (await (await fetch(String(discovery.jwks_uri))).json()) as { keys: object[] }
  t.ok(keys.length > 0)
  const issued = (await (
    await fetch(String(discovery.token_endpoint), form({ grant_type: 'client_credentials', scope: 'a b' }))
  ).json()) as { access_token: string }
  const introspected = await fetch(String(discovery.introspection_endpoint), form({ token: issued.access_token }))
  t.match(await introspected.json(), { active: true, scope: 'a b', client_id: 'demo' })
})

t.test('https of node, captured before nock was imported, is answered as well', async t => {
  intercept(t)
  const text = await new Promise<string>((resolve, reject) => {
    capturedGet(`${ISSUER}/.well-known/openid-configuration`, response => {
      let read = ''
      response.on('data', chunk => {
        read += chunk
      })
      response.on('end', () => resolve(read))
    }).on('error', reject)
  })
  t.equal(JSON.parse(text).issuer, ISSUER)
})

t.test('the whole origin is answered, tenants and the control plane included, again and again', async t => {
  intercept(t)
  for (let n = 0; n < 3; n++) t.equal((await fetch(`${ISSUER}/jwks`)).status, 200)
  t.match(await (await fetch(`${ISSUER}/team/a/.well-known/openid-configuration`)).json(), {
    issuer: `${ISSUER}/team/a`,
  })
  const put = await fetch(`${ISSUER}/_mock/users/carol`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"claims":{"n":1.50}}',
  })
  t.equal(put.status, 200)
  t.match(await (await fetch(`${ISSUER}/_mock/users/carol`)).json(), { claims: { n: 1.5 } })
  t.equal((await fetch(`${ISSUER}/_mock/users/carol`, { method: 'DELETE' })).status, 200)
})

t.test('JSON that does not parse is refused by the provider, and does not crash the process', async t => {
  intercept(t)
  const response = await fetch(`${ISSUER}/_mock/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"sub":',
  })
  t.equal(response.status, 400)
  t.match(await response.json(), { error: 'invalid_request', error_description: /not JSON/ })
})

t.test('scripted resets and truncations look like a broken connection', async t => {
  const { provider } = intercept(t)
  provider.faults.add({ endpoint: 'jwks', reset: true, times: 1 })
  await t.rejects(fetch(`${ISSUER}/jwks`))
  provider.faults.add({ endpoint: 'jwks', truncate: 10, times: 1 })
  await t.rejects((await fetch(`${ISSUER}/jwks`)).text())
  t.equal((await fetch(`${ISSUER}/jwks`)).status, 200)
})

t.test('restore takes away its own interceptors and no others', async t => {
  const { restore } = intercept(t)
  nock(ISSUER).get('/mine').reply(200, 'mine')
  nock('https://other.example').get('/').reply(200, 'other')
  restore()
  await t.rejects(fetch(`${ISSUER}/jwks`))
  t.equal(await (await fetch(`${ISSUER}/mine`)).text(), 'mine')
  t.equal(await (await fetch('https://other.example/')).text(), 'other')
})

t.test('interceptors that were not used are not pending', async t => {
  intercept(t)
  t.same([nock.isDone(), nock.pendingMocks()], [true, []])
})

t.test('other hosts stay out of reach', async t => {
  intercept(t)
  await t.rejects(fetch('https://elsewhere.example/'))
})

t.test('two providers answer for their own hosts at the same time', async t => {
  intercept(t)
  intercept(t, 'https://second.example.org/realms/x')
  t.match(await (await fetch('https://second.example.org/realms/x/.well-known/openid-configuration')).json(), {
    issuer: 'https://second.example.org/realms/x',
  })
  t.match(await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json(), { issuer: ISSUER })
})
