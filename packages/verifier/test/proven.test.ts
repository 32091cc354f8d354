import { createHash } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { fakePorts, json, makeKey, signToken } from '@gatehouse/testkit'
import t from 'tap'
import { createVerifier } from '../src/index.ts'
import { API, CLIENT, codeOf, INTROSPECT, ISSUER, JWKS } from './scene.ts'

const issuerKey = makeKey()
const clientKey = makeKey('ES256', 'client')
const certificate = new TextEncoder().encode('DER of a certificate')
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('base64url')
const { crv, kty, x, y } = clientKey.jwk
const jwk = { crv, kty, x, y } as JsonObject
const jkt = sha256(JSON.stringify(jwk))

function set(publicUrl?: string) {
  const net = fakePorts()
  net.on(JWKS, () => json({ keys: [issuerKey.jwk] }))
  const main = {
    issuer: ISSUER,
    audience: API,
    jwks: { uri: JWKS },
    introspection: { ...CLIENT, endpoint: INTROSPECT },
  }
  const verifier = createVerifier({ issuers: { main }, ...(publicUrl === undefined ? {} : { publicUrl }) }, net.ports)
  const exp = net.now() + 300
  const token = (cnf?: JsonObject): string =>
    signToken(issuerKey, { iss: ISSUER, aud: API, sub: 'alice', exp, ...(cnf === undefined ? {} : { cnf }) })
  const prove = (access: string, jti: string): string =>
    signToken(
      clientKey,
      { jti, htm: 'GET', htu: `${API}/orders`, iat: net.now(), ath: sha256(access) },
      { typ: 'dpop+jwt', jwk },
    )
  const ask = async (rawHeaders: readonly string[], policy = verifier.policy({}), der?: Uint8Array) => {
    const inbound = { method: 'GET', target: '/orders?page=2', rawHeaders, certificate: () => der }
    return codeOf(await verifier.authenticate(inbound, policy))
  }
  /** An opaque token of which the issuer says this. */
  const opaque = (cnf: JsonObject): string => {
    net.on(INTROSPECT, () => json({ active: true, aud: API, sub: 'alice', exp, cnf }))
    return sha256(JSON.stringify(cnf))
  }
  return { verifier, token, opaque, prove, ask }
}

t.test('a token bound to a DPoP key passes with a proof, once', async t => {
  const { ask, token, prove, verifier } = set(API)
  const bound = token({ jkt })
  const headers = (jti: string) => ['Authorization', `DPoP ${bound}`, 'DPoP', prove(bound, jti)]
  t.equal(await ask(headers('1')), 'ok')
  t.equal(await ask(headers('1')), 'proof_replayed')
  t.equal(await ask(headers('2'), verifier.policy({ proof: 'dpop' })), 'ok')
})

t.test('a bound token without its proof is refused, under either scheme', async t => {
  const { ask, token, prove } = set(API)
  const bound = token({ jkt })
  t.equal(await ask(['Authorization', `Bearer ${bound}`]), 'proof_missing')
  t.equal(await ask(['Authorization', `Bearer ${bound}`, 'DPoP', prove(bound, '1')]), 'proof_missing')
  t.equal(await ask(['Authorization', `DPoP ${bound}`]), 'proof_missing')
  t.equal(await ask(['Authorization', `DPoP ${bound}`, 'DPoP', prove('another', '2')]), 'proof_invalid')
})

t.test('a token bound to nothing is no DPoP token, and not enough where a bound one is required', async t => {
  const { ask, token, prove, verifier } = set(API)
  const free = token()
  t.equal(await ask(['Authorization', `DPoP ${free}`, 'DPoP', prove(free, '1')]), 'token_type_mismatch')
  t.equal(await ask(['Authorization', `Bearer ${free}`], verifier.policy({ proof: 'dpop' })), 'proof_missing')
})

t.test('without a public URL no proof is accepted, and a route can not demand one', async t => {
  const { ask, token, prove, verifier } = set()
  const bound = token({ jkt })
  t.equal(await ask(['Authorization', `DPoP ${bound}`, 'DPoP', prove(bound, '1')]), 'proof_invalid')
  t.throws(() => verifier.policy({ proof: 'dpop' }, 'routes[0].auth'), {
    name: 'ConfigurationError',
    problems: [{ path: 'routes[0].auth.proof' }],
  })
})

t.test('a token bound to a client certificate passes with that certificate alone', async t => {
  const { ask, token, verifier } = set()
  const headers = ['Authorization', `Bearer ${token({ 'x5t#S256': sha256(certificate) })}`]
  const policy = verifier.policy({ proof: 'mtls' })
  t.equal(await ask(headers, policy, certificate), 'ok')
  t.equal(await ask(headers, policy), 'certificate_missing')
  t.equal(await ask(headers, policy, new Uint8Array([1])), 'certificate_mismatch')
})

t.test('an opaque token is bound by what its issuer says, and held to it as a JWT is, remembered or not', async t => {
  const { ask, opaque, prove } = set(API)
  const byKey = opaque({ jkt })
  t.equal(await ask(['Authorization', `Bearer ${byKey}`]), 'proof_missing')
  t.equal(await ask(['Authorization', `DPoP ${byKey}`]), 'proof_missing')
  t.equal(await ask(['Authorization', `DPoP ${byKey}`, 'DPoP', prove('another', '1')]), 'proof_invalid')
  t.equal(await ask(['Authorization', `DPoP ${byKey}`, 'DPoP', prove(byKey, '2')]), 'ok')
  t.equal(await ask(['Authorization', `DPoP ${byKey}`, 'DPoP', prove(byKey, '2')]), 'proof_replayed')
  const byCertificate = ['Authorization', `Bearer ${opaque({ 'x5t#S256': sha256(certificate) })}`]
  t.equal(await ask(byCertificate), 'certificate_missing')
  t.equal(await ask(byCertificate, undefined, new Uint8Array([1])), 'certificate_mismatch')
  t.equal(await ask(byCertificate, undefined, certificate), 'ok')
})

t.test('a challenge asks for a proof where one would have helped', async t => {
  const { verifier } = set(API)
  const challenge = (proof: 'any' | 'dpop' | 'mtls', code: 'proof_missing' | 'token_expired') =>
    verifier.challenge(code === 'proof_missing' ? { code, detail: {} } : { code }, verifier.policy({ proof }))
  t.match(challenge('any', 'proof_missing'), /^DPoP error="invalid_token".* algs="/)
  t.match(challenge('any', 'token_expired'), /^Bearer /)
  t.match(challenge('dpop', 'token_expired'), /^DPoP /)
  t.match(challenge('mtls', 'proof_missing'), /^Bearer /)
})
