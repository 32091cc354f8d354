import type { JsonPrimitive, JsonValue, SignatureAlgorithm } from '@gatehouse/protocol'

/** `250ms`, `30s`, `10m`, `24h`, or a number of seconds. */
export type Duration = string | number

/** One trusted authority, as a user writes it (contract section 2). Every omitted field has the documented default. */
export interface IssuerOptions {
  readonly issuer: string
  readonly audience: readonly string[] | string | 'unchecked'
  readonly tokens?: 'jwt' | 'opaque' | 'either' | 'both'
  readonly preset?: PresetName | null
  readonly discovery?: boolean
  readonly algorithms?: readonly SignatureAlgorithm[]
  readonly typ?: 'any' | 'at+jwt'
  readonly clockTolerance?: Duration
  readonly jwks?: JwksRemoteOptions | JwksLocalOptions
  readonly secret?: string | null
  readonly scopeSeparator?: 'space' | 'comma'
  /** PEM text, after the configuration file's paths are resolved. */
  readonly ca?: string | null
  readonly allowInsecureHttp?: boolean
  readonly introspection?: IntrospectionOptions
  readonly userinfo?: UserinfoOptions
  readonly revocation?: RevocationOptions
}

export type PresetName =
  | 'serpense'
  | 'genauth'
  | 'code100'
  | 'oidc-op'
  | 'uaepass'
  | 'magen'
  | 'authing'
  | 'grantid'
  | 'vnpass'

export interface JwksRemoteOptions {
  readonly uri?: string | null
  readonly maxAge?: Duration
  readonly cooldown?: Duration
  readonly staleIfError?: Duration
  readonly timeout?: Duration
}

export interface JwksLocalOptions {
  readonly keys: readonly Readonly<Record<string, JsonValue>>[]
}

export interface IntrospectionOptions {
  readonly endpoint?: string | null
  readonly client?: IntrospectionClientOptions
  readonly method?: 'POST' | 'GET'
  readonly tokenIn?: 'body' | 'query'
  readonly tokenParam?: string
  readonly hint?: boolean
  readonly accept?: 'json' | 'jwt'
  /** `accept: jwt`: the `aud` of signed answers. Default: the client's id. */
  readonly answerAudience?: string
  /** `accept: jwt`: answers are encrypted to this key, and others are not believed (RFC 9701 section 6). */
  readonly decryption?: DecryptionOptions
  readonly activeWhen?: 'active' | 'noError' | 'claims'
  readonly inactiveWhen?: readonly AnswerMatch[]
  readonly refusedWhen?: readonly AnswerMatch[]
  readonly zeroExpMeansNone?: boolean
  readonly tokenType?: 'any' | 'present'
  readonly basicEncoding?: 'form' | 'raw'
  readonly timeout?: Duration
  /** Most questions under way at once, 1 to 10000; as many more wait, the rest are 503. Default 100. */
  readonly maxInFlight?: number
  readonly cache?: { readonly ttl?: Duration; readonly negativeTtl?: Duration; readonly entries?: number }
  readonly onOutage?: 'deny' | { readonly serveStale: Duration }
}

export type ClientAuth =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'

export interface IntrospectionClientOptions {
  readonly id?: string
  readonly secret?: string
  /** Default client_secret_basic. */
  readonly auth?: ClientAuth | 'bearer' | 'none'
  /** private_key_jwt: a private JWK as JSON text, or PEM; tls_client_auth: PEM. */
  readonly key?: string
  /** tls_client_auth: PEM. */
  readonly cert?: string
  /** bearer: the token to send, in place of a grant. */
  readonly token?: string
  /** Where tokens of the gateway's own come from. Default: from discovery. */
  readonly tokenEndpoint?: string
  /** bearer: how the client-credentials grant is authenticated. Default client_secret_basic. */
  readonly tokenAuth?: ClientAuth
  /** Scope of tokens of the gateway's own, separated by spaces. */
  readonly scope?: string
  /** client_secret_jwt: HS256 (default), HS384, HS512; private_key_jwt: default the JWK's, else the usual one of its kind. */
  readonly algorithm?: SignatureAlgorithm
  /** private_key_jwt: `kid` of the assertions. Default: the JWK's. */
  readonly kid?: string
  /** client_secret_jwt and private_key_jwt: `aud` of the assertions. Default: the issuer. */
  readonly audience?: string
}

export interface DecryptionOptions {
  /** A private JWK as JSON text, or PEM. */
  readonly key: string
  /** Default: the JWK's, else RSA-OAEP-256 or ECDH-ES. */
  readonly alg?: string
  /** Default A128CBC-HS256. */
  readonly enc?: string
}

export interface UserinfoOptions {
  readonly endpoint?: string | null
  readonly timeout?: Duration
  readonly cache?: { readonly ttl?: Duration; readonly entries?: number }
}

export interface RevocationOptions {
  /** Names of the gateway in the `aud` of logout tokens and security events. Default: the client's id. */
  readonly audience?: readonly string[] | string
  /** How long a revocation is remembered: at least as long as the issuer's tokens live. Default 24h. */
  readonly lifetime?: Duration
}

/** An answer matches when every member written matches; an entry with only `status` matches any body. */
export interface AnswerMatch {
  readonly status?: number
  readonly member?: string
  readonly equals?: JsonPrimitive
}

/** What one route demands of a principal (contract section 2, `auth`). `Names` are the configured issuers. */
export interface PolicyOptions<Names extends string = string> {
  readonly issuers?: readonly Names[]
  readonly audience?: readonly string[]
  readonly scopes?: readonly string[]
  readonly anyScope?: readonly string[]
  readonly clients?: readonly string[]
  readonly claims?: Readonly<Record<string, ClaimDemand>>
  readonly acr?: readonly string[]
  readonly maxAge?: Duration
  readonly proof?: 'any' | 'dpop' | 'mtls'
}

/** A scalar is equality; for an array-valued claim `contains` is membership; `oneOf` is equality with one of the list. */
export type ClaimDemand =
  | JsonPrimitive
  | { readonly contains: JsonPrimitive }
  | { readonly oneOf: readonly JsonPrimitive[] }

export interface VerifierOptions<Names extends string = string> {
  readonly issuers: { readonly [N in Names]: IssuerOptions }
  /** Longest token accepted, in bytes. Default 8192. */
  readonly maxTokenBytes?: number
  /**
   * The gateway as clients see it: what DPoP proofs name in `htu`. A function is asked for each proof, for who learns it when it listens;
   * while it says undefined no proof is accepted.
   */
  readonly publicUrl?: string | (() => string | undefined)
}
