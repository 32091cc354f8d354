import { createPublicKey, type KeyObject } from 'node:crypto'
import type { JsonObject, JsonValue, SignatureAlgorithm } from '@gatehouse/protocol'
import { isJsonObject } from './json.ts'

type Asymmetric = Exclude<SignatureAlgorithm, `HS${string}`>

interface Family {
  readonly kty: string
  readonly crv?: string
  /** Public members only: whatever else a JWK holds is left behind. */
  readonly members: readonly string[]
}

const rsa: Family = { kty: 'RSA', members: ['n', 'e'] }
const ec = (crv: string): Family => ({ kty: 'EC', crv, members: ['crv', 'x', 'y'] })

/** Which keys an algorithm works with (RFC 7518 section 3.1, RFC 8037 section 3.1). HMAC has no row: a JWKS never yields a secret. */
const FAMILIES: { readonly [A in Asymmetric]: Family } = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: ec('P-256'),
  ES384: ec('P-384'),
  ES512: ec('P-521'),
  EdDSA: { kty: 'OKP', crv: 'Ed25519', members: ['crv', 'x'] },
}

/** RFC 7518 section 3.3 wants 2048 bits; the upper limit bounds the time that one verification takes. */
const RSA_BITS = { least: 2048, most: 8192 }

/** One public key of one issuer. Made only by `parseKey`, so one that exists is fit for each of its algorithms. */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly key: KeyObject
  readonly algorithms: ReadonlySet<string>
  /** Equal for keys with equal meaning, so that a refreshed set recognises the keys it had. */
  readonly identity: string
}

/** A public signature key out of one member of a JWKS (RFC 7517), or undefined: one bad key does not make the others bad. */
export function parseKey(value: unknown): VerificationKey | undefined {
  if (!isJsonObject(value) || !isForSignatures(value)) return undefined
  const { kid } = value
  if (kid !== undefined && typeof kid !== 'string') return undefined
  const algorithms = Object.entries(FAMILIES)
    .filter(([name, family]) => belongs(value, family) && allows(value, name))
    .map(([name]) => name)
  const [first] = algorithms
  if (first === undefined) return undefined
  const jwk = publicMembers(value, FAMILIES[first as Asymmetric])
  const key = importKey(jwk)
  if (key === undefined || (jwk.kty === 'RSA' && !isSoundRsa(key))) return undefined
  return { kid, key, algorithms: new Set(algorithms), identity: JSON.stringify([kid ?? null, algorithms, jwk]) }
}

const publicMembers = (jwk: JsonObject, { kty, members }: Family): Record<string, JsonValue> => ({
  kty,
  ...Object.fromEntries(members.map(name => [name, jwk[name] ?? null])),
})

/** Undefined where the numbers are no key: missing, not base64url, or a point that is not on the curve. */
function importKey(jwk: Record<string, JsonValue>): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}

/** RFC 7517 sections 4.2 and 4.3. */
function isForSignatures({ use, key_ops: operations }: JsonObject): boolean {
  if (use !== undefined && use !== 'sig') return false
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
}

const belongs = (jwk: JsonObject, { kty, crv }: Family): boolean =>
  jwk.kty === kty && (crv === undefined || jwk.crv === crv)

/** RFC 7517 section 4.4; `Ed25519` is RFC 9864's fully specified name of the only EdDSA there is here. */
const allows = ({ alg }: JsonObject, name: string): boolean =>
  alg === undefined || alg === name || (alg === 'Ed25519' && name === 'EdDSA')

/** Every signature is valid under the exponent 1, and none under an even one. */
function isSoundRsa({ asymmetricKeyDetails: details }: KeyObject): boolean {
  const bits = details?.modulusLength ?? 0
  const exponent = details?.publicExponent ?? 0n
  return bits >= RSA_BITS.least && bits <= RSA_BITS.most && exponent > 1n && exponent % 2n === 1n
}
