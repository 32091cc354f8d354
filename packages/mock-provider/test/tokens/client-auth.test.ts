import t from 'tap'
import { makeSelfSigned } from '../../src/engine/self-signed.ts'
import { basic, Journey, NOON, ORIGIN } from '../journey.ts'
import { assertionClaims, makeSigner, signWithSecret, withAssertion } from './journey.ts'

const CC = { grant_type: 'client_credentials' }

t.test(
  'private_key_jwt is taken with registered keys, for the issuer and for the endpoint, each assertion once',
  async t => {
    const key = await makeSigner()
    const journey = new Journey({ clients: { web: { jwks: { keys: [key.jwk] } } } })
    for (const aud of [ORIGIN, `${ORIGIN}/token`, [`${ORIGIN}/token`, 'https://other.example']]) {
      const assertion = withAssertion(await key.sign(assertionClaims('web', { aud })))
      t.equal((await journey.post('/token', { ...CC, ...assertion })).status, 200)
      const again = await journey.post('/token', { ...CC, ...assertion })
      t.equal(again.status, 401)
      t.equal(again.json.error, 'invalid_client')
      t.match(again.json.error_description, /jti was used/)
    }
    const introspection = withAssertion(await key.sign(assertionClaims('web', { aud: `${ORIGIN}/introspect` })))
    t.equal((await journey.post('/introspect', { token: 'x', ...introspection })).json.active, false)
    const revocation = withAssertion(await key.sign(assertionClaims('web')))
    t.equal((await journey.post('/revoke', { token: 'x', ...revocation })).status, 200)
  },
)

t.test('an assertion is refused for every claim that does not hold', async t => {
  const key = await makeSigner()
  const other = await makeSigner('ES256', 'a-key')
  const journey = new Journey({ clients: { web: { jwks: { keys: [key.jwk] } } } })
  const wrong: Record<string, unknown>[] = [
    { iss: 'other' },
    { sub: 'demo' },
    { aud: 'https://other.example' },
    { aud: undefined },
    { exp: NOON },
    { exp: undefined },
    { exp: 'soon' },
    { nbf: NOON + 60 },
    { iat: NOON + 60 },
    { jti: undefined },
    { jti: 7 },
  ]
  for (const over of wrong) {
    const assertion = withAssertion(await key.sign(assertionClaims('web', over)))
    const answer = await journey.post('/token', { ...CC, ...assertion })
    t.equal(answer.status, 401, JSON.stringify(over))
    t.equal(answer.json.error, 'invalid_client')
  }
  const stolen = withAssertion(await other.sign(assertionClaims('web')))
  t.equal((await journey.post('/token', { ...CC, ...stolen })).status, 401, 'another key')
  const critical = withAssertion(await key.sign(assertionClaims('web'), { crit: ['b64'], b64: true }))
  t.equal((await journey.post('/token', { ...CC, ...critical })).status, 401, 'crit')
  const good = await key.sign(assertionClaims('web'))
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`
  t.equal((await journey.post('/token', { ...CC, ...withAssertion(none) })).status, 401, 'alg none')
  const bare = await journey.post('/token', { ...CC, client_assertion: good })
  t.equal(bare.json.error, 'invalid_request', 'without its type')
  const strange = await journey.post('/token', { ...CC, client_assertion: good, client_assertion_type: 'x' })
  t.equal(strange.json.error, 'invalid_client')
  const untyped = await journey.post('/token', { ...CC, client_assertion_type: 'x' })
  t.equal(untyped.json.error, 'invalid_request')
  const twice = await journey.post('/token', { ...CC, ...withAssertion(good) }, basic('demo', 'demo-secret'))
  t.equal(twice.json.error, 'invalid_request', 'two methods')
  const other_id = await journey.post('/token', { ...CC, ...withAssertion(good), client_id: 'demo' })
  t.equal(other_id.json.error, 'invalid_request', 'another client_id')
  t.equal((await journey.post('/token', { ...CC, ...withAssertion(good) })).status, 200, 'none of that used it up')
})

t.test(
  'client_secret_jwt is taken with the secret, and by a client that registered it with its algorithm only',
  async t => {
    const secret = 'a-secret-of-thirty-two-characters'
    const journey = new Journey({
      clients: {
        any: { client_secret: secret },
        held: {
          client_secret: secret,
          token_endpoint_auth_method: 'client_secret_jwt',
          token_endpoint_auth_signing_alg: 'HS512',
        },
      },
    })
    const ask = async (id: string, alg: string, key = secret) =>
      (await journey.post('/token', { ...CC, ...withAssertion(await signWithSecret(key, assertionClaims(id), alg)) }))
        .status
    t.equal(await ask('any', 'HS256'), 200)
    t.equal(await ask('any', 'HS256', 'another-secret-of-the-same-length'), 401)
    t.equal(await ask('held', 'HS512'), 200)
    t.equal(await ask('held', 'HS256'), 401)
    t.equal((await journey.post('/token', CC, basic('held', secret))).status, 401, 'held to its method')
    t.equal(
      (await journey.post('/token', { ...CC, ...withAssertion(await signWithSecret(secret, assertionClaims('new'))) }))
        .status,
      401,
    )
  },
)

t.test('keys come from jwks_uri through the fetch port, where the client registered one', async t => {
  const key = await makeSigner()
  const asked: string[] = []
  let answer = () => Response.json({ keys: [key.jwk] })
  const journey = new Journey({
    clients: { web: { jwks_uri: 'https://app.example.com/jwks', token_endpoint_auth_method: 'private_key_jwt' } },
    ports: {
      fetch: async request => {
        asked.push(request.url)
        return answer()
      },
    },
  })
  const ask = async () => journey.post('/token', { ...CC, ...withAssertion(await key.sign(assertionClaims('web'))) })
  t.equal((await ask()).status, 200)
  t.strictSame(asked[0], 'https://app.example.com/jwks')
  for (const broken of [
    () => new Response('', { status: 500 }),
    () => new Response('<html>'),
    () => Response.json({ keys: 7 }),
  ]) {
    answer = broken
    journey.provider.clock.advance('1h')
    const late = withAssertion(await key.sign(assertionClaims('web', { exp: journey.provider.clock.now() + 60 })))
    t.equal((await journey.post('/token', { ...CC, ...late })).json.error, 'invalid_client')
  }
})

const header = (cert: string): Record<string, string> => ({
  'client-cert': `:${cert.replace(/-----[^-]+-----|\s/g, '')}:`,
})

t.test('a certificate authenticates the client whose subject or certificate is registered, and no other', async t => {
  const mine = makeSelfSigned('a', 'web.example.com', ['web.example.com', '10.0.0.1'])
  const other = makeSelfSigned('b', 'other.example.com', ['other.example.com'])
  const x5c = [mine.cert.replace(/-----[^-]+-----|\s/g, '')]
  const journey = new Journey({
    clientCertificates: 'header',
    clients: {
      dn: { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: 'cn=WEB.example.com' },
      dns: { tls_client_auth_san_dns: 'web.example.com' },
      ip: { tls_client_auth_san_ip: '10.0.0.1' },
      self: { token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks: { keys: [{ kty: 'RSA', x5c }] } },
      keyed: { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'RSA', x5c }] } },
    },
  })
  for (const client_id of ['dn', 'dns', 'ip', 'self']) {
    t.equal((await journey.post('/token', { ...CC, client_id }, header(mine.cert))).status, 200, client_id)
    for (const headers of [header(other.cert), {}, { 'client-cert': 'garbage' }, { 'client-cert': ':AAAA:' }]) {
      const answer = await journey.post('/token', { ...CC, client_id }, headers)
      t.equal(answer.status, 401, client_id)
      t.equal(answer.json.error, 'invalid_client')
    }
  }
  t.equal(
    (await journey.post('/token', { ...CC, client_id: 'keyed' }, header(mine.cert))).status,
    401,
    'another method',
  )
  const first = { ...CC, client_id: 'first' }
  t.equal((await journey.post('/token', first, header(mine.cert))).status, 200, 'by first use')
  t.equal((await journey.post('/token', first, header(other.cert))).status, 401, 'and held to it')
  const deaf = new Journey({ clients: { dns: { tls_client_auth_san_dns: 'web.example.com' } } })
  t.equal(
    (await deaf.post('/token', { ...CC, client_id: 'dns' }, header(mine.cert))).status,
    401,
    'the header is not believed',
  )
})

t.test('a client whose registration does not fit together is refused with every problem', async t => {
  const { provider } = new Journey()
  const key = await makeSigner()
  for (const metadata of [
    { token_endpoint_auth_method: 'private_key_jwt' },
    { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
    { token_endpoint_auth_method: 'tls_client_auth' },
    { tls_client_auth_san_dns: 'a', tls_client_auth_san_ip: '1.2.3.4' },
    { token_endpoint_auth_method: 'client_secret_jwt' },
    { token_endpoint_auth_method: 'none', client_secret: 's' },
    { jwks: { keys: [key.jwk] }, jwks_uri: 'https://app.example.com/jwks' },
    { jwks: { keys: [{ ...key.jwk, d: 'x' }] } },
    { jwks: [] },
    { backchannel_token_delivery_mode: 'push' },
    { backchannel_token_delivery_mode: 'ping' },
    { refresh_token_policy: { grace: 'long' } },
    { dpop_bound_access_tokens: 'yes' },
  ]) {
    t.match(provider.clients.put('web', metadata), { error: 'invalid_client_metadata' }, JSON.stringify(metadata))
  }
})
