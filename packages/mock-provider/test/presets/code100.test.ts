import { createHash } from 'node:crypto'
import t from 'tap'
import { basic, bearer, CALLBACK, DEMO, DEMO_BASIC, NOON, ORIGIN, read, System } from './system.ts'

const API = { client_id: 'orders', client_secret: 'orders-secret' }
const open = (options = {}) =>
  new System('code100', {
    apis: { orders: { secret: 'orders-secret', scopes: ['orders', 'scope1', 'scope2'] } },
    ...options,
  })
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const logIn = async (system: System, scope = 'openid profile') => {
  const back = await system.authorize('/connect/authorize', { scope, nonce: 'n-1' })
  const code = back.get('code') ?? ''
  const reply = await system.post('/connect/token', {
    ...DEMO,
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
  })
  return { ...reply, code }
}
const introspect = (system: System, token: string, credentials: Record<string, string> = API) =>
  system.post('/connect/introspect', { token, token_type_hint: 'access_token', ...credentials })

t.test('metadata names the paths below /connect, and keys are below the metadata', async t => {
  const system = open()
  t.equal(system.provider.issuer, ORIGIN)
  const { json } = await system.get('/.well-known/openid-configuration')
  t.match(json, {
    issuer: ORIGIN,
    jwks_uri: `${ORIGIN}/.well-known/openid-configuration/jwks`,
    authorization_endpoint: `${ORIGIN}/connect/authorize`,
    token_endpoint: `${ORIGIN}/connect/token`,
    userinfo_endpoint: `${ORIGIN}/connect/userinfo`,
    introspection_endpoint: `${ORIGIN}/connect/introspect`,
    revocation_endpoint: `${ORIGIN}/connect/revocation`,
    end_session_endpoint: `${ORIGIN}/connect/endsession`,
  })
  const { json: set } = await system.get('/.well-known/openid-configuration/jwks')
  t.strictSame(
    set.keys.map((key: { alg: string }) => key.alg),
    ['RS256'],
  )
})

t.test('the token response has no scope, and a refresh token with offline_access only', async t => {
  const system = open()
  const { status, json } = await logIn(system)
  t.equal(status, 200)
  t.strictSame(Object.keys(json), ['id_token', 'access_token', 'expires_in', 'token_type'])
  t.match(json, { expires_in: 3600, token_type: 'Bearer' })
  const offline = (await logIn(system, 'openid offline_access')).json
  t.strictSame(Object.keys(offline), ['id_token', 'access_token', 'expires_in', 'token_type', 'refresh_token'])
  const form = { ...DEMO, grant_type: 'refresh_token', refresh_token: offline.refresh_token }
  t.equal((await system.post('/connect/token', form)).status, 200)
  t.match(await system.post('/connect/token', form), { status: 400, text: '{"error":"invalid_grant"}' })
})

t.test('the identity token is written a second before it is valid', async t => {
  const { json, code } = await logIn(open(), 'openid profile')
  const { claims, order, header } = read(json.id_token)
  t.match(header, { alg: 'RS256', typ: 'JWT' })
  t.strictSame(order, [
    ...[
      'nbf',
      'exp',
      'iss',
      'aud',
      'nonce',
      'iat',
      'c_hash',
      'sid',
      'sub',
      'auth_time',
      'name',
      'email',
      'phone',
      'amr',
    ],
  ])
  t.match(claims, { iss: ORIGIN, aud: 'demo', nonce: 'n-1', sid: /^[0-9a-f]{32}$/, sub: GUID, amr: ['pwd'] })
  t.match(claims, { name: 'Alice Example', email: 'alice@example.com', phone: '+1 555 0100' })
  t.equal(claims.exp - claims.nbf, 300)
  t.equal(claims.nbf - claims.iat, 1)
  t.equal(claims.c_hash, createHash('sha256').update(code).digest().subarray(0, 16).toString('base64url'))
})

t.test('the access token has lists, and neither iat nor jti', async t => {
  const system = open()
  const plain = read((await logIn(system)).json.access_token)
  t.strictSame(plain.order, ['nbf', 'exp', 'iss', 'aud', 'client_id', 'sub', 'auth_time', 'scope', 'amr'])
  t.match(plain.claims, { aud: ORIGIN, client_id: 'demo', sub: GUID, scope: ['openid', 'profile'], amr: ['pwd'] })
  t.equal(plain.claims.exp - plain.claims.nbf, 3600)
  const single = read((await logIn(system, 'openid')).json.access_token)
  t.strictSame(single.claims.scope, ['openid'], 'a list of one')
  const many = read((await logIn(system, 'openid orders scope1')).json.access_token)
  t.strictSame(many.claims.aud, [ORIGIN, 'orders'])
})

t.test('a reference token has 64 hexadecimal digits', async t => {
  const system = open({ accessToken: { format: 'opaque' } })
  t.match((await logIn(system)).json.access_token, /^[0-9a-f]{64}$/)
  t.match((await open().provider.mint({ format: 'opaque' })).token, /^[0-9a-f]{64}$/)
})

t.test('introspection turns lists into texts, and tells an API of its own scopes', async t => {
  const system = open()
  for (const format of ['jwt', 'opaque'] as const) {
    const { token } = await system.provider.mint({
      format,
      scope: 'openid profile scope2 orders else',
      claims: { tier: 'gold' },
    })
    const { status, type, json, headers } = await introspect(system, token)
    t.equal(status, 200)
    t.equal(type, 'application/json')
    t.match(headers.find(([name]) => name === 'cache-control')?.[1], 'no-store, no-cache, max-age=0')
    t.strictSame(json, {
      active: true,
      nbf: NOON,
      exp: NOON + 3600,
      iss: ORIGIN,
      aud: [ORIGIN, 'orders'],
      client_id: 'demo',
      sub: 'alice',
      auth_time: format === 'jwt' ? read(token).claims.auth_time : NOON,
      amr: 'pwd',
      scope: 'scope2 orders',
      tier: 'gold',
    })
    t.strictSame(Object.keys(json).slice(0, 10), [
      ...['active', 'nbf', 'exp', 'iss', 'aud', 'client_id', 'sub', 'auth_time', 'amr', 'scope'],
    ])
  }
})

t.test('Basic works too, with the credentials of the API connection', async t => {
  const system = open()
  const { token } = await system.provider.mint({ scope: 'orders' })
  const { json } = await system.post('/connect/introspect', { token }, basic('orders', 'orders-secret'))
  t.equal(json.active, true)
})

t.test('inactive is what is unknown, over, badly signed or without a scope of the API', async t => {
  const system = open()
  const scope = 'orders'
  const tokens = [
    'garbage',
    (await system.provider.mint({ scope, defect: 'expired' })).token,
    (await system.provider.mint({ scope, defect: 'expired', format: 'opaque' })).token,
    `${(await system.provider.mint({ scope })).token.slice(0, -6)}AAAAAA`,
    (await system.provider.mint({ scope: 'openid profile' })).token,
    (await open({ seed: 'another' }).provider.mint({ scope })).token,
  ]
  const revoked = (await system.provider.mint({ scope, format: 'opaque' })).token
  system.provider.revoke({ token: revoked })
  for (const token of [...tokens, revoked])
    t.match(await introspect(system, token), { status: 200, text: '{"active":false}' })
})

t.test('nobody but an API connection is told anything: 401 and an empty body', async t => {
  const system = open()
  const { token } = await system.provider.mint({ scope: 'orders' })
  for (const credentials of [
    DEMO,
    { client_id: 'orders', client_secret: 'wrong' },
    { client_id: 'nobody', client_secret: 'x' },
    {},
  ]) {
    const { status, text, headers } = await introspect(system, token, credentials)
    t.equal(`${status}${text}`, '401')
    t.notOk(headers.some(([name]) => name === 'www-authenticate'))
  }
  t.match(await system.post('/connect/introspect', { token }, DEMO_BASIC), { status: 401, text: '' })
  t.match(await system.post('/connect/introspect', API), { status: 400, text: '{"error":"missing_token"}' })
  t.match(await system.get('/connect/introspect', { token }), { status: 405, text: '' })
})

t.test('there is an API connection out of the box', async t => {
  const system = new System('grantid')
  const { token } = await system.provider.mint({ scope: 'demo-api' })
  const { json } = await introspect(system, token, { client_id: 'demo-api', client_secret: 'demo-api-secret' })
  t.match(json, { active: true, scope: 'demo-api' })
})

t.test('userinfo tells by identity scope, and says phone', async t => {
  const system = open()
  const me = async (scope: string) =>
    (await system.get('/connect/userinfo', {}, bearer((await logIn(system, scope)).json.access_token))).json
  t.strictSame(Object.keys(await me('openid profile')), ['sub', 'name', 'email', 'phone'])
  t.match(await me('openid profile'), {
    sub: GUID,
    name: 'Alice Example',
    email: 'alice@example.com',
    phone: '+1 555 0100',
  })
  t.strictSame(Object.keys(await me('openid email')), ['sub', 'email'])
  t.strictSame(Object.keys(await me('openid name phone')), ['sub', 'name', 'phone'])
})

t.test('a bad token at userinfo is a 401 with an empty body and a misspelt header', async t => {
  const system = open()
  for (const headers of [{}, bearer('garbage')]) {
    const reply = await system.get('/connect/userinfo', {}, headers)
    t.equal(`${reply.status}${reply.text}`, '401')
    t.strictSame(
      reply.headers.find(([name]) => name === 'WwwAuthentication'),
      ['WwwAuthentication', 'Bearer, error="invalid_token"'],
    )
  }
  const { token } = await system.provider.mint({ scope: 'orders' })
  t.equal((await system.get('/connect/userinfo', {}, bearer(token))).status, 403)
})

t.test('errors of the token endpoint are 400 and have no description', async t => {
  const system = open()
  const ask = async (form: Record<string, string>) => {
    const { status, text } = await system.post('/connect/token', form)
    return `${status} ${text}`
  }
  const grant = { grant_type: 'client_credentials' }
  t.equal(await ask({ ...grant, client_id: 'demo', client_secret: 'no' }), '400 {"error":"invalid_client"}')
  t.equal(
    await ask({ ...DEMO, grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK }),
    '400 {"error":"invalid_grant"}',
  )
  t.equal(await ask({ ...DEMO, grant_type: 'nothing' }), '400 {"error":"unsupported_grant_type"}')
})

t.test('client credentials and passwords give tokens', async t => {
  const system = open()
  const machine = await system.post('/connect/token', { grant_type: 'client_credentials', scope: 'orders' }, DEMO_BASIC)
  t.strictSame(read(machine.json.access_token).order, ['nbf', 'exp', 'iss', 'aud', 'client_id', 'scope'])
  const told = (await introspect(system, machine.json.access_token)).json
  t.strictSame(Object.keys(told), ['active', 'nbf', 'exp', 'iss', 'aud', 'client_id', 'scope'])
  const form = { ...DEMO, grant_type: 'password', username: 'alice', password: 'alice', scope: 'openid orders' }
  const owner = await system.post('/connect/token', form)
  t.match(read(owner.json.access_token).claims, { sub: GUID, scope: ['openid', 'orders'] })
})

t.test('revocation takes references and not JWTs', async t => {
  const system = open()
  const revoke = (form: Record<string, string>) => system.post('/connect/revocation', { ...DEMO, ...form })
  const jwt = (await system.provider.mint({ scope: 'orders' })).token
  const reference = (await system.provider.mint({ scope: 'orders', format: 'opaque' })).token
  for (const token of [jwt, reference, 'nobody-knows']) t.match(await revoke({ token }), { status: 200, text: '' })
  t.equal((await introspect(system, jwt)).json.active, true)
  t.equal((await introspect(system, reference)).text, '{"active":false}')
  t.match(await revoke({ token: jwt, token_type_hint: 'x' }), {
    status: 400,
    text: '{"error":"unsupported_token_type"}',
  })
  t.match(await revoke({ client_secret: 'no', token: 'x' }), { status: 400, text: '{"error":"invalid_client"}' })
})

t.test('the session ends at /connect/endsession', async t => {
  const system = open()
  const { json } = await logIn(system)
  const bye = await system.get('/connect/endsession', {
    id_token_hint: json.id_token,
    post_logout_redirect_uri: `${CALLBACK}?bye`,
  })
  t.match(bye, { status: 302, location: `${CALLBACK}?bye` })
})

t.test('a hybrid answer comes by form_post', async t => {
  const reply = await open().get('/connect/authorize', {
    client_id: 'demo',
    redirect_uri: CALLBACK,
    response_type: 'code id_token',
    response_mode: 'form_post',
    scope: 'openid profile orders',
    nonce: '636219',
    state: 's',
    culture: 'pt-BR',
    login_hint: 'alice',
  })
  t.equal(reply.status, 200)
  const idToken = /name="id_token" value="([^"]*)"/.exec(reply.text)?.[1] ?? ''
  const code = /name="code" value="([^"]*)"/.exec(reply.text)?.[1] ?? ''
  t.match(code, /^[0-9a-f]{64}$/)
  t.equal(read(idToken).claims.c_hash, createHash('sha256').update(code).digest().subarray(0, 16).toString('base64url'))
})
