import t from 'tap'
import { basic, bearer, CALLBACK, DEMO, DEMO_BASIC, NOON, ORIGIN, System } from './system.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const SCOPE = 'urn:uae:digitalid:profile:general'
const ASK = { scope: SCOPE, acr_values: 'urn:safelayer:tws:policies:authentication:level:low' }
const MULTIPART = { 'content-type': 'multipart/form-data; boundary=x' }
const SANDBOX = basic('sandbox_stage', 'sandbox_stage')

const redeem = async (system: System) => {
  const code = (await system.authorize('/idshub/authorize', { client_id: 'sandbox_stage', ...ASK })).get('code') ?? ''
  const query = new URLSearchParams({ grant_type: 'authorization_code', redirect_uri: CALLBACK, code })
  return { code, reply: await system.ask('POST', `/idshub/token?${query}`, { ...MULTIPART, ...SANDBOX }) }
}
const introspect = (system: System, token: string) => system.post('/idshub/introspect', { token }, DEMO_BASIC)

t.test('a token is bought in the query, and is a UUID', async t => {
  const { code, reply } = await redeem(new System('uaepass'))
  t.match(code, UUID)
  t.equal(reply.status, 200)
  t.strictSame(Object.keys(reply.json), ['access_token', 'scope', 'token_type', 'expires_in'])
  t.match(reply.json, { access_token: UUID, scope: SCOPE, token_type: 'Bearer', expires_in: 3600 })
})

t.test('a form is taken as well, and there is neither an ID token nor a refresh token', async t => {
  const system = new System('vnpass')
  const code = (await system.authorize('/idshub/authorize', { scope: `openid ${SCOPE}` })).get('code') ?? ''
  const { json } = await system.post('/idshub/token', {
    ...DEMO,
    grant_type: 'authorization_code',
    redirect_uri: CALLBACK,
    code,
  })
  t.strictSame(Object.keys(json), ['access_token', 'scope', 'token_type', 'expires_in'])
  const refresh = await system.post('/idshub/token', { ...DEMO, grant_type: 'refresh_token', refresh_token: 'x' })
  t.match(refresh, { status: 400, json: { error: 'unsupported_grant_type' } })
})

t.test('a code lives ten minutes', async t => {
  const system = new System('uaepass')
  const buy = async (after: number) => {
    const code = (await system.authorize('/idshub/authorize', ASK)).get('code') ?? ''
    system.provider.clock.advance(after)
    return (
      await system.post('/idshub/token', { ...DEMO, grant_type: 'authorization_code', redirect_uri: CALLBACK, code })
    ).status
  }
  t.equal(await buy(599), 200)
  t.equal(await buy(600), 400)
})

t.test('the user comes back by 302 without iss, and a refusal says cancelledOnApp', async t => {
  const system = new System('uaepass')
  const query = {
    client_id: 'demo',
    redirect_uri: CALLBACK,
    response_type: 'code',
    state: 's',
    ui_locales: 'ar',
    ...ASK,
  }
  const page = await system.get('/idshub/authorize', query)
  t.equal(page.status, 200)
  const cancelled = await system.submit(page, { action: 'deny' })
  t.match(cancelled, {
    status: 302,
    location: `${CALLBACK}?error=access_denied&error_description=cancelledOnApp&state=s`,
  })
  const named = await system.get('/idshub/authorize', { ...query, username: 'alice' })
  t.match(named.location, /^https:\/\/app\.example\.com\/callback\?code=[0-9a-f-]{36}&state=s$/)
})

t.test('introspection tells of a user with a count of how often it was asked', async t => {
  const system = new System('uaepass')
  const { json } = (await redeem(system)).reply
  const first = await introspect(system, json.access_token)
  t.equal(first.status, 200)
  t.strictSame(Object.keys(first.json), [
    ...['sub', 'nbf', 'scope', 'iss', 'client_claims', 'user_claims', 'times_verified', 'active', 'token_type', 'exp'],
    ...['iat', 'client_id', 'username'],
  ])
  t.match(first.json, {
    sub: '800F475AC0E7A9ED01B2D5D2C25A59B3',
    nbf: NOON,
    scope: SCOPE,
    iss: ORIGIN,
    times_verified: 0,
    active: true,
    token_type: 'Bearer',
    exp: NOON + 3600,
    iat: NOON,
    client_id: 'sandbox_stage',
    username: 'alice@tenant.example',
  })
  t.ok(first.headers.some(([name, value]) => name === 'set-cookie' && value.startsWith('NSC_')))
  t.equal((await introspect(system, json.access_token)).json.times_verified, 1)
})

t.test('client_claims are what the client is registered with', async t => {
  const clients = {
    demo: { client_secret: 'demo-secret' },
    sdg_digivault: {
      client_secret: 's',
      client_name: 'SDG Digital Vault App',
      distinguished_name: 'CN=SDG DigitalVault',
      domain: 'urn:a',
    },
  }
  const system = new System('uaepass', { clients })
  const bought = await system.post('/idshub/token', { grant_type: 'client_credentials' }, basic('sdg_digivault', 's'))
  const { json } = await introspect(system, bought.json.access_token)
  t.strictSame(Object.keys(json), [
    ...['sub', 'nbf', 'scope', 'iss', 'client_claims', 'active', 'token_type', 'exp', 'iat', 'client_id', 'username'],
  ])
  t.equal(json.sub, 'sdg_digivault')
  t.equal(json.username, 'admin@tenant.example')
  t.strictSame(json.client_claims, {
    sub: 'sdg_digivault',
    acr: '',
    domain: 'urn:a',
    amr: '',
    distinguished_name: 'CN=SDG DigitalVault',
    name: 'SDG Digital Vault App',
  })
})

t.test('the token to ask about may be in the query', async t => {
  const system = new System('uaepass')
  const { token } = await system.provider.mint({ scope: SCOPE })
  t.match(token, UUID)
  const { json } = await system.ask('POST', `/idshub/introspect?token=${token}`, DEMO_BASIC)
  t.match(json, { active: true, sub: 'alice', scope: SCOPE })
})

t.test('what is not active is a 400 with that one member', async t => {
  const system = new System('uaepass')
  const expired = await system.provider.mint({ defect: 'expired' })
  const revoked = await system.provider.mint()
  system.provider.revoke({ token: revoked.token })
  const foreign = await new System('uaepass', { seed: 'another' }).provider.mint()
  const aging = await system.provider.mint()
  system.provider.clock.advance(3600)
  for (const token of ['garbage', expired.token, revoked.token, foreign.token, aging.token]) {
    const { status, text, type } = await introspect(system, token)
    t.equal(`${status} ${text}`, '400 {"active":false}')
    t.equal(type, 'application/json')
  }
})

t.test('a wrong secret is a 401 with a challenge', async t => {
  const system = new System('uaepass')
  const { token } = await system.provider.mint()
  const reply = await system.post('/idshub/introspect', { token }, basic('demo', 'wrong'))
  t.equal(reply.status, 401)
  t.match(reply.headers.find(([name]) => name === 'www-authenticate')?.[1], /^Basic realm=/)
})

t.test('userinfo has the attributes of a person, in Arabic too', async t => {
  const system = new System('uaepass')
  const { json: bought } = (await redeem(system)).reply
  const { status, json, text } = await system.get('/idshub/userinfo', {}, bearer(bought.access_token))
  t.equal(status, 200)
  t.strictSame(Object.keys(json), [
    ...[
      'sub',
      'fullnameAR',
      'gender',
      'mobile',
      'lastnameEN',
      'fullnameEN',
      'uuid',
      'lastnameAR',
      'idn',
      'nationalityEN',
    ],
    ...['firstnameEN', 'userType', 'nationalityAR', 'firstnameAR', 'email'],
  ])
  t.match(json, {
    sub: /^UAEPASS\/[0-9a-f-]{36}$/,
    uuid: UUID,
    mobile: /^971\d+$/,
    fullnameEN: 'Alice,,,,Example,,',
    nationalityEN: /^[A-Z]{3}$/,
    userType: /^SOP[123]$/,
    email: 'alice@example.com',
  })
  t.match(text, /[\u0600-\u06ff]/)
  t.equal((await system.get('/idshub/userinfo', {}, bearer('x'))).status, 401)
})

t.test('an account of level SOP1 tells less', async t => {
  const users = { sami: { claims: { userType: 'SOP1', idn: '784', given_name: 'Sami', profileType: '1' } } }
  const system = new System('uaepass', { users })
  const { token } = await system.provider.mint({ sub: 'sami', scope: SCOPE })
  const { json } = await system.get('/idshub/userinfo', {}, bearer(token))
  t.match(json, { userType: 'SOP1', firstnameEN: 'Sami', profileType: '1' })
  t.notOk('idn' in json)
})

t.test('logging out goes where it is told, and there is nothing else', async t => {
  const system = new System('uaepass')
  const bye = await system.get('/idshub/logout', { redirect_uri: `${CALLBACK}?a=1&b=2` })
  t.match(bye, { status: 302, location: `${CALLBACK}?a=1&b=2` })
  for (const path of ['/.well-known/openid-configuration', '/jwks', '/token', '/introspect'])
    t.equal((await system.get(path)).status, 404)
})
