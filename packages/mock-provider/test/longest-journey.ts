import { CALLBACK, CHALLENGE, Journey, VERIFIER } from './journey.ts'

// Prints every byte that a provider answers on a long way, for a test that compares two processes.
const journey = new Journey({
  seed: process.argv[2] ?? 'a',
  users: { carol: { password: 'secret', claims: { email: 'c@example.com' } } },
})
const print = (text: string): boolean => process.stdout.write(`${text}\n`)

for (const path of ['/.well-known/openid-configuration', '/jwks']) print((await journey.ask(path)).text)
for (const alg of ['RS256', 'RS384', 'RS512', 'HS256', 'HS384', 'HS512', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
  print((await journey.provider.mint({ sub: 'carol', alg, scope: 'a b' })).token)
}
const page = await journey.authorize({
  scope: 'openid email',
  nonce: 'n',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
})
print(page.text)
const back = await journey.submit(page, { username: 'carol', password: 'secret' })
print(`${back.location?.href} ${journey.cookie}`)
const code = back.location?.searchParams.get('code') ?? ''
let tokens = await journey.token({
  grant_type: 'authorization_code',
  code,
  redirect_uri: CALLBACK,
  code_verifier: VERIFIER,
})
print(tokens.text)
for (let time = 0; time < 3; time++) {
  journey.provider.clock.advance('1m')
  tokens = await journey.token({ grant_type: 'refresh_token', refresh_token: tokens.json.refresh_token })
  print(tokens.text)
}
const exchanged = await journey.token({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: tokens.json.access_token,
  subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  audience: 'api',
})
print(exchanged.text)
const device = await journey.post('/device_authorization', { client_id: 'tv', scope: 'openid' })
print(device.text)
await journey.ask('/_mock/device', {
  method: 'POST',
  body: JSON.stringify({ user_code: device.json.user_code, action: 'approve', sub: 'carol' }),
})
const { device_code } = device.json
const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
print((await journey.post('/token', { grant_type, client_id: 'tv', device_code })).text)
print((await journey.introspect(tokens.json.access_token)).text)
print((await journey.ask('/userinfo', { headers: { authorization: `Bearer ${tokens.json.access_token}` } })).text)
journey.provider.keys.rotate({ alg: 'ES256' })
print((await journey.ask('/jwks')).text)
print((await journey.provider.mint({ format: 'opaque' })).token)
// A client that registers itself, with everything encrypted; the key is a public one of RFC 8037 appendix A.6.
const sealed = { alg: 'ECDH-ES+A256KW', enc: 'A256CBC-HS512' }
const registered = await journey.ask('/register', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method: 'client_secret_post',
    subject_type: 'pairwise',
    jwks: { keys: [{ kty: 'OKP', crv: 'X25519', x: '3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08' }] },
    id_token_encrypted_response_alg: sealed.alg,
    id_token_encrypted_response_enc: sealed.enc,
    userinfo_encrypted_response_alg: sealed.alg,
    introspection_encrypted_response_alg: sealed.alg,
  }),
})
print(registered.text)
const { client_id, client_secret } = registered.json
const own = await journey.post('/token', {
  grant_type: 'authorization_code',
  code: await journey.code({ client_id, login_hint: 'carol' }),
  redirect_uri: CALLBACK,
  client_id,
  client_secret,
})
print(own.text)
const { access_token } = own.json
print((await journey.ask('/userinfo', { headers: { authorization: `Bearer ${access_token}` } })).text)
const accept = 'application/token-introspection+jwt'
print((await journey.post('/introspect', { token: access_token, client_id, client_secret }, { accept })).text)
const query = new URLSearchParams({ id_token_hint: tokens.json.id_token, post_logout_redirect_uri: CALLBACK })
const bye = await journey.ask(`/logout?${query}`, { headers: { cookie: journey.cookie } })
print(JSON.stringify([...bye.headers]))
const pushed = await journey.post('/par', {
  client_id: 'demo',
  client_secret: 'demo-secret',
  response_type: 'code id_token token',
  response_mode: 'form_post.jwt',
  redirect_uri: CALLBACK,
  scope: 'openid email',
  nonce: 'n',
  prompt: 'consent',
  login_hint: 'carol',
})
print(pushed.text)
const asked = await journey.authorize({ request_uri: pushed.json.request_uri })
print(asked.text)
print((await journey.submit(asked, { action: 'allow', 'allow:email': 'yes' })).text)
