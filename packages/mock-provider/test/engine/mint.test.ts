import { createLocalJWKSet, jwtVerify } from 'jose'
import t from 'tap'
import { createMockProvider, DEFECTS } from '../../src/index.ts'
import { claimsOf, headerOf, Journey, NOON, ORIGIN } from '../journey.ts'

const frozen = (): Journey => new Journey()

t.test('a minted access token is one of RFC 9068 that jose verifies against the JWKS', async t => {
  const { provider } = frozen()
  const keys = createLocalJWKSet(provider.keys.jwks() as never)
  for (const alg of ['RS256', 'RS384', 'RS512', 'PS256', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
    const minted = await provider.mint({ sub: 'alice', scope: 'orders:read', audience: 'https://api.example.com', alg })
    const verified = await jwtVerify(minted.token, keys, {
      issuer: ORIGIN,
      audience: 'https://api.example.com',
      typ: 'at+jwt',
      algorithms: [alg],
      currentDate: new Date(NOON * 1000),
    })
    t.strictSame(verified.payload, minted.claims, alg)
    t.match(verified.payload, { client_id: 'demo', sub: 'alice', scope: 'orders:read', iat: NOON, exp: NOON + 3600 })
    t.equal(minted.expires_at, NOON + 3600)
  }
})

t.test('HS256 signs with the secret of the client, and a client without one can not have it', async t => {
  const { provider } = frozen()
  const { token } = await provider.mint({ alg: 'HS256', client_id: 'demo' })
  const key = new TextEncoder().encode('demo-secret')
  t.ok(await jwtVerify(token, key, { currentDate: new Date(NOON * 1000) }))
  t.notOk('kid' in headerOf(token))
  await t.rejects(provider.mint({ alg: 'HS256', client_id: 'demo-public' }), TypeError)
})

t.test('claims, header, lifetime and audience of a minted token are those asked for', async t => {
  const { provider } = frozen()
  const { token, claims, header } = await provider.mint({
    audience: ['a', 'b'],
    scope: ['x', 'y'],
    lifetime: '10m',
    claims: { roles: ['admin'], jti: null },
    header: { kid: 'mine' },
  })
  t.match(claims, { aud: ['a', 'b'], scope: 'x y', exp: NOON + 600, roles: ['admin'] })
  t.notOk('jti' in claims)
  t.strictSame(claimsOf(token), claims)
  t.strictSame(headerOf(token), header)
  t.equal(header?.kid, 'mine')
})

t.test('ID and logout tokens have the claims of their specifications', async t => {
  const { provider } = frozen()
  const id = await provider.mint({ kind: 'id', client_id: 'web', claims: { nonce: 'n' } })
  t.match(id.claims, { aud: 'web', sub: 'alice', nonce: 'n', auth_time: NOON })
  const logout = await provider.mint({ kind: 'logout', client_id: 'web', claims: { sid: 's' } })
  t.equal(logout.header?.typ, 'logout+jwt')
  t.match(logout.claims, { aud: 'web', sid: 's', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
  t.notOk('nonce' in logout.claims)
})

t.test('a minted refresh token is good at the token endpoint once', async t => {
  const journey = frozen()
  const { token, header } = await journey.provider.mint({ kind: 'refresh', sub: 'bob', scope: 'a' })
  t.equal(header, null)
  const first = await journey.token({ grant_type: 'refresh_token', refresh_token: token })
  t.match(first.json, { scope: 'a' })
  t.equal(claimsOf(first.json.access_token).sub, 'bob')
  const second = await journey.token({ grant_type: 'refresh_token', refresh_token: token })
  t.equal(second.json.error, 'invalid_grant')
})

t.test('a mint request that is wrong says every mistake', async t => {
  const { provider } = frozen()
  await t.rejects(provider.mint({ kind: 'acces', alg: 'RS1', lifetime: 'long', scop: 'x' } as never), {
    message: /kind: .*alg: .*scop: is not known, did you mean scope\?.*lifetime: /s,
  })
  await t.rejects(provider.mint({ kind: 'id', format: 'opaque' }), /only an access token/)
  await t.rejects(provider.mint({ defect: 'expird' }), /did you mean expired/)
  await t.rejects(provider.mint({ scope: 'a"b' }), /scope/)
})

t.test('user claims go where their place says, standard ones with their scope', async t => {
  const provider = createMockProvider({
    users: {
      carol: {
        claims: { email: 'c@example.com', roles: ['a'] },
        access_token: { department: 'x' },
        id_token: { shoe: 38 },
      },
    },
  })
  const plain = await provider.mint({ sub: 'carol' })
  t.match(plain.claims, { roles: ['a'], department: 'x' })
  t.notOk('email' in plain.claims)
  t.notOk('shoe' in plain.claims)
  const id = await provider.mint({ sub: 'carol', kind: 'id', scope: 'openid email' })
  t.match(id.claims, { roles: ['a'], shoe: 38, email: 'c@example.com' })
})

t.test('every defect bends a token of each of its kinds, and is told with a sentence and a section', async t => {
  t.ok(DEFECTS.length >= 90)
  t.equal(new Set(DEFECTS.map(({ name }) => name)).size, DEFECTS.length)
  const { provider } = frozen()
  for (const { name, say, section, kinds, opaque } of DEFECTS) {
    t.match(name, /^[a-z0-9_]+$/)
    t.match(say, /\.$/)
    t.match(section, /RFC|OpenID/)
    for (const kind of kinds) t.ok((await provider.mint({ kind, defect: name })).token, `${kind} ${name}`)
    if (opaque === true) t.ok((await provider.mint({ format: 'opaque', defect: name })).token, `opaque ${name}`)
  }
})

t.test('introspection calls inactive what the provider itself must not accept', async t => {
  const journey = frozen()
  // Its audience, and what only a stricter reader minds, is not for the provider to judge.
  const active = [
    ...['wrong_audience', 'missing_aud', 'empty_aud', 'audience_prefix', 'audience_upper_case', 'audience_object'],
    ...['audience_nested', 'missing_exp', 'exp_huge', 'exp_fraction', 'issued_in_future', 'iat_text', 'missing_iat'],
    ...['iat_week_old', 'missing_sub', 'sub_empty', 'sub_number', 'wrong_sub', 'missing_client_id', 'missing_jti'],
    ...['scope_list', 'bound_to_stranger_key', 'bound_to_stranger_certificate', 'binding_malformed', 'typ_number'],
    ...['type_foreign', 'id_token_by_token_use', 'b64_false', 'prototype_claim', 'huge_claims', 'deep_claims'],
    // Its own parser takes the last of two members, and its own clients may have it sign with their secrets.
    ...[
      'duplicate_header_member',
      'duplicate_kid',
      'duplicate_claim',
      'duplicate_claim_escaped',
      'hs256_client_secret',
    ],
  ]
  for (const { name, kinds } of DEFECTS) {
    if (!kinds.includes('access') || name === 'missing_kid') continue
    const { token } = await journey.provider.mint({ defect: name })
    t.equal((await journey.introspect(token)).json.active, active.includes(name), name)
  }
})
