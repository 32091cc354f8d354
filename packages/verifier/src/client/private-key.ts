import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { parseJsonObject } from '../json.ts'

/** A private key of the gateway's own, and what its JWK says of it. */
export interface PrivateKey {
  readonly key: KeyObject
  readonly kid: string | undefined
  readonly alg: string | undefined
}

/** RFC 7518 section 3.3. */
const LEAST_RSA_BITS = 2048

const RSA_SIGNATURES = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const EC_SIGNATURES: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' }
const AGREEMENTS = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW']

/** Key management of RFC 7518 section 4 that needs a private key. RSA1_5 is left out: it is an oracle (RFC 8725 section 3.2). */
export const KEY_MANAGEMENT: readonly string[] = ['RSA-OAEP', 'RSA-OAEP-256', ...AGREEMENTS]

/** RFC 7518 section 5.1. */
export const CONTENT_ENCRYPTION: readonly string[] = [
  'A128CBC-HS256',
  'A192CBC-HS384',
  'A256CBC-HS512',
  'A128GCM',
  'A192GCM',
  'A256GCM',
]

/** The private key in a text: one JWK as JSON, or PEM (PKCS #8, PKCS #1, SEC 1) without a passphrase. Undefined where there is none. */
export function readPrivateKey(text: string): PrivateKey | undefined {
  const jwk = parseJsonObject(text)
  const key = importKey(jwk, text)
  if (key === undefined) return undefined
  return { key, kid: textMember(jwk, 'kid'), alg: textMember(jwk, 'alg') }
}

function importKey(jwk: JsonObject | undefined, text: string): KeyObject | undefined {
  try {
    return jwk === undefined ? createPrivateKey(text) : createPrivateKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    return undefined
  }
}

function textMember(jwk: JsonObject | undefined, name: string): string | undefined {
  const value = jwk !== undefined && Object.hasOwn(jwk, name) ? jwk[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Signature algorithms that a key is fit for, the usual one first; none for a key that is too weak or of another kind. */
export function signaturesOf({ asymmetricKeyType: kind, asymmetricKeyDetails: details }: KeyObject): readonly string[] {
  if (kind === 'rsa') return (details?.modulusLength ?? 0) < LEAST_RSA_BITS ? [] : RSA_SIGNATURES
  if (kind === 'ed25519') return ['EdDSA']
  const alg = kind === 'ec' ? EC_SIGNATURES[details?.namedCurve ?? ''] : undefined
  return alg === undefined ? [] : [alg]
}

/** Key management algorithms that a key is fit for, the usual one first. */
export function keyManagementOf({
  asymmetricKeyType: kind,
  asymmetricKeyDetails: details,
}: KeyObject): readonly string[] {
  if (kind === 'rsa') return (details?.modulusLength ?? 0) < LEAST_RSA_BITS ? [] : ['RSA-OAEP-256', 'RSA-OAEP']
  if (kind === 'x25519') return AGREEMENTS
  return kind === 'ec' && EC_SIGNATURES[details?.namedCurve ?? ''] !== undefined ? AGREEMENTS : []
}
