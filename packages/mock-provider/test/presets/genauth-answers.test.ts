import t from 'tap'
import { basic, bearer, CALLBACK, DEMO, DEMO_BASIC, NOON, read, System } from './system.ts'

const SCOPE = 'openid profile email phone address'
const logIn = async (system: System, scope = SCOPE) => {
  const back = await system.authorize('/oidc/auth', { scope, nonce: 'n-1' })
  const code = back.get('code') ?? ''
  return system.post('/oidc/token', { ...DEMO, grant_type: 'authorization_code', code, redirect_uri: CALLBACK })
}
const introspect = (system: System, token: string) => system.post('/oidc/token/introspection', { ...DEMO, token })
const validate = (system: System, query: Record<string, string>) => system.get('/api/v2/oidc/validate_token', query)

t.test('introspection tells nine members of an access token and eight of a refresh token', async t => {
  const system = new System('genauth')
  const { json } = await logIn(system, 'openid offline_access')
  const access = await introspect(system, json.access_token)
  t.equal(access.status, 200)
  t.strictSame(Object.keys(access.json), [
    'active',
    'sub',
    'client_id',
    'exp',
    'iat',
    'iss',
    'jti',
    'scope',
    'token_type',
  ])
  t.match(access.json, {
    active: true,
    sub: /^[0-9a-f]{24}$/,
    client_id: 'demo',
    token_type: 'Bearer',
    exp: NOON + 3600,
  })
  const refresh = await introspect(system, json.refresh_token)
  t.strictSame(Object.keys(refresh.json), ['active', 'sub', 'client_id', 'exp', 'iat', 'iss', 'jti', 'scope'])
  t.equal(refresh.json.jti, json.refresh_token)
  t.equal(refresh.json.exp - refresh.json.iat, 1_209_600)
  const stranger = await system.post('/oidc/token/introspection', {
    client_id: 'else',
    client_secret: 'x',
    token: json.access_token,
  })
  t.equal(stranger.json.active, true, 'any client may ask about any token')
})

t.test('what is not active is 200 and nothing else is said', async t => {
  const system = new System('genauth')
  const { json } = await logIn(system)
  const inactive = async (token: string) => {
    const { status, text } = await introspect(system, token)
    return `${status} ${text}`
  }
  const expired = await system.provider.mint({ defect: 'expired' })
  const revoked = await system.provider.mint()
  system.provider.revoke({ token: revoked.token })
  const foreign = await new System('genauth', { seed: 'another' }).provider.mint()
  for (const token of ['garbage', json.id_token, `${json.access_token}x`, expired.token, revoked.token, foreign.token])
    t.equal(await inactive(token), '200 {"active":false}')
  system.provider.clock.advance(3600)
  t.equal(await inactive(json.access_token), '200 {"active":false}')
})

t.test('the errors of introspection are those of the engine', async t => {
  const system = new System('genauth')
  const path = '/oidc/token/introspection'
  const failed = '{"error":"invalid_client","error_description":"client authentication failed"}'
  const wrong = await system.post(path, { client_id: 'demo', client_secret: 'wrong', token: 'x' })
  t.equal(`${wrong.status} ${wrong.text}`, `401 ${failed}`)
  t.notOk(wrong.headers.some(([name]) => name === 'www-authenticate'))
  const header = await system.post(path, { token: 'x' }, basic('demo', 'wrong'))
  t.equal(`${header.status} ${header.text}`, `401 ${failed}`)
  t.match(header.headers.find(([name]) => name === 'www-authenticate')?.[1], /^Basic realm="/)
  const nobody = await system.post(path, { token: 'x' })
  t.equal(nobody.status, 400)
  t.equal(nobody.text, '{"error":"invalid_request","error_description":"no client authentication mechanism provided"}')
  const nothing = await system.post(path, DEMO)
  t.equal(nothing.status, 400)
  t.equal(nothing.text, '{"error":"invalid_request","error_description":"missing required parameter \'token\'"}')
  const get = await system.get(path, { token: 'x' })
  t.equal(get.status, 404)
  t.equal(
    get.text,
    '{"error":"invalid_request","error_description":"unrecognized route or not allowed method (GET on /oidc/token/introspection)"}',
  )
  const json = await system.ask('POST', path, { 'content-type': 'application/json', ...DEMO_BASIC }, '{"token":"x"}')
  t.equal(json.status, 400)
})

t.test('Basic is taken raw and form-encoded, split at the first colon', async t => {
  const system = new System('genauth', { clients: { app: { client_secret: 'SEC:RET+/%' } } })
  const { token } = await system.provider.mint()
  for (const credentials of [basic('app', 'SEC:RET+/%'), basic('app', encodeURIComponent('SEC:RET+/%'))]) {
    const { json } = await system.post('/oidc/token/introspection', { token }, credentials)
    t.equal(json.active, true)
  }
})

t.test('an application may say its name only to introspect and to revoke', async t => {
  const system = new System('genauth')
  const { token } = await system.provider.mint()
  const ask = () => system.post('/oidc/token/introspection', { client_id: 'demo', token })
  t.equal((await ask()).json.active, true)
  const revoked = await system.post('/oidc/token/revocation', { client_id: 'demo', token })
  t.equal(`${revoked.status}${revoked.text}`, '200')
  t.equal((await ask()).text, '{"active":false}')
})

t.test('validation asks nobody who they are and says 200 whatever it says', async t => {
  const system = new System('genauth')
  const { json } = await logIn(system)
  const said = async (query: Record<string, string>) => {
    const { status, text } = await validate(system, query)
    return `${status} ${text}`
  }
  t.equal(await said({ access_token: json.access_token }), `200 ${read(json.access_token).text}`)
  t.equal(await said({ id_token: json.id_token }), `200 ${read(json.id_token).text}`)
  t.equal(await said({ id_token: json.id_token, access_token: 'x' }), `200 ${read(json.id_token).text}`)
  for (const name of ['access_token', 'id_token'] as const) {
    t.equal(await said({ [name]: 'garbage' }), `200 {"code":400,"message":"${name} format is incorrect"}`)
    const signature = json[name].slice(0, -4)
    t.equal(await said({ [name]: `${signature}AAAA` }), `200 {"code":400,"message":"${name} is invalid"}`)
  }
  system.provider.clock.advance(3600)
  t.equal(await said({ access_token: json.access_token }), '200 {"code":400,"message":"access_token is invalid"}')
  t.equal(await said({ id_token: json.id_token }), '200 {"code":400,"message":"id_token is invalid"}')
})

t.test('revocation is 200 and empty, whether or not there was a token', async t => {
  const system = new System('genauth')
  const { json } = await logIn(system)
  for (const token of [json.access_token, 'nobody-knows'])
    t.match(await system.post('/oidc/token/revocation', { ...DEMO, token }), { status: 200, text: '' })
  t.equal((await introspect(system, json.access_token)).text, '{"active":false}')
  const wrong = await system.post('/oidc/token/revocation', { client_id: 'demo', client_secret: 'no', token: 'x' })
  t.equal(wrong.status, 401)
})

t.test('userinfo takes the token from the query, the header and a form', async t => {
  const system = new System('genauth')
  const { json } = await logIn(system)
  const replies = [
    await system.get('/oidc/me', { access_token: json.access_token }),
    await system.get('/oidc/me', {}, bearer(json.access_token)),
    await system.ask('POST', `/oidc/me?access_token=${json.access_token}`),
    await system.ask('POST', '/oidc/me', bearer(json.access_token)),
    await system.post('/oidc/me', { access_token: json.access_token }),
  ]
  for (const { status, text } of replies) t.equal(`${status} ${text}`, `200 ${replies[0]?.text}`)
  t.match(replies[0]?.json, {
    sub: /^[0-9a-f]{24}$/,
    name: 'Alice Example',
    address: { country: null, postal_code: null, region: null, formatted: null },
  })
  const bad = await system.get('/oidc/me', { access_token: 'x' })
  t.equal(`${bad.status} ${bad.text}`, '401 {"error":"invalid_token","error_description":"invalid token provided"}')
  t.match(
    bad.headers.find(([name]) => name === 'www-authenticate')?.[1],
    /^Bearer realm="[^"]*", error="invalid_token"/,
  )
  const none = await system.get('/oidc/me')
  t.equal(
    `${none.status} ${none.text}`,
    '400 {"error":"invalid_request","error_description":"no access token provided"}',
  )
})

t.test('protocol=oauth has the same at other paths, with the scope user', async t => {
  const system = new System('genauth')
  const back = await system.authorize('/oauth/auth', { scope: 'user' })
  const code = back.get('code') ?? ''
  const { json } = await system.post('/oauth/token', {
    ...DEMO,
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
  })
  t.strictSame(Object.keys(json), ['access_token', 'expires_in', 'scope', 'token_type'])
  const me = await system.get('/oauth/me', { access_token: json.access_token })
  t.equal(me.status, 200)
  t.match(me.json, { sub: /^[0-9a-f]{24}$/ })
  t.equal((await system.post('/oauth/token/introspection', { ...DEMO, token: json.access_token })).json.active, true)
})

t.test('logging out needs no encoding of where to go', async t => {
  const system = new System('genauth')
  const { json } = await logIn(system)
  const plain = await system.ask('GET', '/login/profile/logout?redirect_uri=https://app.example.com/bye?a=1&b=2')
  t.match(plain, { status: 302, location: 'https://app.example.com/bye?a=1&b=2' })
  const expert = await system.ask(
    'GET',
    `/oidc/session/end?id_token_hint=${json.id_token}&post_logout_redirect_uri=https://app.example.com/bye`,
  )
  t.match(expert, { status: 302, location: 'https://app.example.com/bye' })
  t.equal((await system.get('/oidc/session/end')).status, 200)
})
