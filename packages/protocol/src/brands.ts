declare const brand: unique symbol

/** A value that only a parse function makes: nothing else may claim the name. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** The exact string of `iss` of a configured authority (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2). */
export type Issuer = Brand<string, 'Issuer'>

/** SHA-256, base64url, of an unambiguous tuple that ends in a token. Never the token. */
export type TokenDigest = Brand<string, 'TokenDigest'>

/** Seconds since 1970-01-01T00:00:00Z (RFC 7519 section 2, NumericDate). May have a fraction. */
export type EpochSeconds = Brand<number, 'EpochSeconds'>
