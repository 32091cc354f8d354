import type { JsonObject } from '@gatehouse/protocol'
import { forgeToken, json, makeKey, type SigningAlgorithm, signToken, signWithSecret } from '@gatehouse/testkit'
import t from 'tap'
import { parseKey } from '../../src/jwk.ts'
import { findSigner } from '../../src/token/jwt.ts'
import { makeConfig } from '../configs.ts'
import { API, ISSUER, JWKS, makeScene } from '../scene.ts'

const SECRET = 'a secret of more than thirty-two bytes, as RFC 7518 wants it for HS256'

t.test('a token of every algorithm is accepted, judged by signatures that another library made', async t => {
  const rsa = makeKey('RS256', 'rsa')
  for (const alg of [
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
  ] as const) {
    const isRsa = /^[RP]S/.test(alg)
    const { alg: _, ...jwk } = rsa.jwk
    const key = isRsa ? { ...rsa, alg: alg as SigningAlgorithm, jwk: jwk as typeof rsa.jwk } : makeKey(alg)
    const { ask, token, publish } = makeScene()
    publish(key)
    t.equal(await ask(token({}, {}, key)), 'ok', alg)
    t.equal(await ask(`${token({}, {}, key).slice(0, -8)}AAAAAAAA`), 'signature_invalid', alg)
  }
})

t.test('a changed payload, another key and another length of the signature are all an invalid signature', async t => {
  const { ask, token } = makeScene()
  const [header, , signature] = token().split('.')
  const [, claims] = token({ sub: 'admin' }).split('.')
  t.equal(await ask(`${header}.${claims}.${signature}`), 'signature_invalid')
  t.equal(await ask(token({}, {}, makeKey('ES256', 'one'))), 'signature_invalid')
  t.equal(await ask(`${header}.${claims}.`), 'signature_invalid')
})

t.test('an algorithm that is not on the list is refused before any key is asked for', async t => {
  const { ask, token, net } = makeScene({ algorithms: ['RS256'] })
  t.equal(await ask(token()), 'algorithm_not_allowed')
  for (const alg of ['none', 'None', 'HS256', 'ES256K', 'es256', '']) {
    t.equal(await ask(forgeToken({ alg }, { iss: ISSUER }, '')), 'algorithm_not_allowed', alg)
  }
  t.equal(net.calls.length, 0)
})

// fast-jwt: an RSA key was used as the secret of HS256.
t.test('a public key is never taken for an HMAC secret', async t => {
  const key = makeKey('RS256', 'one')
  const { ask, net, publish } = makeScene()
  publish(key)
  const pem = key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const claims = { iss: ISSUER, aud: API, exp: net.now() + 300 }
  for (const secret of [pem, JSON.stringify(key.jwk), String(key.jwk.n)]) {
    t.equal(await ask(signWithSecret(secret, claims, { alg: 'HS256', kid: 'one' })), 'algorithm_not_allowed')
  }
})

t.test('with a secret, HMAC is accepted and nothing else is', async t => {
  const { ask, token, net } = makeScene({ secret: SECRET })
  const claims = { iss: ISSUER, aud: API, sub: 'alice', exp: net.now() + 300 }
  t.equal(await ask(signWithSecret(SECRET, claims)), 'ok')
  t.equal(await ask(signWithSecret(SECRET, claims, { kid: 'whatever' })), 'ok')
  t.equal(await ask(signWithSecret(`${SECRET}!`, claims)), 'signature_invalid')
  t.equal(await ask(signWithSecret(SECRET, claims, { alg: 'HS512' })), 'algorithm_not_allowed')
  t.equal(await ask(token()), 'algorithm_not_allowed')
  t.equal(net.calls.length, 0)
})

const TYPES: Readonly<Record<string, readonly (string | undefined)[]>> = {
  ok: ['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', 'jwt', undefined],
  token_type_mismatch: [
    'logout+jwt',
    'secevent+jwt',
    'dpop+jwt',
    'id_token',
    'rt+jwt',
    'JWE',
    '',
    'token-introspection+jwt',
  ],
}

t.test('only the types of access tokens are accepted', async t => {
  const { ask, token } = makeScene()
  for (const [code, types] of Object.entries(TYPES)) {
    for (const typ of types) t.equal(await ask(token({}, typ === undefined ? {} : { typ })), code, String(typ))
  }
})

t.test('typ: at+jwt wants the type and the claims of RFC 9068', async t => {
  const { ask, token, net } = makeScene({ typ: 'at+jwt' })
  const full: JsonObject = { client_id: 'web', iat: net.now(), jti: '1' }
  t.equal(await ask(token(full, { typ: 'at+jwt' })), 'ok')
  t.equal(await ask(token(full, { typ: 'JWT' })), 'token_type_mismatch')
  t.equal(await ask(token(full)), 'token_type_mismatch')
  t.equal(await ask(token({}, { typ: 'at+jwt' })), 'claim_missing')
})

t.test('a token that says in its claims that it is an ID token or a logout token is refused', async t => {
  const { ask, token } = makeScene()
  t.equal(await ask(token({ token_use: 'id' })), 'token_type_mismatch')
  t.equal(await ask(token({ token_use: 'access' })), 'ok')
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  t.equal(await ask(token({ events })), 'token_type_mismatch')
  t.equal(await ask(token({ events: {} })), 'ok')
})

t.test('expiry is required, is a number, and is judged before any key is asked for', async t => {
  const { ask, token, net } = makeScene({ clockTolerance: 0 })
  const now = net.now()
  const cases: readonly (readonly [JsonObject, string])[] = [
    [{ exp: null }, 'claim_missing'],
    [{ exp: '1900000000' }, 'token_malformed'],
    [{ exp: {} }, 'token_malformed'],
    [{ exp: now }, 'token_expired'],
    [{ exp: 0 }, 'token_expired'],
    [{ nbf: now + 1 }, 'token_not_yet_valid'],
    [{ nbf: 'soon' }, 'token_malformed'],
    [{ iat: now + 3600 }, 'token_not_yet_valid'],
    [{ iat: true }, 'token_malformed'],
  ]
  for (const [claims, code] of cases) t.equal(await ask(token(claims)), code, JSON.stringify(claims))
  t.equal(net.calls.length, 0)
  t.equal(await ask(token({ exp: now + 0.5, nbf: now, iat: now + 30 })), 'ok')
})

// mod_auth_openidc GHSA-wcvh-g65p-v576: the signature alone was checked, not `aud`.
t.test('a token for another audience, or for none, is refused', async t => {
  const { ask, token } = makeScene({ audience: [API, 'urn:api'] })
  t.equal(await ask(token({ aud: 'https://other.example.com' })), 'audience_mismatch')
  t.equal(await ask(token({ aud: [] })), 'audience_mismatch')
  t.equal(await ask(token({ aud: null })), 'audience_mismatch')
  t.equal(await ask(token({ aud: { [API]: true } })), 'audience_mismatch')
  t.equal(await ask(token({ aud: ['x', 'urn:api'] })), 'ok')
})

// An array-valued scope broke APISIX; KrakenD panicked on a member that was no string.
t.test('scopes in an array, and members that are none, break nothing', async t => {
  const { ask, token, verifier } = makeScene()
  const policy = verifier.policy({ scopes: ['a', 'b'] })
  t.equal(await ask(token({ scope: ['a', 1, null, 'b'] }), policy), 'ok')
  t.equal(await ask(token({ scp: 'a b' }), policy), 'ok')
  t.equal(await ask(token({ scope: { a: true } }), policy), 'scope_missing')
})

t.test('keys that a token brings along are not looked at', async t => {
  const { ask, token, net } = makeScene()
  const own = makeKey('ES256', 'own')
  const header = { jwk: own.jwk, jku: 'https://evil.example.com/keys', x5u: 'https://evil.example.com/cert' }
  t.equal(await ask(token({}, header, own)), 'key_unknown')
  t.notOk(net.calls.some(({ url }) => url.includes('evil')))
  net.on(JWKS, () => json({ keys: [] }))
})

t.test('an error of the crypto library that is not the token’s fault is thrown, not turned into a refusal', async t => {
  const es = makeKey('ES256')
  const key = parseKey(es.jwk)
  if (key === undefined) throw new Error('the key is sound')
  const find = (token: string, alg: string) => findSigner(makeConfig(), token, alg, [key])
  t.throws(() => find(signToken(es, {}, { alg: 'RS256' }), 'RS256'))
  t.throws(() => find(signToken(es, {}), 'RS256'))
  t.match(find('a.b', 'ES256'), { rejection: { code: 'token_malformed' } })
})
