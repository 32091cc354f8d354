import { createSecretKey, sign } from 'node:crypto'
import { makeKey, type SigningAlgorithm, type SigningKey, signToken, signWithSecret } from '@gatehouse/testkit'
import { compactVerify } from 'jose'
import t from 'tap'
import { parseKey, type VerificationKey } from '../../src/jwk.ts'
import { isSignedBy } from '../../src/signature.ts'

const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const
const SYMMETRIC = ['HS256', 'HS384', 'HS512'] as const
const SECRET = 'a secret of sixty-four bytes at least, as RFC 7518 wants it for HS512'
const rsa = makeKey('RS256')

/** A key of the algorithm; all that are RSA are one, which is dear to make. */
const keyOf = (alg: SigningAlgorithm): SigningKey =>
  /^[RP]S/.test(alg) ? { ...rsa, alg, jwk: { ...rsa.jwk, alg } } : makeKey(alg)

/** Whether jose takes the token. */
const oracle = (token: string, key: VerificationKey, alg: string): Promise<boolean> =>
  compactVerify(token, key.key, { algorithms: [alg] }).then(
    () => true,
    () => false,
  )

/** The token, and what may become of its signature on the way. */
function* variants(token: string): Generator<readonly [string, string]> {
  const end = token.lastIndexOf('.') + 1
  const bytes = Buffer.from(token.slice(end), 'base64url')
  const withSignature = (signature: Buffer): string => token.slice(0, end) + signature.toString('base64url')
  yield ['sound', token]
  yield ['without a signature', withSignature(Buffer.alloc(0))]
  yield ['a signature of zeros', withSignature(Buffer.alloc(bytes.length))]
  yield ['one byte short', withSignature(bytes.subarray(1))]
  yield ['one byte long', withSignature(Buffer.concat([bytes, Buffer.from([0])]))]
  yield ['a zero before it', withSignature(Buffer.concat([Buffer.from([0]), bytes]))]
  yield ['twice as long', withSignature(Buffer.concat([bytes, bytes]))]
  for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at)
    yield [`a bit of byte ${at} changed`, withSignature(flipped)]
  }
  yield ['another payload', token.replace(/\.[^.]+\./, '.eyJzdWIiOiJyb290In0.')]
}

t.test('whatever becomes of a signature, the answer is that of another library', async t => {
  for (const alg of ASYMMETRIC) {
    const made = keyOf(alg)
    const key = parseKey(made.jwk)
    if (key === undefined) throw new Error('the key is sound')
    for (const [what, token] of variants(signToken(made, { sub: 'alice' }))) {
      t.equal(isSignedBy(key, token, alg), await oracle(token, key, alg), `${alg}, ${what}`)
    }
  }
  const key = {
    kid: undefined,
    key: createSecretKey(Buffer.from(SECRET)),
    algorithms: new Set(SYMMETRIC),
    identity: 'secret',
  }
  for (const alg of SYMMETRIC) {
    for (const [what, token] of variants(signWithSecret(SECRET, { sub: 'alice' }, { alg }))) {
      t.equal(isSignedBy(key, token, alg), await oracle(token, key, alg), `${alg}, ${what}`)
    }
  }
})

t.test('one key and two algorithms: a signature of the one is none of the other', async t => {
  const { alg: _, ...jwk } = rsa.jwk
  const key = parseKey(jwk)
  if (key === undefined) throw new Error('the key is sound')
  const algorithms = ['RS256', 'RS384', 'PS256', 'PS384'] as const
  for (const made of algorithms) {
    const token = signToken(keyOf(made), { sub: 'alice' })
    for (const read of algorithms) t.equal(isSignedBy(key, token, read), made === read, `${made} read as ${read}`)
  }
})

t.test('an ECDSA signature in DER, and a PSS signature with another salt, are none (RFC 7518)', async t => {
  const es = makeKey('ES256')
  const esKey = parseKey(es.jwk)
  const psKey = parseKey(keyOf('PS256').jwk)
  if (esKey === undefined || psKey === undefined) throw new Error('the keys are sound')
  const input = signToken(es, { sub: 'alice' }).replace(/\.[^.]*$/, '')
  const der = sign('sha256', Buffer.from(input), es.privateKey)
  t.equal(isSignedBy(esKey, `${input}.${der.toString('base64url')}`, 'ES256'), false)
  const long = sign('sha256', Buffer.from(input), { key: rsa.privateKey, padding: 6, saltLength: 64 })
  t.equal(isSignedBy(psKey, `${input}.${long.toString('base64url')}`, 'PS256'), false)
})

t.test('a key of another kind is a bug, and what has no three parts is no token', async t => {
  const key = parseKey(makeKey('ES256').jwk)
  if (key === undefined) throw new Error('the key is sound')
  t.throws(() => isSignedBy(key, 'a.b.c', 'RS256'), TypeError)
  t.throws(() => isSignedBy(key, 'a.b.c', 'none'), TypeError)
  for (const token of ['', 'a', 'a.b', '.']) t.equal(isSignedBy(key, token, 'ES256'), undefined, token)
  t.equal(isSignedBy(key, '..', 'ES256'), false, 'three that are empty')
})
