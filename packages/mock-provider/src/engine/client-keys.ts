import { constants, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { JsonObject, SignatureAlgorithm } from '@gatehouse/protocol'
import type { Ports } from '../ports.ts'
import { ALGORITHMS, isAlgorithm } from './algorithms.ts'
import type { Client } from './clients.ts'
import { type DecodedJwt, decodeJwt, hmac } from './jwt.ts'
import { isObject } from './members.ts'
import { fetchText } from './remote.ts'

/**
 * Reads a JWT that a client made with a key of its own, or with its secret (HS*): request objects (RFC 9101), assertions (RFC 7523). Judges the
 * signature and that `alg` is the registered one, but no claim, no time and no `typ`. A text says what is wrong.
 */
export async function verifyClientJwt(
  ask: Ports['fetch'],
  client: Client,
  token: string,
  registered?: unknown,
): Promise<DecodedJwt | string> {
  const jwt = decodeJwt(token)
  if (jwt === undefined) return 'is no signed JWT in compact form'
  if (jwt.header.crit !== undefined) return 'has a critical header parameter that is not understood'
  const alg = algorithmOf(jwt.header.alg)
  if (alg === undefined) return 'is not signed with an algorithm that is known here'
  if (typeof registered === 'string' && registered !== jwt.header.alg && algorithmOf(registered) !== alg)
    return `is not signed with ${registered}, which the client registered`
  const isGenuine =
    ALGORITHMS[alg].kind === 'hmac'
      ? isAuthentic(alg, client.secret, jwt)
      : pickKeys(await findClientKeys(ask, client), jwt.header.kid).some(key => isSignedWith(key, alg, jwt))
  return isGenuine ? jwt : "has no signature of the client's keys"
}

/** RFC 9864 calls EdDSA over this curve by the curve's name. */
export const algorithmOf = (alg: unknown): SignatureAlgorithm | undefined =>
  alg === 'Ed25519' ? 'EdDSA' : isAlgorithm(alg) ? alg : undefined

/** RFC 7591 section 2: `jwks`, else what `jwks_uri` answers now. Empty where there are none. */
export async function findClientKeys(ask: Ports['fetch'], { metadata }: Client): Promise<readonly JsonObject[]> {
  if (metadata.jwks !== undefined) return keysOf(metadata.jwks)
  if (typeof metadata.jwks_uri !== 'string') return []
  const text = await fetchText(ask, metadata.jwks_uri, 'application/jwk-set+json, application/json')
  try {
    return keysOf(JSON.parse(text ?? '{}'))
  } catch {
    return []
  }
}

const keysOf = (set: unknown): readonly JsonObject[] =>
  isObject(set) && Array.isArray(set.keys) ? set.keys.filter(isObject) : []

/** A `kid` is a promise: where it is named, no other key will do. */
const pickKeys = (keys: readonly JsonObject[], kid: unknown): readonly JsonObject[] =>
  kid === undefined ? keys : keys.filter(key => key.kid === kid)

const SMALLEST_MODULUS = 2048

/** RFC 7517 sections 4.2 to 4.4: a key for another use or algorithm does not count. */
export function isSignedWith(jwk: JsonObject, alg: SignatureAlgorithm, { input, signature }: DecodedJwt): boolean {
  if (jwk.use !== undefined && jwk.use !== 'sig') return false
  if (jwk.alg !== undefined && algorithmOf(jwk.alg) !== alg) return false
  const row = ALGORITHMS[alg]
  if (row.kind === 'rsa' && jwk.kty === 'RSA') {
    const key = openKey({ kty: 'RSA', n: jwk.n, e: jwk.e })
    if (key === undefined || (key.asymmetricKeyDetails?.modulusLength ?? 0) < SMALLEST_MODULUS) return false
    const padding = row.pss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
    const salt = row.pss ? { saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}
    return verify(row.hash, input, { key, padding, ...salt }, signature)
  }
  if (row.kind === 'ec' && jwk.kty === 'EC' && jwk.crv === row.curve.crv) {
    const key = openKey({ kty: 'EC', crv: jwk.crv, x: jwk.x, y: jwk.y })
    return key !== undefined && verify(row.hash, input, { key, dsaEncoding: 'ieee-p1363' }, signature)
  }
  if (row.kind !== 'okp' || jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519') return false
  const key = openKey({ kty: 'OKP', crv: 'Ed25519', x: jwk.x })
  return key !== undefined && verify(null, input, key, signature)
}

/** Public members only: what else a client published is never looked at. */
function openKey(jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    return undefined
  }
}

function isAuthentic(alg: SignatureAlgorithm, secret: string | undefined, { input, signature }: DecodedJwt): boolean {
  if (secret === undefined) return false
  const expected = hmac(alg, secret, input)
  return expected.length === signature.length && timingSafeEqual(expected, signature)
}
