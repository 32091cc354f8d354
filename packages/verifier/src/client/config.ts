import type { KeyObject } from 'node:crypto'

/** How the gateway proves who it is to an authorization server, parsed and checked. Made only by options parsing. */
export type ClientAuthentication =
  | { readonly auth: 'none'; readonly id: string | undefined }
  | {
      readonly auth: 'client_secret_basic'
      readonly id: string
      readonly secret: string
      readonly encoding: 'form' | 'raw'
    }
  | { readonly auth: 'client_secret_post'; readonly id: string; readonly secret: string }
  | AssertionClient<'client_secret_jwt'>
  | AssertionClient<'private_key_jwt'>
  | { readonly auth: 'tls_client_auth'; readonly id: string; readonly cert: string; readonly key: string }

/** A client that signs a statement about itself (RFC 7523 section 2.2). */
export interface AssertionClient<
  A extends 'client_secret_jwt' | 'private_key_jwt' = 'client_secret_jwt' | 'private_key_jwt',
> {
  readonly auth: A
  readonly id: string
  readonly algorithm: string
  /** The secret, or the private key. */
  readonly key: KeyObject
  readonly kid: string | undefined
  /** `aud` of the assertions. */
  readonly audience: string
}

/** RFC 7662 section 2.1's other way to ask: with an access token of the gateway's own. */
export type BearerClient =
  | { readonly auth: 'bearer'; readonly id: string | undefined; readonly token: string }
  | { readonly auth: 'bearer'; readonly id: string; readonly grant: GrantConfig }

/** Who asks about tokens. */
export type IntrospectionClient = ClientAuthentication | BearerClient

/** How the gateway gets tokens for itself (RFC 6749 section 4.4, RFC 8693). */
export interface GrantConfig {
  readonly client: ClientAuthentication
  /** Undefined: from discovery. */
  readonly tokenEndpoint: string | undefined
  /** Asked for where a request names none. */
  readonly scope: string | undefined
}
