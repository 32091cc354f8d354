import { compactDecrypt, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import t from 'tap'
import { basic, CALLBACK, claimsOf, headerOf, Journey, NOON, ORIGIN, type Reply } from '../journey.ts'

const JWT_TYPE = 'application/token-introspection+jwt'

const introspect = (
  journey: Journey,
  token: string,
  accept: string,
  id = 'demo',
  secret = 'demo-secret',
): Promise<Reply> => journey.post('/introspect', { token }, { accept, ...basic(id, secret) })

const verify = (journey: Journey, jwt: string) =>
  jwtVerify(jwt, createLocalJWKSet(journey.provider.keys.jwks() as never), { currentDate: new Date(NOON * 1000) })

async function makeKey() {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true })
  return { privateKey, jwks: { keys: [{ ...(await exportJWK(publicKey)), use: 'enc' }] } }
}

t.test(
  'introspection is a JWT for who asks for one by Accept, for that caller, with the facts in their own member',
  async t => {
    const journey = new Journey()
    const { token } = await journey.provider.mint({ scope: 'a' })
    const { headers, text } = await introspect(journey, token, `${JWT_TYPE}, application/json;q=0.5`)
    t.equal(headers.get('content-type'), JWT_TYPE)
    t.equal(headers.get('cache-control'), 'no-store')
    const { payload, protectedHeader } = await verify(journey, text)
    t.match(protectedHeader, { alg: 'RS256', typ: 'token-introspection+jwt' })
    t.strictSame(Object.keys(payload).sort(), ['aud', 'iat', 'iss', 'token_introspection'])
    t.match(payload, {
      iss: ORIGIN,
      aud: 'demo',
      iat: NOON,
      token_introspection: { active: true, sub: 'alice', scope: 'a' },
    })
    const dead = await introspect(journey, 'garbage', JWT_TYPE)
    t.strictSame(claimsOf(dead.text).token_introspection, { active: false })
  },
)

t.test('introspection stays JSON for who does not ask for a JWT, whatever was registered', async t => {
  const journey = new Journey()
  journey.provider.clients.put('rs', { client_secret: 's', introspection_signed_response_alg: 'ES256' })
  for (const accept of ['application/json', '*/*', `${JWT_TYPE};q=0, application/json`, 'application/jwt']) {
    const { json } = await introspect(journey, 'x', accept, 'rs', 's')
    t.strictSame(json, { active: false }, accept)
  }
  t.equal(headerOf((await introspect(journey, 'x', JWT_TYPE, 'rs', 's')).text).alg, 'ES256')
})

t.test('a wrong secret is refused as JSON even where a JWT is asked for', async t => {
  const { status, json } = await introspect(new Journey(), 'x', JWT_TYPE, 'demo', 'wrong')
  t.strictSame([status, json.error], [401, 'invalid_client'])
})

t.test('an API connection gets its own scopes as a JWT for itself', async t => {
  const journey = new Journey({ apis: { orders: { secret: 's', scopes: ['orders:read'] } } })
  const { token } = await journey.provider.mint({ scope: 'orders:read users:read' })
  const { payload } = await verify(journey, (await introspect(journey, token, JWT_TYPE, 'orders', 's')).text)
  t.match(payload, { aud: 'orders', token_introspection: { active: true, scope: 'orders:read' } })
})

t.test(
  'userinfo is encrypted JSON for a client that registered for encryption alone, and the same in every run',
  async t => {
    const { privateKey, jwks } = await makeKey()
    const ask = async () => {
      const journey = new Journey({
        clients: { web: { client_secret: 's', jwks, userinfo_encrypted_response_alg: 'ECDH-ES' } as never },
      })
      const { token } = await journey.provider.mint({ client_id: 'web', scope: 'openid email' })
      return journey.ask('/userinfo', { headers: { authorization: `Bearer ${token}` } })
    }
    const { text, headers } = await ask()
    t.equal(headers.get('content-type'), 'application/jwt')
    const { plaintext, protectedHeader } = await compactDecrypt(text, privateKey)
    t.strictSame([protectedHeader.enc, protectedHeader.cty], ['A128CBC-HS256', undefined])
    t.match(JSON.parse(Buffer.from(plaintext).toString()), { sub: 'alice', email: 'alice@example.com' })
    t.equal((await ask()).text, text)
  },
)

t.test('signed userinfo says whose it is and for whom', async t => {
  const journey = new Journey({ clients: { web: { client_secret: 's', userinfo_signed_response_alg: 'RS256' } } })
  const { token } = await journey.provider.mint({ client_id: 'web', scope: 'openid' })
  const { text } = await journey.ask('/userinfo', { headers: { authorization: `Bearer ${token}` } })
  t.match((await verify(journey, text)).payload, { iss: ORIGIN, aud: 'web', sub: 'alice' })
})

t.test('what cannot be encrypted is refused and never sent in the clear', async t => {
  const fetch = async () => Response.json({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] })
  const encryption = { jwks_uri: 'https://app.example.com/jwks', id_token_encrypted_response_alg: 'ECDH-ES' }
  for (const extra of [{}, { id_token_encrypted_response_alg: 'RSA-OAEP' }]) {
    const journey = new Journey({ ports: { fetch }, clients: { web: { client_secret: 's', ...encryption, ...extra } } })
    const code = await journey.code({ client_id: 'web' })
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      client_id: 'web',
      client_secret: 's',
    }
    const { status, json } = await journey.post('/token', form)
    t.strictSame([status, json.error], [400, 'invalid_client_metadata'])
    t.notOk('access_token' in json)
    const hybrid = await journey.authorize({
      client_id: 'web',
      response_type: 'code id_token',
      nonce: 'n',
      login_hint: 'alice',
    })
    t.match(hybrid.location?.hash, /error=invalid_client_metadata/)
    t.notMatch(hybrid.location?.hash, /id_token=|code=/)
  }
})

t.test('a client that asks for an algorithm that is not there is not put, nor made by the options', async t => {
  const journey = new Journey()
  const put = journey.provider.clients.put('web', { client_secret: 's', id_token_signed_response_alg: 'XS256' })
  t.match(put, { error: 'invalid_client_metadata', description: /id_token_signed_response_alg/ })
  t.throws(() => new Journey({ clients: { web: { client_secret: 's', userinfo_encrypted_response_alg: 'none' } } }), {
    message: /clients\.web/,
  })
})

t.test('the hashes in an ID token are of its own algorithm, SHA-512 with EdDSA', async t => {
  for (const [alg, length] of [
    ['RS256', 22],
    ['ES384', 32],
    ['PS512', 43],
    ['HS384', 32],
    ['EdDSA', 43],
  ] as const) {
    const journey = new Journey({ clients: { web: { client_secret: 's', id_token_signed_response_alg: alg } } })
    const query = { client_id: 'web', response_type: 'code id_token token', nonce: 'n', login_hint: 'alice' }
    const { location } = await journey.authorize(query)
    const claims = claimsOf(new URLSearchParams(location?.hash.slice(1)).get('id_token') ?? '')
    for (const name of ['at_hash', 'c_hash', 's_hash']) t.equal(String(claims[name]).length, length, `${alg} ${name}`)
  }
})

const PAIRWISE = { client_secret: 's', subject_type: 'pairwise' }

t.test('a pairwise client calls a user by a name of its own in every place, another sector by another', async t => {
  const journey = new Journey({
    clients: {
      one: { ...PAIRWISE, redirect_uris: [CALLBACK] },
      same: { ...PAIRWISE, redirect_uris: ['https://app.example.com/other'] },
      other: { ...PAIRWISE, redirect_uris: ['https://other.example/cb'] },
      plain: { client_secret: 's' },
    },
  })
  const names: Record<string, unknown> = {}
  for (const [client_id, redirect_uri] of [
    ['one', CALLBACK],
    ['same', 'https://app.example.com/other'],
    ['other', 'https://other.example/cb'],
    ['plain', CALLBACK],
  ] as const) {
    for (const token_format of ['jwt', 'opaque']) {
      const code = await journey.code({ client_id, redirect_uri })
      const form = { grant_type: 'authorization_code', code, redirect_uri, client_id, client_secret: 's', token_format }
      const { json } = await journey.post('/token', form)
      const name = claimsOf(json.id_token).sub
      names[client_id] = name
      if (token_format === 'jwt') t.equal(claimsOf(json.access_token).sub, name)
      const headers = { authorization: `Bearer ${json.access_token}` }
      t.match((await journey.ask('/userinfo', { headers })).json, { sub: name, email: 'alice@example.com' })
      t.match((await journey.introspect(json.access_token)).json, { active: true, sub: name })
      t.match((await journey.introspect(json.refresh_token)).json, { active: true, sub: name })
      const again = await journey.authorize({ client_id, redirect_uri, prompt: 'none', id_token_hint: json.id_token })
      t.ok(again.location?.searchParams.get('code'), 'the hint is understood')
    }
  }
  t.equal(names.plain, 'alice')
  t.equal(names.one, names.same)
  t.not(names.one, names.other)
  t.match(names.one, /^[\w-]{43}$/)
  t.equal(journey.provider.revoke({ sub: 'alice' }) > 0, true, 'the provider itself knows the user')
})

t.test('claims may point to others who vouch for them (OpenID Connect Core section 5.6.2)', async t => {
  const journey = new Journey()
  journey.provider.users.put('carol', {
    userinfo: { _claim_names: { address: 'src1' }, _claim_sources: { src1: { JWT: 'eyJhbGciOiJub25lIn0.e30.' } } },
  })
  const { token } = await journey.provider.mint({ sub: 'carol', scope: 'openid' })
  const { json } = await journey.ask('/userinfo', { headers: { authorization: `Bearer ${token}` } })
  t.match(json, { _claim_names: { address: 'src1' }, _claim_sources: { src1: { JWT: /^ey/ } } })
})
