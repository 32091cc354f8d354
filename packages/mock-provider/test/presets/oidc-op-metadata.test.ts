import t from 'tap'
import { bearer, CALLBACK, NOON, ORIGIN, System } from './system.ts'

t.test('metadata forgets and invents as the system does', async t => {
  const { json } = await new System('oidc-op').get('/.well-known/openid-configuration')
  t.match(json, {
    issuer: ORIGIN,
    version: '3.0',
    client_authn_method: ['bearer_header', 'bearer_body'],
    jwks_uri: `${ORIGIN}/static/jwks.json`,
    authorization_endpoint: `${ORIGIN}/authorization`,
    token_endpoint: `${ORIGIN}/token`,
    introspection_endpoint: `${ORIGIN}/introspection`,
    userinfo_endpoint: `${ORIGIN}/userinfo`,
    end_session_endpoint: `${ORIGIN}/session`,
  })
  for (const name of [
    'revocation_endpoint',
    'code_challenge_methods_supported',
    'introspection_endpoint_auth_methods_supported',
  ])
    t.notOk(name in json)
  for (const alg of ['ES256K', 'Ed25519', 'Ed448', 'EdDSA'])
    t.ok(json.id_token_signing_alg_values_supported.includes(alg))
  t.notOk(json.id_token_signing_alg_values_supported.includes('none'))
  const other = (await new System('oidc-op', { seed: 'another' }).get('/.well-known/openid-configuration')).json
  t.not(`${other.claims_supported}`, `${json.claims_supported}`, 'the order is another at every start')
  t.strictSame([...other.claims_supported].sort(), [...json.claims_supported].sort())
})

t.test('keys do not say their algorithm, and webfinger is plain JSON', async t => {
  const system = new System('oidc-op')
  const { keys } = (await system.get('/static/jwks.json')).json
  t.match(keys, [
    { kty: 'RSA', use: 'sig', kid: /^[\w-]{43}$/, e: 'AQAB' },
    { kty: 'EC', crv: 'P-256', use: 'sig', kid: /^[\w-]{43}$/ },
  ])
  t.equal(keys.length, 2)
  for (const key of keys) t.notOk('alg' in key)
  const finger = await system.get('/.well-known/webfinger', { resource: 'acct:alice@example.com' })
  t.equal(finger.type, 'application/json')
  t.strictSame(finger.json, {
    subject: 'acct:alice@example.com',
    links: [{ rel: 'http://openid.net/specs/connect/1.0/issuer', href: ORIGIN }],
  })
})

t.test('a client registers for thirty days, and reads itself back with its token', async t => {
  const system = new System('oidc-op')
  const json = { 'content-type': 'application/json' }
  const register = (metadata: object) => system.ask('POST', '/registration', json, JSON.stringify(metadata))
  const made = await register({ redirect_uris: [CALLBACK], post_logout_redirect_uris: [CALLBACK] })
  t.equal(made.status, 201)
  t.match(made.json, {
    client_id: /^[\w-]{22}$/,
    client_secret: /^[0-9a-f]{56}$/,
    client_secret_expires_at: NOON + 2_592_000,
    registration_access_token: /^[\w-]{43}$/,
    registration_client_uri: `${ORIGIN}/registration_api?client_id=${made.json.client_id}`,
    redirect_uris: [CALLBACK],
  })
  t.notOk('post_logout_redirect_uris' in made.json)
  const again = `/registration_api?client_id=${made.json.client_id}`
  t.match(await system.ask('GET', again, bearer(made.json.registration_access_token)), {
    status: 200,
    json: { client_id: made.json.client_id },
  })
  t.match(await system.ask('GET', again, bearer('x')), {
    status: 401,
    json: { error: 'invalid_token', error_description: 'Unknown token' },
  })
  t.match(await register({ redirect_uris: [`${CALLBACK}#a`] }), {
    status: 400,
    json: { error: 'invalid_redirect_uri' },
  })
})
