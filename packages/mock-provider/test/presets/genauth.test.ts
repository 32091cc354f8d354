import { createHash, createHmac } from 'node:crypto'
import t from 'tap'
import { CALLBACK, DEMO, ORIGIN, read, System } from './system.ts'

const SCOPE = 'openid profile email phone address'
const logIn = async (system: System, scope = SCOPE) => {
  const back = await system.authorize('/oidc/auth', { scope, nonce: 'n-1' })
  const code = back.get('code') ?? ''
  return system.post('/oidc/token', { ...DEMO, grant_type: 'authorization_code', code, redirect_uri: CALLBACK })
}
const introspect = (system: System, token: string) => system.post('/oidc/token/introspection', { ...DEMO, token })

t.test('the issuer is below the address, and metadata and keys are below the issuer', async t => {
  const system = new System('genauth')
  t.equal(system.provider.issuer, `${ORIGIN}/oidc`)
  const { json } = await system.get('/oidc/.well-known/openid-configuration')
  t.match(json, {
    issuer: `${ORIGIN}/oidc`,
    jwks_uri: `${ORIGIN}/oidc/.well-known/jwks.json`,
    authorization_endpoint: `${ORIGIN}/oidc/auth`,
    token_endpoint: `${ORIGIN}/oidc/token`,
    introspection_endpoint: `${ORIGIN}/oidc/token/introspection`,
    revocation_endpoint: `${ORIGIN}/oidc/token/revocation`,
    userinfo_endpoint: `${ORIGIN}/oidc/me`,
    end_session_endpoint: `${ORIGIN}/oidc/session/end`,
  })
  const keys = (await system.get('/oidc/.well-known/jwks.json')).json.keys
  t.equal(keys.length, 1)
  t.match(keys[0], { kty: 'RSA', use: 'sig', alg: 'RS256', kid: /^[\w-]{43}$/ })
  t.equal(new System('authing', { issuer: `${ORIGIN}/oidc` }).provider.issuer, `${ORIGIN}/oidc`)
})

t.test('the answer of a login goes back by 302 without iss, with a code of 43 characters', async t => {
  const system = new System('genauth')
  const reply = await system.get('/oidc/auth', {
    nonce: '1',
    state: 's',
    scope: `${SCOPE} offline_access`,
    client_id: 'demo',
    response_mode: 'query',
    redirect_uri: CALLBACK,
    response_type: 'code',
    prompt: 'consent',
    login_hint: 'alice',
  })
  t.equal(reply.status, 302)
  t.match(reply.location, /^https:\/\/app\.example\.com\/callback\?code=[\w-]{43}&state=s$/)
})

t.test('the login page posts to where it was asked for', async t => {
  const system = new System('genauth')
  const query = { client_id: 'demo', redirect_uri: CALLBACK, response_type: 'code', state: 's', scope: SCOPE }
  const page = await system.get('/oidc/auth', query)
  t.equal(page.status, 200)
  const back = await system.submit(page, { username: 'alice', password: 'alice' })
  t.equal(back.status, 302)
  t.match(back.location, /^https:\/\/app\.example\.com\/callback\?code=[\w-]{43}&state=s$/)
})

t.test('tokens have the order, the claims and the lifetimes of the system', async t => {
  const { status, type, json } = await logIn(new System('genauth'))
  t.equal(status, 200)
  t.equal(type, 'application/json')
  t.strictSame(Object.keys(json), ['access_token', 'expires_in', 'id_token', 'scope', 'token_type'])
  t.equal(json.expires_in, 3600)
  t.equal(json.token_type, 'Bearer')
  const access = read(json.access_token)
  t.match(access.header, { alg: 'RS256', typ: 'JWT', kid: /^[\w-]{43}$/ })
  t.strictSame(Object.keys(access.header), ['alg', 'typ', 'kid'])
  t.strictSame(access.order, ['jti', 'sub', 'iat', 'exp', 'scope', 'iss', 'aud'])
  t.match(access.claims.jti, /^[\w-]{21}$/)
  t.match(access.claims.sub, /^[0-9a-f]{24}$/)
  t.equal(access.claims.exp - access.claims.iat, 3600)
  t.equal(access.claims.aud, 'demo')
  t.not(access.claims.scope, SCOPE, "the order of the words is the server's")
  t.strictSame(access.claims.scope.split(' ').sort(), SCOPE.split(' ').sort())
})

t.test('the ID token is signed with the app secret and has every profile claim, null or not', async t => {
  const { json } = await logIn(new System('genauth'))
  const { header, claims } = read(json.id_token)
  t.strictSame(header, { alg: 'HS256', typ: 'JWT' })
  const [head, body, signature] = json.id_token.split('.')
  t.equal(createHmac('sha256', 'demo-secret').update(`${head}.${body}`).digest('base64url'), signature)
  t.match(claims, {
    sub: read(json.access_token).claims.sub,
    birthdate: null,
    gender: 'U',
    given_name: 'Alice',
    locale: null,
    picture: null,
    email: 'alice@example.com',
    email_verified: true,
    phone_number_verified: false,
    updated_at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    nonce: 'n-1',
    iss: `${ORIGIN}/oidc`,
    iss2: 'https://baidu.com',
    aud: 'demo',
  })
  const half = createHash('sha256').update(json.access_token).digest().subarray(0, 16).toString('base64url')
  t.equal(claims.at_hash, half)
  t.equal(claims.iat, read(json.access_token).claims.iat + 1)
  t.equal(claims.exp - claims.iat, 3599)
})

t.test("a user's own claims are in the ID token", async t => {
  const system = new System('genauth', { users: { carol: { claims: { KEY: 'VALUE' } } } })
  const back = await system.authorize('/oidc/auth', { scope: 'openid', login_hint: 'carol' })
  const code = back.get('code') ?? ''
  const { json } = await system.post('/oidc/token', {
    ...DEMO,
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
  })
  t.match(read(json.id_token).claims, { sub: 'carol', KEY: 'VALUE' })
})

t.test('a refresh token comes with offline_access only, and is replaced by its use', async t => {
  const system = new System('genauth')
  const { json } = await logIn(system, `${SCOPE} offline_access`)
  t.match(json.refresh_token, /^[\w-]{43}$/)
  const again = await system.post('/oidc/token', {
    ...DEMO,
    grant_type: 'refresh_token',
    refresh_token: json.refresh_token,
  })
  t.equal(again.status, 200)
  t.match(again.json.refresh_token, /^[\w-]{43}$/)
  t.not(again.json.refresh_token, json.refresh_token)
  const reuse = await system.post('/oidc/token', {
    ...DEMO,
    grant_type: 'refresh_token',
    refresh_token: json.refresh_token,
  })
  t.equal(reuse.text, '{"error":"invalid_grant","error_description":"grant request is invalid"}')
})

t.test('client credentials give a token without sub', async t => {
  const system = new System('genauth')
  const { json } = await system.post('/oidc/token', {
    client_id: 'ak',
    client_secret: 'sk',
    grant_type: 'client_credentials',
    scope: 'email openid',
  })
  t.strictSame(Object.keys(json), ['access_token', 'expires_in', 'scope', 'token_type'])
  t.strictSame(read(json.access_token).order, ['jti', 'iat', 'exp', 'scope', 'iss', 'aud'])
  const told = await introspect(system, json.access_token)
  t.strictSame(Object.keys(told.json), ['active', 'client_id', 'exp', 'iat', 'iss', 'jti', 'scope', 'token_type'])
})

t.test('an ID token is good for an access token, without a secret', async t => {
  const system = new System('genauth')
  const { json } = await logIn(system)
  const form = {
    client_id: 'demo',
    grant_type: 'http://authing.cn/oidc/grant_type/authing_token',
    redirect_uri: CALLBACK,
    scope: 'openid',
  }
  const given = await system.post('/oidc/token', { ...form, token: json.id_token })
  t.equal(given.status, 200)
  t.equal(read(given.json.access_token).claims.sub, read(json.id_token).claims.sub)
  const refused = await system.post('/oidc/token', { ...form, token: `${json.id_token}x` })
  t.equal(refused.status, 400)
  t.equal(refused.json.error, 'invalid_grant')
})
