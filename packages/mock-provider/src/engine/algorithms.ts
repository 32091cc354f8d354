import type { SignatureAlgorithm } from '@gatehouse/protocol'
import { CURVES, type Curve } from './ecdsa.ts'

/** Which of a tenant's keys an algorithm signs with. RS256 has its own, with `alg` in the JWKS; the other RSA algorithms share one without. */
export type Slot = 'RS256' | 'RSA' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA'

/** Everything there is to know of an algorithm (RFC 7518 section 3, RFC 8037). */
export type Algorithm =
  | { readonly kind: 'rsa'; readonly slot: 'RS256' | 'RSA'; readonly hash: Hash; readonly pss: boolean }
  | { readonly kind: 'ec'; readonly slot: 'ES256' | 'ES384' | 'ES512'; readonly hash: Hash; readonly curve: Curve }
  | { readonly kind: 'okp'; readonly slot: 'EdDSA'; readonly hash: Hash }
  | { readonly kind: 'hmac'; readonly slot: undefined; readonly hash: Hash }

type Hash = 'sha256' | 'sha384' | 'sha512'

export const ALGORITHMS: { readonly [A in SignatureAlgorithm]: Algorithm } = {
  RS256: { kind: 'rsa', slot: 'RS256', hash: 'sha256', pss: false },
  RS384: { kind: 'rsa', slot: 'RSA', hash: 'sha384', pss: false },
  RS512: { kind: 'rsa', slot: 'RSA', hash: 'sha512', pss: false },
  PS256: { kind: 'rsa', slot: 'RSA', hash: 'sha256', pss: true },
  PS384: { kind: 'rsa', slot: 'RSA', hash: 'sha384', pss: true },
  PS512: { kind: 'rsa', slot: 'RSA', hash: 'sha512', pss: true },
  ES256: { kind: 'ec', slot: 'ES256', hash: 'sha256', curve: CURVES.ES256 },
  ES384: { kind: 'ec', slot: 'ES384', hash: 'sha384', curve: CURVES.ES384 },
  ES512: { kind: 'ec', slot: 'ES512', hash: 'sha512', curve: CURVES.ES512 },
  // Ed25519's own hash is SHA-512; it is also what at_hash uses (OpenID Connect Core section 3.1.3.6 by analogy).
  EdDSA: { kind: 'okp', slot: 'EdDSA', hash: 'sha512' },
  HS256: { kind: 'hmac', slot: undefined, hash: 'sha256' },
  HS384: { kind: 'hmac', slot: undefined, hash: 'sha384' },
  HS512: { kind: 'hmac', slot: undefined, hash: 'sha512' },
}

export const ALGORITHM_NAMES: readonly SignatureAlgorithm[] = Object.keys(ALGORITHMS) as SignatureAlgorithm[]

export const isAlgorithm = (name: unknown): name is SignatureAlgorithm =>
  typeof name === 'string' && Object.hasOwn(ALGORITHMS, name)
