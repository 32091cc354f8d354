import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { JsonObject, PublicJwk } from '@gatehouse/protocol'

export type SigningAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'

/** A key pair of an issuer. `jwk` is its public half as a JWKS shows it. */
export interface SigningKey {
  readonly alg: SigningAlgorithm
  readonly kid: string
  readonly privateKey: KeyObject
  readonly jwk: PublicJwk
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** A new key pair. RSA takes a tenth of a second: make one for a file. */
export function makeKey(alg: SigningAlgorithm = 'ES256', kid = `${alg}-1`, modulusLength = 2048): SigningKey {
  const { publicKey, privateKey } = generatePair(alg, modulusLength)
  const jwk = { ...(publicKey.export({ format: 'jwk' }) as JsonObject & { kty: string }), kid, alg, use: 'sig' }
  return { alg, kid, privateKey, jwk }
}

function generatePair(alg: SigningAlgorithm, modulusLength: number): { publicKey: KeyObject; privateKey: KeyObject } {
  const curve = CURVES[alg]
  if (curve !== undefined) return generateKeyPairSync('ec', { namedCurve: curve })
  return alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength })
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT (RFC 7519) signed with node:crypto alone, so that it judges the library that verifies it. `header` adds to alg and kid. */
export function signToken(key: SigningKey, claims: JsonObject, header: JsonObject = {}): string {
  const input = `${encode({ alg: key.alg, kid: key.kid, ...header })}.${encode(claims)}`
  return `${input}.${signBytes(key, input).toString('base64url')}`
}

/** A JWT under an HMAC, right or wrong: `secret` may well be a public key. */
export function signWithSecret(secret: string | Uint8Array, claims: JsonObject, header: JsonObject = {}): string {
  const { alg = 'HS256', ...more } = header
  const input = `${encode({ alg, ...more })}.${encode(claims)}`
  return `${input}.${createHmac(`sha${String(alg).slice(2)}`, secret)
    .update(input)
    .digest('base64url')}`
}

/** Three parts of whatever is given, without any signature that holds. */
export const forgeToken = (header: unknown, claims: unknown, signature = 'AAAA'): string =>
  `${encode(header)}.${encode(claims)}.${signature}`

function signBytes({ alg, privateKey }: SigningKey, input: string): Buffer {
  const bytes = Buffer.from(input)
  if (alg === 'EdDSA') return sign(null, bytes, privateKey)
  const hash = `sha${alg.slice(2)}`
  if (alg.startsWith('ES')) return sign(hash, bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  if (alg.startsWith('RS')) return sign(hash, bytes, privateKey)
  return sign(hash, bytes, {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
}
