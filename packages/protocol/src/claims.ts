import type { JsonObject, JsonValue } from './json.ts'

/** The `cnf` claim (RFC 7800): which key the sender must hold. Other members are allowed and ignored. */
export type Confirmation = {
  /** SHA-256 thumbprint (RFC 7638) of the DPoP key (RFC 9449 section 6). */
  readonly jkt?: string
  /** SHA-256 thumbprint of the client certificate (RFC 8705 section 3.1). */
  readonly 'x5t#S256'?: string
} & JsonObject

/** Claims as they came: registered names (RFC 7519 section 4.1, RFC 9068, OpenID Connect Core) typed loosely, because issuers differ. */
export type Claims = JsonObject & {
  readonly iss?: JsonValue
  readonly sub?: JsonValue
  readonly aud?: JsonValue
  readonly exp?: JsonValue
  readonly nbf?: JsonValue
  readonly iat?: JsonValue
  readonly jti?: JsonValue
  readonly scope?: JsonValue
  readonly scp?: JsonValue
  readonly client_id?: JsonValue
  readonly azp?: JsonValue
  readonly cid?: JsonValue
  readonly cnf?: JsonValue
  readonly acr?: JsonValue
  readonly auth_time?: JsonValue
}
