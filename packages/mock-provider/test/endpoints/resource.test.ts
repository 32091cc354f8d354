import t from 'tap'
import { basic, Journey, NOON, ORIGIN } from '../journey.ts'

t.test('introspection tells the members of RFC 7662 of an active token, whatever its format', async t => {
  for (const format of ['jwt', 'opaque'] as const) {
    const journey = new Journey()
    const { token } = await journey.provider.mint({
      format,
      sub: 'alice',
      scope: 'a b',
      audience: 'https://api.example.com',
    })
    const { status, json, headers } = await journey.introspect(token)
    t.equal(status, 200)
    t.match(json, {
      active: true,
      token_type: 'Bearer',
      username: 'alice',
      sub: 'alice',
      client_id: 'demo',
      scope: 'a b',
      aud: 'https://api.example.com',
      iss: ORIGIN,
      iat: NOON,
      exp: NOON + 3600,
    })
    t.match(headers.get('content-type'), 'application/json')
    journey.provider.clock.advance(3600)
    t.strictSame((await journey.introspect(token)).json, { active: false }, 'expired')
  }
})

t.test('garbage, an ID token, and tokens of other tenants are inactive and nothing more is told', async t => {
  const journey = new Journey()
  const foreign = await journey.provider.tenant('/other').mint()
  const id = await journey.provider.mint({ kind: 'id' })
  for (const token of ['garbage', 'a.b.c', foreign.token, id.token, 'é', 'x'.repeat(100_000)]) {
    t.strictSame((await journey.introspect(token)).json, { active: false })
  }
})

t.test('introspection needs credentials, and a token', async t => {
  const journey = new Journey()
  t.equal((await journey.post('/introspect', { token: 'x' })).status, 401)
  t.equal((await journey.post('/introspect', { token: 'x' }, basic('demo', 'wrong'))).status, 401)
  t.equal((await journey.post('/introspect', { token: 'x', client_id: 'demo-public' })).status, 401)
  t.equal((await journey.post('/introspect', {}, basic('demo', 'demo-secret'))).json.error, 'invalid_request')
})

t.test('an API connection asks with its own secret and is told of its own scopes only', async t => {
  const journey = new Journey({ apis: { orders: { secret: 'api-secret', scopes: ['orders:read', 'orders:write'] } } })
  const { token } = await journey.provider.mint({ scope: 'orders:read users:read' })
  const other = await journey.provider.mint({ scope: 'users:read' })
  const ask = (token: string, secret = 'api-secret') => journey.post('/introspect', { token }, basic('orders', secret))
  t.match((await ask(token)).json, { active: true, scope: 'orders:read' })
  t.strictSame((await ask(other.token)).json, { active: false })
  t.equal((await ask(token, 'wrong')).status, 401)
})

t.test('a refresh token introspects as active without token_type, until it is used', async t => {
  const journey = new Journey()
  const { refresh_token } = (await journey.logIn()).json
  const { json } = await journey.introspect(refresh_token)
  t.match(json, { active: true, sub: 'alice', client_id: 'demo', scope: 'openid email', exp: NOON + 30 * 86_400 })
  t.notOk('token_type' in json)
  await journey.token({ grant_type: 'refresh_token', refresh_token })
  t.strictSame((await journey.introspect(refresh_token)).json, { active: false })
})

t.test('revoking an access token ends that one, revoking a refresh token ends the family', async t => {
  const journey = new Journey()
  const { access_token, refresh_token } = (await journey.logIn()).json
  const revoke = (token: string) => journey.post('/revoke', { token }, basic('demo', 'demo-secret'))
  t.equal((await revoke(access_token)).status, 200)
  t.equal((await journey.introspect(access_token)).json.active, false)
  t.equal((await journey.introspect(refresh_token)).json.active, true)
  const next = (await journey.token({ grant_type: 'refresh_token', refresh_token })).json
  t.equal((await revoke(next.refresh_token)).status, 200)
  t.equal((await journey.introspect(next.access_token)).json.active, false)
  t.equal(
    (await journey.token({ grant_type: 'refresh_token', refresh_token: next.refresh_token })).json.error,
    'invalid_grant',
  )
})

t.test('revoking an unknown token is a success, a token of another client or no token is not', async t => {
  const journey = new Journey()
  const { access_token } = (await journey.logIn()).json
  const revoke = (form: Record<string, string>, client = 'demo', secret = 'demo-secret') =>
    journey.post('/revoke', form, basic(client, secret))
  const unknown = await revoke({ token: 'unknown', token_type_hint: 'refresh_token' })
  t.equal(unknown.status, 200)
  t.equal(unknown.text, '')
  t.equal((await revoke({ token: access_token }, 'other', 'x')).json.error, 'invalid_grant')
  t.equal((await journey.introspect(access_token)).json.active, true)
  t.equal((await revoke({})).json.error, 'invalid_request')
  t.equal((await revoke({ token: access_token }, 'demo', 'wrong')).status, 401)
})

t.test('everything of a user, a session or a client can be revoked at once', async t => {
  const journey = new Journey()
  const { provider } = journey
  const login = (await journey.logIn()).json
  const minted = await provider.mint({ sub: 'alice' })
  const bobs = await provider.mint({ sub: 'bob', client_id: 'other' })
  t.equal(provider.revoke({ sub: 'alice' }), 3)
  for (const token of [login.access_token, login.refresh_token, minted.token])
    t.equal((await journey.introspect(token)).json.active, false)
  t.equal((await journey.introspect(bobs.token)).json.active, true)
  t.equal(provider.revoke({ client_id: 'other' }), 1)
  t.equal((await journey.introspect(bobs.token)).json.active, false)
  t.throws(() => provider.revoke({} as never), TypeError)
  t.throws(() => provider.revoke({ sub: 'a', sid: 'b' } as never), TypeError)
})

t.test('userinfo answers by header and by form with the claims of the scope', async t => {
  const journey = new Journey()
  const { access_token } = (await journey.logIn({ scope: 'openid email phone' })).json
  const expected = {
    sub: 'alice',
    email: 'alice@example.com',
    email_verified: true,
    phone_number: '+1 555 0100',
    phone_number_verified: false,
  }
  const authorization = `Bearer ${access_token}`
  t.strictSame((await journey.ask('/userinfo', { headers: { authorization } })).json, expected)
  t.strictSame((await journey.ask('/userinfo', { method: 'POST', headers: { authorization } })).json, expected)
  t.strictSame((await journey.post('/userinfo', { access_token })).json, expected)
})

t.test('userinfo refuses no token, a bad one, two at once, and one without openid, each in its way', async t => {
  const journey = new Journey()
  const { access_token } = (await journey.logIn()).json
  const none = await journey.ask('/userinfo')
  t.equal(none.status, 401)
  t.notMatch(none.headers.get('www-authenticate'), /error/)
  const bad = await journey.ask('/userinfo', { headers: { authorization: 'Bearer nonsense' } })
  t.equal(bad.status, 401)
  t.match(bad.headers.get('www-authenticate'), /error="invalid_token"/)
  t.equal((await journey.post('/userinfo', { access_token }, { authorization: `Bearer ${access_token}` })).status, 400)
  t.equal((await journey.ask(`/userinfo?access_token=${access_token}`)).status, 401, 'not in the query')
  const narrow = await journey.provider.mint({ scope: 'email' })
  const lacking = await journey.ask('/userinfo', { headers: { authorization: `Bearer ${narrow.token}` } })
  t.equal(lacking.status, 403)
  t.match(lacking.headers.get('www-authenticate'), /error="insufficient_scope", scope="openid"/)
})

t.test('claims of a user that is changed show in the next answer', async t => {
  const journey = new Journey()
  const { access_token } = (await journey.logIn()).json
  journey.provider.users.put('alice', { claims: { email: 'new@example.com' }, userinfo: { picture: 'p' } })
  const { json } = await journey.ask('/userinfo', { headers: { authorization: `Bearer ${access_token}` } })
  t.strictSame(json, { sub: 'alice', email: 'new@example.com', picture: 'p' })
})

t.test('logout with an ID token of ours ends the session and goes back', async t => {
  const journey = new Journey()
  const { id_token } = (await journey.logIn()).json
  const query = new URLSearchParams({
    id_token_hint: id_token,
    post_logout_redirect_uri: 'https://app.example.com/bye',
    state: 's',
  })
  const answer = await journey.ask(`/logout?${query}`, { headers: { cookie: journey.cookie } })
  t.equal(answer.status, 303)
  t.equal(answer.headers.get('location'), 'https://app.example.com/bye?state=s')
  t.match(answer.headers.get('set-cookie'), /Max-Age=0/)
  t.equal((await journey.authorize({ prompt: 'none' })).location?.searchParams.get('error'), 'login_required')
})

t.test('logout without a hint asks first', async t => {
  const journey = new Journey()
  await journey.logIn()
  const page = await journey.ask('/logout', { headers: { cookie: journey.cookie } })
  t.equal(page.status, 200)
  t.match(page.text, /name="confirm"/)
  t.ok((await journey.authorize({ prompt: 'none' })).location?.searchParams.get('code'), 'still logged in')
  await journey.submit(page, { confirm: 'yes' })
  t.equal((await journey.authorize({ prompt: 'none' })).location?.searchParams.get('error'), 'login_required')
})

t.test('logout goes only where the client registered, and believes no foreign hint', async t => {
  const journey = new Journey({
    clients: { web: { client_secret: 's', post_logout_redirect_uris: ['https://app.example.com/bye'] } },
  })
  const go = (query: Record<string, string>) => journey.ask(`/logout?${new URLSearchParams(query)}`)
  const bye = 'https://app.example.com/bye'
  t.equal((await go({ client_id: 'web', post_logout_redirect_uri: bye })).status, 303)
  t.equal((await go({ client_id: 'web', post_logout_redirect_uri: `${bye}/` })).status, 400)
  t.equal((await go({ post_logout_redirect_uri: bye })).status, 400)
  const foreign = await journey.provider.tenant('/x').mint({ kind: 'id', client_id: 'web' })
  t.equal((await go({ id_token_hint: foreign.token, post_logout_redirect_uri: bye })).status, 400)
  const forged = await journey.provider.mint({ kind: 'id', client_id: 'web', defect: 'wrong_key' })
  t.equal((await go({ id_token_hint: forged.token, post_logout_redirect_uri: bye })).status, 400)
})
