import t from 'tap'
import { CALLBACK, CHALLENGE, claimsOf, headerOf, Journey, NOON, ORIGIN, VERIFIER } from '../journey.ts'

const CC = { grant_type: 'client_credentials' }

t.test('client credentials give a JWT of RFC 9068 for the client itself', async t => {
  const { status, json, headers } = await new Journey().token({ ...CC, scope: 'orders:read orders:write' })
  t.equal(status, 200)
  t.match(json, { token_type: 'Bearer', expires_in: 3600, scope: 'orders:read orders:write' })
  t.equal(headerOf(json.access_token).typ, 'at+jwt')
  t.match(claimsOf(json.access_token), {
    iss: ORIGIN,
    sub: 'demo',
    client_id: 'demo',
    aud: ORIGIN,
    iat: NOON,
    exp: NOON + 3600,
  })
  t.notOk('refresh_token' in json)
  t.equal(headers.get('cache-control'), 'no-store')
  t.match(headers.get('content-type'), 'application/json')
  t.equal(headers.get('date'), new Date(NOON * 1000).toUTCString())
})

t.test(
  'the audience is what resource or audience asks for, then the API connection of the scope, then the configured one',
  async t => {
    const journey = new Journey({
      audience: 'https://default.example',
      apis: { orders: { scopes: ['orders:read'], audience: 'https://orders.example' } },
    })
    const aud = async (form: Record<string, string>) =>
      claimsOf((await journey.token({ ...CC, ...form })).json.access_token).aud
    t.equal(await aud({ resource: 'https://r.example/' }), 'https://r.example/')
    t.equal(await aud({ audience: 'any-name' }), 'any-name')
    t.equal(await aud({ scope: 'orders:read' }), 'https://orders.example')
    t.equal(await aud({ scope: 'else' }), 'https://default.example')
    const two = await journey.post(
      '/token',
      'grant_type=client_credentials&client_id=demo&client_secret=demo-secret&resource=https://a.example&resource=https://b.example',
    )
    t.strictSame(claimsOf(two.json.access_token).aud, ['https://a.example', 'https://b.example'])
    t.equal((await journey.token({ ...CC, resource: 'nope' })).json.error, 'invalid_target')
  },
)

t.test('a token is opaque where the API connection, the settings or token_format say so', async t => {
  const journey = new Journey({ apis: { orders: { format: 'opaque', lifetime: 60 } } })
  const api = await journey.token({ ...CC, scope: 'orders' })
  t.notMatch(api.json.access_token, /\./)
  t.equal(api.json.expires_in, 60)
  t.match((await journey.introspect(api.json.access_token)).json, { active: true, scope: 'orders', exp: NOON + 60 })
  t.notMatch((await journey.token({ ...CC, token_format: 'opaque' })).json.access_token, /\./)
  t.match((await journey.token({ ...CC, scope: 'orders', token_format: 'jwt' })).json.access_token, /\./)
  t.notMatch((await new Journey({ accessToken: { format: 'opaque' } }).token(CC)).json.access_token, /\./)
  t.equal((await journey.token({ ...CC, token_format: 'xml' })).json.error, 'invalid_request')
})

t.test('a code is redeemed for an access token, an ID token and a refresh token', async t => {
  const { status, json } = await new Journey().logIn({ nonce: 'n' })
  t.equal(status, 200)
  t.match(json, { token_type: 'Bearer', scope: 'openid email' })
  t.ok(json.refresh_token)
  t.match(claimsOf(json.id_token), { iss: ORIGIN, sub: 'alice', aud: 'demo', nonce: 'n', email: 'alice@example.com' })
  t.ok(claimsOf(json.id_token).at_hash)
  t.match(claimsOf(json.access_token), { sub: 'alice', client_id: 'demo', scope: 'openid email', auth_time: NOON })
})

t.test('a code is good once, and a second use revokes everything that came of it', async t => {
  const journey = new Journey()
  const code = await journey.code()
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK }
  const { json } = await journey.token(form)
  t.equal((await journey.introspect(json.access_token)).json.active, true)
  t.match((await journey.token(form)).json, { error: 'invalid_grant' })
  t.equal((await journey.introspect(json.access_token)).json.active, false)
  t.equal(
    (await journey.token({ grant_type: 'refresh_token', refresh_token: json.refresh_token })).json.error,
    'invalid_grant',
  )
})

t.test('a code ends by the tenant clock', async t => {
  const journey = new Journey()
  const code = await journey.code()
  journey.provider.clock.advance('60s')
  t.equal(
    (await journey.token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })).json.error,
    'invalid_grant',
  )
})

t.test('a code is refused with another client, another redirect_uri, none, or none at all', async t => {
  const journey = new Journey()
  const grant_type = 'authorization_code'
  const redeem = (form: Record<string, string>) =>
    journey.post('/token', { grant_type, client_id: 'demo', client_secret: 'demo-secret', ...form })
  const code = await journey.code()
  t.equal(
    (await redeem({ code, redirect_uri: CALLBACK, client_id: 'other', client_secret: 'x' })).json.error,
    'invalid_grant',
  )
  t.equal((await redeem({ code, redirect_uri: `${CALLBACK}/` })).json.error, 'invalid_grant')
  t.equal((await redeem({ code })).json.error, 'invalid_grant')
  t.equal((await redeem({ code: 'bogus', redirect_uri: CALLBACK })).json.error, 'invalid_grant')
  t.equal((await redeem({ redirect_uri: CALLBACK })).json.error, 'invalid_request')
  t.equal((await redeem({ code, redirect_uri: CALLBACK })).status, 200, 'and none of it used the code up')
})

t.test('PKCE holds: S256 and plain pass, a wrong, missing, malformed or unasked verifier does not', async t => {
  const journey = new Journey()
  const redeem = async (challenge: Record<string, string>, form: Record<string, string>) => {
    const code = await journey.code(challenge)
    return journey.token({ grant_type: 'authorization_code', redirect_uri: CALLBACK, code, ...form })
  }
  const s256 = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }
  t.equal((await redeem(s256, { code_verifier: VERIFIER })).status, 200)
  t.equal(
    (await redeem({ code_challenge: VERIFIER, code_challenge_method: 'plain' }, { code_verifier: VERIFIER })).status,
    200,
  )
  t.equal((await redeem({ code_challenge: VERIFIER }, { code_verifier: VERIFIER })).status, 200, 'plain is the default')
  t.equal((await redeem(s256, { code_verifier: `${VERIFIER}x` })).json.error, 'invalid_grant')
  t.equal((await redeem(s256, {})).json.error, 'invalid_grant')
  t.equal((await redeem(s256, { code_verifier: 'short' })).json.error, 'invalid_grant')
  t.equal((await redeem({}, { code_verifier: VERIFIER })).json.error, 'invalid_grant')
})

t.test('a public client redeems its code with PKCE and no secret', async t => {
  const journey = new Journey()
  const code = await journey.code({
    client_id: 'demo-public',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  })
  const form = {
    grant_type: 'authorization_code',
    client_id: 'demo-public',
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  }
  t.equal((await journey.post('/token', form)).status, 200)
  t.equal((await journey.post('/token', { ...CC, client_id: 'demo-public' })).json.error, 'invalid_client')
})

t.test('a refresh token rotates, and the use of an old one revokes the family', async t => {
  const journey = new Journey()
  const first = (await journey.logIn({ nonce: 'n' })).json
  const refresh = (refresh_token: string, form: Record<string, string> = {}) =>
    journey.token({ grant_type: 'refresh_token', refresh_token, ...form })
  journey.provider.clock.advance('10m')
  const second = (await refresh(first.refresh_token)).json
  t.not(second.refresh_token, first.refresh_token)
  t.match(claimsOf(second.id_token), { sub: 'alice', auth_time: NOON, iat: NOON + 600 })
  t.notOk('nonce' in claimsOf(second.id_token), 'OpenID Connect Core section 12.2')
  t.equal((await refresh(first.refresh_token)).json.error, 'invalid_grant')
  t.equal((await refresh(second.refresh_token)).json.error, 'invalid_grant')
  t.equal((await journey.introspect(second.access_token)).json.active, false)
})

t.test('a refresh may ask for less scope and never for more, and the next one has the whole again', async t => {
  const journey = new Journey()
  const { refresh_token } = (await journey.logIn({ scope: 'openid a b' })).json
  const less = await journey.token({ grant_type: 'refresh_token', refresh_token, scope: 'a' })
  t.equal(less.json.scope, 'a')
  t.notOk('id_token' in less.json)
  const more = await journey.token({
    grant_type: 'refresh_token',
    refresh_token: less.json.refresh_token,
    scope: 'a c',
  })
  t.equal(more.json.error, 'invalid_scope')
  const whole = await journey.token({ grant_type: 'refresh_token', refresh_token: less.json.refresh_token })
  t.equal(whole.json.scope, 'openid a b')
})

t.test('a refresh token is the client own, ends by the clock, and a bogus one is none', async t => {
  const journey = new Journey()
  const { refresh_token } = (await journey.logIn()).json
  const other = await journey.post('/token', {
    grant_type: 'refresh_token',
    refresh_token,
    client_id: 'other',
    client_secret: 'x',
  })
  t.equal(other.json.error, 'invalid_grant')
  t.equal((await journey.token({ grant_type: 'refresh_token', refresh_token: 'bogus' })).json.error, 'invalid_grant')
  t.equal((await journey.token({ grant_type: 'refresh_token' })).json.error, 'invalid_request')
  journey.provider.clock.advance('30d')
  t.equal((await journey.token({ grant_type: 'refresh_token', refresh_token })).json.error, 'invalid_grant')
})

t.test('a refresh token stays where rotation is turned off', async t => {
  const journey = new Journey({ refreshToken: { rotate: false } })
  const { refresh_token } = (await journey.logIn()).json
  const again = await journey.token({ grant_type: 'refresh_token', refresh_token })
  t.equal(again.status, 200)
  t.notOk('refresh_token' in again.json)
  t.equal((await journey.token({ grant_type: 'refresh_token', refresh_token })).status, 200)
})

t.test('the resource of a code can be narrowed at the token endpoint and not widened', async t => {
  const journey = new Journey()
  const redeem = async (resource: string) => {
    const code = await journey.code({ resource: 'https://a.example' })
    return journey.token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, resource })
  }
  t.equal(claimsOf((await redeem('https://a.example')).json.access_token).aud, 'https://a.example')
  t.equal((await redeem('https://b.example')).json.error, 'invalid_target')
})

t.test('a grant that is missing or unknown has its own error', async t => {
  const journey = new Journey()
  t.equal((await journey.token({})).json.error, 'invalid_request')
  t.equal((await journey.token({ grant_type: 'telepathy' })).json.error, 'unsupported_grant_type')
})
