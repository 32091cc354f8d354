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
print((await journey.introspect(tokens.json.access_token)).text)
print((await journey.ask('/userinfo', { headers: { authorization: `Bearer ${tokens.json.access_token}` } })).text)
journey.provider.keys.rotate({ alg: 'ES256' })
print((await journey.ask('/jwks')).text)
print((await journey.provider.mint({ format: 'opaque' })).token)
const query = new URLSearchParams({ id_token_hint: tokens.json.id_token, post_logout_redirect_uri: CALLBACK })
const bye = await journey.ask(`/logout?${query}`, { headers: { cookie: journey.cookie } })
print(JSON.stringify([...bye.headers]))
