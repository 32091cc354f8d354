import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { JsonObject, PublicJwk } from '@gatehouse/protocol'
import { CURVES, publicPoint, toScalar } from './ecdsa.ts'
import type { Entropy } from './entropy.ts'
import { pickRsaPrimes, rsaPrivateKey, rsaPublicMembers } from './rsa.ts'
import type { Tenant } from './tenant.ts'

/** What a client may encrypt to: the tenant's own, derived from the seed, never rotated. */
interface EncryptionKey {
  readonly jwk: PublicJwk
  readonly open: () => KeyObject
}

const known = new WeakMap<Entropy, readonly EncryptionKey[]>()

/** The tenant's keys of `use: enc`, made when first asked for: RSA for RSA-OAEP*, P-256 for ECDH-ES*. */
function keysOf({ entropy }: Tenant): readonly EncryptionKey[] {
  const made = known.get(entropy) ?? [makeRsa(entropy), makeEc(entropy)]
  known.set(entropy, made)
  return made
}

const name = (entropy: Entropy, kind: string): JsonObject => ({
  kid: entropy.derive(`encryption key ${kind} kid`, 15).toString('base64url'),
  use: 'enc',
})

function makeRsa(entropy: Entropy): EncryptionKey {
  const primes = pickRsaPrimes(entropy.derive('encryption key RSA', 4))
  const jwk = { kty: 'RSA', ...rsaPublicMembers(primes), ...name(entropy, 'RSA') } as PublicJwk
  return { jwk, open: () => rsaPrivateKey(primes) }
}

function makeEc(entropy: Entropy): EncryptionKey {
  const curve = CURVES.ES256
  const scalar = toScalar(curve, entropy.derive('encryption key EC', curve.size + 8))
  const point = { kty: 'EC', crv: curve.crv, ...publicPoint(curve, scalar) }
  const jwk = { ...point, ...name(entropy, 'EC') } as PublicJwk
  const open = () => createPrivateKey({ key: { ...point, d: scalar.toString('base64url') }, format: 'jwk' })
  return { jwk, open }
}

/** Public members, for the JWKS. */
export const encryptionJwks = (tenant: Tenant): readonly PublicJwk[] => keysOf(tenant).map(({ jwk }) => jwk)

/** The private key that a JWE's header means: by `kid`, else the only one of the kind that `alg` needs. */
export function findDecryptionKey(tenant: Tenant, { alg, kid }: JsonObject): KeyObject | undefined {
  const kty = String(alg).startsWith('RSA') ? 'RSA' : 'EC'
  const key = keysOf(tenant).find(({ jwk }) => jwk.kty === kty && (kid === undefined || kid === jwk.kid))
  return key?.open()
}
