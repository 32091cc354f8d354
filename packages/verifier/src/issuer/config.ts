import type { KeyObject } from 'node:crypto'
import type { Issuer, JsonPrimitive, PublicJwk, SignatureAlgorithm } from '@gatehouse/protocol'
import type { GrantConfig, IntrospectionClient } from '../client/config.ts'
import type { TlsMaterial } from '../ports.ts'

/** An issuer's options once parsed, defaults filled in and frozen. Durations are seconds. Made only by options parsing. */
export interface IssuerConfig<Names extends string = string> {
  readonly name: Names
  readonly issuer: Issuer
  /** Undefined where the user wrote `unchecked`. */
  readonly audience: ReadonlySet<string> | undefined
  readonly tokens: 'jwt' | 'opaque' | 'either' | 'both'
  readonly discovery: boolean
  readonly algorithms: ReadonlySet<SignatureAlgorithm>
  readonly typ: 'any' | 'at+jwt'
  readonly clockTolerance: number
  readonly keys: KeySource
  readonly scopeSeparator: 'space' | 'comma'
  /** `ca` of the issuer; handed to every request to it. */
  readonly tls: TlsMaterial | undefined
  /** `allowInsecureHttp`: endpoints from discovery may be plain http off loopback. */
  readonly insecureHttp: boolean
  /** Undefined for `tokens: jwt`. */
  readonly introspection: IntrospectionConfig | undefined
  /** How the gateway gets tokens of its own from this issuer; undefined where it has no credentials there. */
  readonly grants: GrantConfig | undefined
  readonly userinfo: UserinfoConfig
  readonly revocation: RevocationConfig
  /** Digest of everything above that can change a verdict; the first member of every cache key. */
  readonly digest: string
}

export type KeySource =
  | {
      readonly kind: 'remote'
      /** Undefined: from discovery. */
      readonly uri: string | undefined
      readonly maxAge: number
      readonly cooldown: number
      readonly staleIfError: number
      readonly timeout: number
    }
  | { readonly kind: 'local'; readonly keys: readonly PublicJwk[] }
  | { readonly kind: 'secret'; readonly secret: Uint8Array }
  | { readonly kind: 'none' }

export interface IntrospectionConfig {
  /** Undefined: from discovery. */
  readonly endpoint: string | undefined
  readonly client: IntrospectionClient
  readonly method: 'POST' | 'GET'
  readonly tokenIn: 'body' | 'query'
  readonly tokenParam: string
  readonly hint: boolean
  readonly accept: 'json' | 'jwt'
  /** `aud` of signed answers. Undefined only with `accept: json`. */
  readonly answerAudience: string | undefined
  /** Undefined: signed answers come in the open. */
  readonly decryption: DecryptionConfig | undefined
  readonly activeWhen: 'active' | 'noError' | 'claims'
  readonly inactiveWhen: readonly AnswerMatcher[]
  readonly refusedWhen: readonly AnswerMatcher[]
  readonly zeroExpMeansNone: boolean
  readonly tokenType: 'any' | 'present'
  readonly timeout: number
  /** Most questions under way at once; as many more may wait. */
  readonly maxInFlight: number
  readonly ttl: number
  readonly negativeTtl: number
  readonly entries: number
  /** Seconds a positive answer may be served while the issuer is down; 0 denies. */
  readonly serveStale: number
}

export interface AnswerMatcher {
  readonly status: number | undefined
  readonly member: string | undefined
  readonly equals: JsonPrimitive | undefined
}

/** How answers are encrypted to the gateway, pinned (RFC 9701 section 6). */
export interface DecryptionConfig {
  readonly key: KeyObject
  readonly alg: string
  readonly enc: string
}

export interface UserinfoConfig {
  /** Undefined: from discovery. */
  readonly endpoint: string | undefined
  readonly timeout: number
  readonly ttl: number
  readonly entries: number
}

/** Whose logout tokens and security events are believed, and for how long they are remembered. */
export interface RevocationConfig {
  /** Names of the gateway in `aud`, of which one must be there. */
  readonly audience: ReadonlySet<string>
  /** At least the life of the longest-lived token. */
  readonly lifetime: number
}
