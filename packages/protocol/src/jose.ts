import type { JsonObject } from './json.ts'

/** Signature algorithms of RFC 7518 and RFC 8037 that this project names. */
export type SignatureAlgorithm =
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
  | 'HS256'
  | 'HS384'
  | 'HS512'

/** A JSON Web Key with its public members only (RFC 7517). */
export type PublicJwk = JsonObject & {
  readonly kty: string
  readonly kid?: string
  readonly use?: string
  readonly alg?: string
}

/** RFC 7517 section 5. */
export type JsonWebKeySet = { readonly keys: readonly PublicJwk[] }
