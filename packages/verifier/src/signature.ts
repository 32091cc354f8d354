import { constants, createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { SignatureAlgorithm } from '@gatehouse/protocol'
import type { VerificationKey } from './jwk.ts'

/** Whether `signature` is this key's over `data`. Throws for a key of another kind: that is a bug of ours. */
type Scheme = (data: Buffer, key: KeyObject, signature: Buffer) => boolean

/** RFC 7518 section 3.3. */
const pkcs1 =
  (hash: string): Scheme =>
  (data, key, signature) =>
    verify(hash, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature)

/** RFC 7518 section 3.5: the salt is as long as the hash, in bytes. */
const pss =
  (hash: string, saltLength: number): Scheme =>
  (data, key, signature) =>
    verify(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature)

/** RFC 7518 section 3.4: R and S side by side, each as long as the curve's order; a DER signature is none. */
const ecdsa =
  (hash: string, length: number): Scheme =>
  (data, key, signature) =>
    signature.length === length && verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature)

/** RFC 7518 section 3.2. */
const hmac =
  (hash: string, length: number): Scheme =>
  (data, key, signature) =>
    signature.length === length && timingSafeEqual(createHmac(hash, key).update(data).digest(), signature)

const SCHEMES: { readonly [A in SignatureAlgorithm]: Scheme } = {
  RS256: pkcs1('sha256'),
  RS384: pkcs1('sha384'),
  RS512: pkcs1('sha512'),
  PS256: pss('sha256', 32),
  PS384: pss('sha384', 48),
  PS512: pss('sha512', 64),
  ES256: ecdsa('sha256', 64),
  ES384: ecdsa('sha384', 96),
  ES512: ecdsa('sha512', 132),
  // RFC 8037 section 3.1. The algorithm hashes for itself.
  EdDSA: (data, key, signature) => signature.length === 64 && verify(null, data, key, signature),
  HS256: hmac('sha256', 32),
  HS384: hmac('sha384', 48),
  HS512: hmac('sha512', 64),
}

/**
 * Whether the key made the signature of a JWS in compact form (RFC 7515 section 5.2); undefined for what is none. Verified at once and on
 * this thread, which costs half of what it costs to wait for another one. The header is not looked at: `alg` is what it says, and already
 * on the issuer's list.
 */
export function isSignedBy({ key, algorithms }: VerificationKey, token: string, alg: string): boolean | undefined {
  if (!algorithms.has(alg)) throw new TypeError('The key is not one for this algorithm')
  const end = token.lastIndexOf('.')
  if (end <= 0 || token.indexOf('.') === end) return undefined
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  return SCHEMES[alg as SignatureAlgorithm](Buffer.from(token.slice(0, end), 'latin1'), key, signature)
}
