import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { makeKey } from '@gatehouse/testkit'
import t from 'tap'
import { parseKey } from '../../src/jwk.ts'

const { jwk: ec } = makeKey('ES256')
const { jwk: rsa } = makeKey('RS256')
const without = (jwk: object, ...names: readonly string[]): object =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name)))

t.test('a key serves the algorithm that it names, or those of its kind', async t => {
  const algorithmsOf = (value: unknown) => [...(parseKey(value)?.algorithms ?? [])]
  t.strictSame(algorithmsOf(ec), ['ES256'])
  t.strictSame(algorithmsOf(without(ec, 'alg', 'use')), ['ES256'])
  t.strictSame(algorithmsOf({ ...rsa, alg: 'PS384' }), ['PS384'])
  t.strictSame(algorithmsOf(without(rsa, 'alg')), ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])
  const { jwk: edwards } = makeKey('EdDSA')
  t.strictSame(algorithmsOf(edwards), ['EdDSA'])
  t.strictSame(algorithmsOf({ ...edwards, alg: 'Ed25519' }), ['EdDSA'])
})

t.test('a key that is not for signatures, symmetric, weak or broken is left out', async t => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
  const bad: Readonly<Record<string, unknown>> = {
    'no object': 'key',
    'no kty': without(ec, 'kty'),
    symmetric: { kty: 'oct', k: 'AAAA', alg: 'HS256' },
    'a public key that says HMAC': { ...rsa, alg: 'HS256' },
    'for encryption': { ...ec, use: 'enc' },
    'for signing only': { ...ec, key_ops: ['sign'] },
    'key_ops of another type': { ...ec, key_ops: 'verify' },
    'a kid that is no string': { ...ec, kid: 1 },
    'an algorithm of another kind': { ...ec, alg: 'RS256' },
    'an algorithm of another curve': { ...ec, alg: 'ES384' },
    'an unknown curve': { ...ec, crv: 'secp256k1', alg: undefined },
    'no y': without(ec, 'y'),
    'a y that is no string': { ...ec, y: 1 },
    'a point that is not on the curve': { ...ec, y: ec.x },
    'an RSA key under 2048 bits': weak,
    'an RSA key without a modulus': { ...rsa, n: '' },
    'an RSA key over 8192 bits': { ...rsa, n: Buffer.alloc(1025, 255).toString('base64url') },
    'an exponent of 1': { ...rsa, e: 'AQ' },
    'an even exponent': { ...rsa, e: 'Ag' },
  }
  for (const [name, value] of Object.entries(bad)) t.equal(parseKey(value), undefined, name)
})

// liboauth2 2.3.0 accepted a private key where a public one belongs.
t.test('private members are left behind', async t => {
  const { privateKey } = makeKey('ES256')
  const jwk = createPrivateKey({ key: privateKey.export({ format: 'jwk' }), format: 'jwk' }).export({ format: 'jwk' })
  const parsed = parseKey({ ...jwk, key_ops: ['verify'] })
  t.equal(parsed?.key.type, 'public')
  t.notOk(parsed?.identity.includes(String(jwk.d)))
})

t.test('keys of equal meaning have one identity, whatever else is written beside them', async t => {
  t.equal(parseKey({ ...ec, x5t: 'a', use: undefined })?.identity, parseKey(ec)?.identity)
  t.not(parseKey({ ...ec, kid: 'other' })?.identity, parseKey(ec)?.identity)
})
