import { constants, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { PublicJwk, SignatureAlgorithm } from '@gatehouse/protocol'
import { ALGORITHMS, type Slot } from './algorithms.ts'
import { CURVES, publicPoint, signDeterministically, toScalar } from './ecdsa.ts'
import type { Entropy } from './entropy.ts'
import { pickRsaPrimes, rsaPrivateKey, rsaPublicMembers } from './rsa.ts'

/** A key pair derived from the seed. Nothing is computed before it is used, so that a tenant costs nothing. */
export interface KeyMaterial {
  /** `kty` and the public members only (RFC 7518 section 6, RFC 8037 section 2). */
  readonly publicMembers: PublicJwk
  sign(alg: SignatureAlgorithm, input: Buffer): Buffer
  verify(alg: SignatureAlgorithm, input: Buffer, signature: Buffer): boolean
}

/** The key pair of a name: the same for the same seed, tenant and name. */
export function deriveKeyMaterial(slot: Slot, entropy: Entropy, name: string): KeyMaterial {
  switch (slot) {
    case 'RS256':
    case 'RSA':
      return rsaMaterial(entropy, name)
    case 'EdDSA':
      return ed25519Material(entropy, name)
    default:
      return ecMaterial(slot, entropy, name)
  }
}

function rsaMaterial(entropy: Entropy, name: string): KeyMaterial {
  const primes = lazily(() => pickRsaPrimes(entropy.derive(name, 4)))
  const members = lazily((): PublicJwk => ({ kty: 'RSA', ...rsaPublicMembers(primes()) }))
  const key = lazily(() => rsaPrivateKey(primes()))
  const open = lazily(() => publicKey(members()))
  return {
    get publicMembers() {
      return members()
    },
    sign: (alg, input) => sign(ALGORITHMS[alg].hash, input, { key: key(), ...padding(alg) }),
    verify: (alg, input, signature) => verify(ALGORITHMS[alg].hash, input, { key: open(), ...padding(alg) }, signature),
  }
}

function padding(alg: SignatureAlgorithm): { padding: number; saltLength?: number } {
  const row = ALGORITHMS[alg]
  if (row.kind === 'rsa' && row.pss) {
    return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  }
  return { padding: constants.RSA_PKCS1_PADDING }
}

function ecMaterial(slot: 'ES256' | 'ES384' | 'ES512', entropy: Entropy, name: string): KeyMaterial {
  const curve = CURVES[slot]
  // Eight bytes more than the scalar has, so that the reduction shows no bias worth naming (FIPS 186-5 A.2.1).
  const scalar = lazily(() => toScalar(curve, entropy.derive(name, curve.size + 8)))
  const members = lazily((): PublicJwk => ({ kty: 'EC', crv: curve.crv, ...publicPoint(curve, scalar()) }))
  const open = lazily(() => publicKey(members()))
  return {
    get publicMembers() {
      return members()
    },
    sign: (_alg, input) => signDeterministically(curve, scalar(), input),
    verify: (_alg, input, signature) =>
      verify(curve.hash, input, { key: open(), dsaEncoding: 'ieee-p1363' }, signature),
  }
}

/** PKCS #8 of an Ed25519 seed, up to the seed (RFC 8410 section 7). */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

function ed25519Material(entropy: Entropy, name: string): KeyMaterial {
  const key = lazily(() =>
    createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, entropy.derive(name, 32)]), format: 'der', type: 'pkcs8' }),
  )
  const members = lazily((): PublicJwk => {
    const { x } = createPublicKey(key()).export({ format: 'jwk' })
    return { kty: 'OKP', crv: 'Ed25519', x: x ?? '' }
  })
  const open = lazily(() => publicKey(members()))
  return {
    get publicMembers() {
      return members()
    },
    sign: (_alg, input) => sign(null, input, key()),
    verify: (_alg, input, signature) => verify(null, input, open(), signature),
  }
}

const publicKey = (jwk: PublicJwk): KeyObject => createPublicKey({ key: { ...jwk }, format: 'jwk' })

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
