import { createHash } from 'node:crypto'
import t from 'tap'
import { bearer, CALLBACK, DEMO, DEMO_BASIC, ORIGIN, read, System } from './system.ts'

const HASH = /^[0-9a-f]{64}$/
const LONG = /^Z0FBQUFB[A-Za-z0-9+/]+=*$/
const OFFLINE = { scope: 'openid profile email offline_access', prompt: 'consent', nonce: 'N' }
const redeem = (system: System, code: string, more: Record<string, string> = {}) =>
  system.post('/token', { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...more }, DEMO_BASIC)
const logIn = async (system: System, parameters: Record<string, string> = OFFLINE) =>
  redeem(system, (await system.authorize('/authorization', parameters)).get('code') ?? '')

t.test('the callback has six parameters in the order of the system, and a code of 872 characters', async t => {
  const back = await new System('oidc-op').authorize('/authorization', OFFLINE)
  t.strictSame([...back.keys()], ['state', 'scope', 'code', 'session_state', 'iss', 'client_id'])
  t.match(back.get('code'), LONG)
  t.equal(back.get('code')?.length, 872)
  t.match(back.get('session_state'), /^[0-9a-f]{64}\.[0-9a-f]{32}$/)
  t.match(Object.fromEntries(back), { iss: ORIGIN, client_id: 'demo', scope: OFFLINE.scope, state: 'a-state' })
})

t.test('the form goes to /verify/user with a signed request, and a wrong password is a page', async t => {
  const system = new System('oidc-op')
  const query = { client_id: 'demo', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid', state: 's' }
  const page = await system.get('/authorization', query)
  t.equal(page.status, 200)
  t.match(page.text, 'action="/verify/user"')
  t.match(read(/name="token" value="([^"]*)"/.exec(page.text)?.[1] ?? '').header, { alg: 'RS256' })
  const wrong = await system.submit(page, { username: 'alice', password: 'wrong' })
  t.equal(wrong.status, 200)
  t.match(wrong.text, 'Error:')
  const back = await system.submit(wrong, { username: 'alice', password: 'alice' })
  t.equal(back.status, 302)
  t.match(new URL(back.location).searchParams.get('code'), LONG)
  const again = await system.get('/authorization', query)
  t.equal(again.status, 302, 'the cookie skips the form')
})

t.test('offline access without consent in prompt is refused on the spot', async t => {
  const query = {
    client_id: 'demo',
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid offline_access',
    state: 's',
  }
  const reply = await new System('oidc-op').get('/authorization', query)
  t.equal(reply.status, 400)
  t.equal(reply.text, '{"error":"invalid_request","error_description":"consent in prompt","state":"s"}')
})

t.test('an unknown client and a bad redirect are JSON that says it is HTML', async t => {
  const clients = { demo: { client_secret: 'demo-secret', redirect_uris: [CALLBACK] } }
  const system = new System('oidc-op', { clients, unknownClients: 'listed' })
  const query = { response_type: 'code', scope: 'openid', redirect_uri: CALLBACK }
  const unknown = await system.get('/authorization', { ...query, client_id: 'nobody' })
  t.match(unknown, { status: 400, json: { error: 'unauthorized_client' }, type: /^text\/html/ })
  const bad = await system.get('/authorization', { ...query, client_id: 'demo', redirect_uri: 'https://evil.example' })
  t.match(bad, { status: 400, type: /^text\/html/ })
  t.equal(
    bad.text,
    '{"error":"invalid_request","error_description":"RedirectURIError:Doesn\'t match any registered uris"}',
  )
})

t.test('the token response is in its own order, for 1800 seconds, with a cookie', async t => {
  const { status, type, json, headers } = await logIn(new System('oidc-op'))
  t.equal(status, 200)
  t.equal(type, 'application/json; charset=utf-8')
  t.ok(headers.some(([name]) => name === 'set-cookie'))
  t.strictSame(
    headers.find(([name]) => name === 'cache-control'),
    ['cache-control', 'no-store'],
  )
  t.strictSame(Object.keys(json), ['token_type', 'scope', 'access_token', 'expires_in', 'refresh_token', 'id_token'])
  t.match(json, { token_type: 'Bearer', scope: OFFLINE.scope, expires_in: 1800, refresh_token: LONG })
  t.equal(json.refresh_token.length, 872)
})

t.test('the access token is ES256 without typ, written by Python, good for an hour by itself', async t => {
  const system = new System('oidc-op', {
    users: { dikr0001: { claims: { name: 'Håkan', address: { country: 'SE' }, phone_number: '+46' } } },
  })
  const { json } = await logIn(system, { scope: 'openid profile address phone', login_hint: 'dikr0001' })
  const { header, text, claims, order } = read(json.access_token)
  t.strictSame(Object.keys(header), ['alg', 'kid'])
  t.equal(header.alg, 'ES256')
  t.match(text, '{"scope": ["openid", "profile", "address", "phone"], "aud": ["demo"], "jti": "')
  t.match(text, '"name": "H\\u00e5kan"')
  t.strictSame(order, [
    ...['scope', 'aud', 'jti', 'client_id', 'sub', 'name', 'address', 'phone_number', 'acr', 'sid', 'token_class'],
    ...['iss', 'iat', 'exp'],
  ])
  t.match(claims, { jti: /^[0-9a-f]{32}$/, client_id: 'demo', sub: 'dikr0001', token_class: 'access_token', sid: LONG })
  t.equal(claims.exp - claims.iat, 3600)
})

t.test('the ID token is RS256 for five minutes, with email always and at_hash never', async t => {
  const { json } = await logIn(new System('oidc-op'), { scope: 'openid', nonce: 'N' })
  const { header, order, claims } = read(json.id_token)
  t.strictSame(Object.keys(header), ['alg', 'kid'])
  t.equal(header.alg, 'RS256')
  t.strictSame(order, [
    ...[
      'sub',
      'sid',
      'auth_time',
      'acr',
      'scope',
      'jti',
      'client_id',
      'email',
      'email_verified',
      'nonce',
      'iss',
      'iat',
    ],
    ...['exp', 'aud'],
  ])
  t.match(claims, { sub: HASH, scope: ['openid'], aud: ['demo'], email_verified: true, nonce: 'N' })
  t.equal(claims.exp - claims.iat, 300)
})

t.test('a user has one sub in the access token and another everywhere else', async t => {
  const system = new System('oidc-op')
  const { json } = await logIn(system)
  const told = (await system.post('/introspection', { token: json.access_token }, DEMO_BASIC)).json
  const user = (await system.get('/userinfo', {}, bearer(json.access_token))).json
  t.equal(read(json.access_token).claims.sub, 'alice')
  t.match(told.sub, HASH)
  t.strictSame([read(json.id_token).claims.sub, user.sub], [told.sub, told.sub])
})

t.test('refresh tokens stay good, and come back without an ID token', async t => {
  const system = new System('oidc-op')
  const { json } = await logIn(system)
  const refresh = (more: Record<string, string> = {}) =>
    system.post('/token', { grant_type: 'refresh_token', refresh_token: json.refresh_token, ...more }, DEMO_BASIC)
  const fresh = await refresh()
  t.strictSame(Object.keys(fresh.json), ['access_token', 'token_type', 'scope', 'expires_in', 'refresh_token'])
  t.equal(fresh.json.expires_in, 1800)
  t.equal((await refresh()).status, 200, 'the old one is still good')
  t.equal((await refresh({ scope: 'openid' })).json.scope, 'openid')
  t.match(await refresh({ scope: 'openid phone' }), {
    status: 400,
    text: '{"error":"invalid_request","error_description":"Invalid refresh scopes"}',
  })
  const garbage = await refresh({ refresh_token: 'garbage' })
  t.match(garbage, { status: 400, type: /^text\/html/, json: { error_description: 'garbage' } })
  t.equal(
    (await system.post('/oidcop/token', { grant_type: 'refresh_token', refresh_token: json.refresh_token }, DEMO_BASIC))
      .status,
    200,
  )
})

t.test('a replayed code takes every token that came of it along', async t => {
  const system = new System('oidc-op')
  const code = (await system.authorize('/authorization', OFFLINE)).get('code') ?? ''
  const { json } = await redeem(system, code)
  t.match(await redeem(system, 'x'), {
    status: 400,
    text: '{"error":"invalid_grant","error_description":"Unknown code"}',
  })
  t.match(await redeem(system, code), {
    status: 400,
    text: '{"error":"invalid_grant","error_description":"Code inactive"}',
  })
  t.equal((await system.post('/introspection', { token: json.access_token }, DEMO_BASIC)).text, '{"active":false}')
})

t.test('PKCE knows longer hashes', async t => {
  const verifier = 'a-verifier-of-forty-three-characters-at-least-0'
  for (const [code_challenge_method, hash] of [
    ['S256', 'sha256'],
    ['S384', 'sha384'],
    ['S512', 'sha512'],
  ] as const) {
    const system = new System('oidc-op')
    const code_challenge = createHash(hash).update(verifier).digest('base64url')
    const code = async () =>
      (await system.authorize('/authorization', { scope: 'openid', code_challenge, code_challenge_method })).get(
        'code',
      ) ?? ''
    t.match(await redeem(system, await code()), {
      status: 400,
      json: { error: 'invalid_grant', error_description: 'Missing code_verifier' },
    })
    t.match(await redeem(system, await code(), { code_verifier: `${verifier}1` }), {
      status: 400,
      json: { error_description: 'PKCE check failed' },
    })
    t.equal((await redeem(system, await code(), { code_verifier: verifier })).status, 200)
  }
})

t.test('other mistakes at the token endpoint', async t => {
  const system = new System('oidc-op')
  const wrong = await system.post('/token', {
    ...DEMO,
    client_secret: 'no',
    grant_type: 'authorization_code',
    code: 'x',
  })
  t.match(wrong, {
    status: 400,
    type: /^text\/html/,
    text: '{"error":"invalid_request","error_description":"Authorization failed"}',
  })
  const grant = await system.post('/token', { grant_type: 'client_credentials' }, DEMO_BASIC)
  t.match(grant, {
    status: 400,
    text: '{"error":"invalid_request","error_description":"Unsupported grant_type: client_credentials"}',
  })
  const signed = new System('oidc-op', {
    clients: { demo: { client_secret: 'demo-secret', id_token_signed_response_alg: 'HS256' } },
  })
  t.match(await logIn(signed), {
    status: 400,
    text: '{"error":"invalid_request","error_description":"Could not sign/encrypt id_token"}',
  })
})

t.test('what is not there is 404 for a GET and 405 for anything else, as HTML', async t => {
  const system = new System('oidc-op')
  for (const path of ['/revocation', '/jwks', '/introspect']) {
    t.match(await system.get(path), { status: 404, type: /^text\/html/ })
    t.match(await system.post(path), { status: 405, type: /^text\/html/ })
  }
  t.match(await system.get('/introspection', { token: 'x' }, DEMO_BASIC), { status: 404, type: /^text\/html/ })
})
