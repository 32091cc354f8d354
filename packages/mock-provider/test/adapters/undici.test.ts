import t, { type Test } from 'tap'
import { getGlobalDispatcher, MockAgent, request, setGlobalDispatcher, fetch as undiciFetch } from 'undici'
import { createMockProvider, interceptWithUndici } from '../../src/index.ts'

const ISSUER = 'https://login.example.com'
const FORM = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo-secret' })

function intercept(t: Test) {
  const provider = createMockProvider({ issuer: ISSUER })
  const agent = new MockAgent()
  agent.disableNetConnect()
  const before = getGlobalDispatcher()
  setGlobalDispatcher(agent)
  const restore = interceptWithUndici(agent, provider)
  t.teardown(() => setGlobalDispatcher(before))
  return { provider, agent, restore }
}

t.test("undici's fetch and request, and Node's own fetch, reach the provider at its real host name", async t => {
  intercept(t)
  const discovery = `${ISSUER}/.well-known/openid-configuration`
  t.match(await (await undiciFetch(discovery)).json(), { issuer: ISSUER })
  t.match(await (await fetch(discovery)).json(), { issuer: ISSUER })
  t.match(await (await request(discovery)).body.json(), { issuer: ISSUER })
})

t.test('bodies, headers and queries arrive whichever way they are sent', async t => {
  const { provider } = intercept(t)
  const url = `${ISSUER}/token`
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  for (const body of [FORM.toString(), Buffer.from(FORM.toString())]) {
    const { body: answer, statusCode } = await request(url, { method: 'POST', headers, body })
    t.strictSame([statusCode, typeof ((await answer.json()) as { access_token: string }).access_token], [200, 'string'])
  }
  for (const call of [fetch, undiciFetch as unknown as typeof fetch]) {
    const answers = [
      await call(url, { method: 'POST', body: FORM }),
      await call(url, { method: 'POST', body: new Blob([FORM.toString()]), headers }),
      await call(new Request(url, { method: 'POST', body: FORM }).url, {
        method: 'POST',
        body: FORM.toString(),
        headers,
      }),
    ]
    t.strictSame(
      answers.map(({ status }) => status),
      [200, 200, 200],
    )
  }
  const { statusCode } = await request(`${ISSUER}/authorize`, { query: { client_id: 'demo', response_type: 'code' } })
  t.equal(statusCode, 400)
  t.match(provider.journal.list({ endpoint: 'authorize' })[0]?.parsed.query, {
    client_id: 'demo',
    response_type: 'code',
  })
})

t.test('answers of requests that run at once do not cross', async t => {
  intercept(t)
  const scopes = Array.from({ length: 20 }, (_, index) => `s${index}`)
  const answers = await Promise.all(
    scopes.map(async scope => {
      const body = new URLSearchParams({ ...Object.fromEntries(FORM), scope })
      return ((await (await undiciFetch(`${ISSUER}/token`, { method: 'POST', body })).json()) as { scope: string })
        .scope
    }),
  )
  t.strictSame(answers, scopes)
})

t.test('cookies come one by one, redirects are not followed by request, tenants are there', async t => {
  intercept(t)
  const query = new URLSearchParams({
    client_id: 'demo',
    response_type: 'code',
    redirect_uri: 'https://app.example.com/cb',
    login_hint: 'alice',
  })
  const { statusCode, headers } = await request(`${ISSUER}/team/a/authorize?${query}`)
  t.equal(statusCode, 303)
  t.match(headers.location, /^https:\/\/app\.example\.com\/cb\?code=/)
  t.match([headers['set-cookie']].flat()[0], /^mock_provider_session=/)
})

t.test('a scripted reset breaks the connection', async t => {
  const { provider } = intercept(t)
  provider.faults.add({ endpoint: 'jwks', reset: true, times: 2 })
  await t.rejects(undiciFetch(`${ISSUER}/jwks`))
  await t.rejects(request(`${ISSUER}/jwks`), { code: 'ECONNRESET' })
  t.equal((await request(`${ISSUER}/jwks`)).statusCode, 200)
})

t.test('other origins, and everything after the restore, are not the provider', async t => {
  const { agent, restore } = intercept(t)
  agent.get('https://api.example.com').intercept({ path: '/x' }).reply(418)
  t.equal((await request('https://api.example.com/x')).statusCode, 418)
  await t.rejects(request('https://elsewhere.example/'), { code: 'UND_MOCK_ERR_MOCK_NOT_MATCHED' })
  restore()
  await t.rejects(request(`${ISSUER}/jwks`), { code: 'UND_MOCK_ERR_MOCK_NOT_MATCHED' })
  t.strictSame(agent.pendingInterceptors(), [])
})
