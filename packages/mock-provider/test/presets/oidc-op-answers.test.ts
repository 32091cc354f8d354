import t from 'tap'
import { basic, bearer, CALLBACK, DEMO, DEMO_BASIC, NOON, ORIGIN, read, System } from './system.ts'

const OFFLINE = { scope: 'openid profile offline_access', prompt: 'consent' }
const logIn = async (system: System) => {
  const code = (await system.authorize('/authorization', OFFLINE)).get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK }
  return (await system.post('/token', form, DEMO_BASIC)).json
}
const introspect = (system: System, token: string, headers: Record<string, string> = DEMO_BASIC) =>
  system.post('/introspection', { token, token_type_hint: 'access_token' }, headers)
const saying = (error: string, error_description: string) => JSON.stringify({ error, error_description })
const HTML = /^text\/html/

t.test('introspection of an access token ends with the record and not with the JWT', async t => {
  const system = new System('oidc-op')
  const { access_token } = await logIn(system)
  const { status, json } = await introspect(system, access_token)
  t.equal(status, 200)
  t.strictSame(Object.keys(json), ['active', 'scope', 'client_id', 'exp', 'iat', 'sub', 'iss', 'token_type', 'aud'])
  t.match(json, {
    active: true,
    scope: OFFLINE.scope,
    client_id: 'demo',
    exp: NOON + 1800,
    iat: NOON,
    sub: /^[0-9a-f]{64}$/,
    iss: ORIGIN,
    token_type: 'Bearer',
    aud: ['demo'],
  })
})

t.test('a token is active for half an hour, inactive for another, and then a mistake', async t => {
  const system = new System('oidc-op')
  const { access_token } = await logIn(system)
  const said = async (at: number) => {
    system.provider.clock.set(NOON + at)
    const { status, text, type } = await introspect(system, access_token)
    return [status, status === 200 ? JSON.parse(text).active : text, type]
  }
  t.strictSame(await said(1800), [200, true, 'application/json'], 'exp counts')
  t.strictSame(await said(1801), [200, false, 'application/json'])
  t.strictSame(await said(3600), [200, false, 'application/json'], 'exp of the JWT counts too')
  t.match(await said(3601), [400, saying('invalid_request', 'Token has expired'), HTML])
})

t.test('a refresh token never expires and has no type', async t => {
  const system = new System('oidc-op')
  const { refresh_token } = await logIn(system)
  const { json } = await introspect(system, refresh_token)
  t.strictSame(Object.keys(json), ['active', 'scope', 'client_id', 'exp', 'iat', 'sub', 'iss', 'aud'])
  t.equal(json.exp, 0)
})

t.test('what is not a good token of ours is inactive', async t => {
  const system = new System('oidc-op')
  const { access_token, id_token } = await logIn(system)
  const revoked = await system.provider.mint()
  system.provider.revoke({ token: revoked.token })
  const foreign = await new System('oidc-op', { seed: 'another' }).provider.mint()
  for (const token of ['garbage', id_token, `${access_token.slice(0, -4)}AAAA`, revoked.token, foreign.token])
    t.match(await introspect(system, token), { status: 200, text: '{"active":false}' })
  const expired = await system.provider.mint({ defect: 'expired' })
  t.match(await introspect(system, expired.token), {
    status: 400,
    text: saying('invalid_request', 'Token has expired'),
  })
})

t.test('any client may ask about any token, in the header or the form', async t => {
  const system = new System('oidc-op')
  const { token } = await system.provider.mint()
  t.equal((await introspect(system, token, basic('else', 'secret'))).json.active, true)
  t.equal((await system.post('/introspection', { token, ...DEMO })).json.active, true)
})

t.test('bad credentials look like an expired token', async t => {
  const system = new System('oidc-op')
  const { token } = await system.provider.mint()
  const failed = { status: 400, type: HTML, text: saying('invalid_request', 'Authorization failed') }
  const lowerCase = { authorization: (DEMO_BASIC.authorization ?? '').replace('Basic', 'basic') }
  for (const headers of [basic('demo', 'wrong'), {}, bearer(token), lowerCase])
    t.match(await introspect(system, token, headers), failed)
})

t.test('the token belongs in a form', async t => {
  const system = new System('oidc-op')
  const { token } = await system.provider.mint()
  const missing = {
    status: 400,
    type: 'application/json',
    text: saying('invalid_request', "Missing required attribute 'token'"),
  }
  t.match(await system.post('/introspection', {}, DEMO_BASIC), missing)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  t.match(await system.ask('POST', `/introspection?token=${token}`, { ...DEMO_BASIC, ...form }), missing)
  const json = { ...DEMO_BASIC, 'content-type': 'application/json' }
  const wrong = await system.ask('POST', '/introspection', json, JSON.stringify({ token }))
  t.match(wrong, { status: 400, text: saying('invalid_request', 'Wrong format') })
})

t.test('userinfo takes the token from everywhere, and never sends a challenge', async t => {
  const system = new System('oidc-op')
  const { access_token, refresh_token } = await logIn(system)
  const replies = [
    await system.get('/userinfo', {}, bearer(access_token)),
    await system.ask('POST', '/userinfo', bearer(access_token)),
    await system.post('/userinfo', { access_token }),
    await system.get('/userinfo', { access_token }),
  ]
  for (const { status, text } of replies) t.equal(`${status} ${text}`, `200 ${replies[0]?.text}`)
  t.match(replies[0]?.json, { sub: /^[0-9a-f]{64}$/, name: 'Alice Example', acr: /^urn:/ })

  const revoked = await system.provider.mint({ scope: 'openid' })
  system.provider.revoke({ token: revoked.token })
  const cases = [
    [await system.get('/userinfo', {}, bearer('garbage')), 400, saying('invalid_token', 'garbage')],
    [await system.get('/userinfo'), 401, saying('unauthorized_client', 'Authorization failed')],
    [await system.get('/userinfo', {}, bearer(revoked.token)), 400, saying('invalid_token', 'Invalid Token')],
    [await system.get('/userinfo', {}, bearer(refresh_token)), 400, saying('invalid_token', 'Wrong type of token')],
  ] as const
  system.provider.clock.set(NOON + 3601)
  const late = [
    [await system.get('/userinfo', {}, bearer(access_token)), 401, saying('invalid_token', 'Expired token')],
    [await system.post('/userinfo', { access_token }), 400, saying('invalid_request', 'Expired token')],
  ] as const
  for (const [reply, status, text] of [...cases, ...late]) {
    t.match(reply, { status, text, type: HTML })
    t.notOk(reply.headers.some(([name]) => name === 'www-authenticate'))
  }
})

t.test('logging out takes four steps and a cookie, and leaves the access token good', async t => {
  const system = new System('oidc-op')
  const tokens = await logIn(system)
  const query = { id_token_hint: tokens.id_token, post_logout_redirect_uri: CALLBACK, state: 's' }
  const { cookie } = system
  system.cookie = ''
  t.match(await system.get('/session', query), { status: 400, json: { error_description: 'Missing cookie' } })
  system.cookie = cookie
  const started = await system.get('/session', query)
  t.match(started, { status: 302, location: /^verify_logout\?sjwt=/ })
  const { header, claims } = read(started.location.split('sjwt=')[1] ?? '')
  t.equal(header.alg, 'ES256')
  t.equal(claims.exp - claims.iat, 86_400)
  const page = await system.ask('GET', `/${started.location}`)
  t.equal(page.status, 200)
  t.match(await system.submit(page, { logout: 'yes' }), { status: 302, location: `${CALLBACK}?state=s` })

  t.equal((await introspect(system, tokens.access_token)).json.active, true)
  t.equal((await system.get('/userinfo', {}, bearer(tokens.access_token))).status, 200)
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  t.match(await system.post('/token', form, DEMO_BASIC), {
    status: 400,
    text: saying('invalid_request', "'NoneType' object has no attribute 'expires_at'"),
  })
})
