import { hash } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import type { ClaimsRequest } from './claims-request.ts'
import type { Deferred } from './deferred.ts'
import { type Expiring, ExpiringMap } from './expiring.ts'

/** What a user granted a client once; every token that comes of it falls with it. */
export interface Grant {
  readonly id: string
  readonly clientId: string
  readonly sub: string
  readonly scope: readonly string[]
  /** Of the `resource` and `audience` parameters; empty where none was sent. */
  readonly audience: readonly string[]
  readonly sid: string | undefined
  readonly authTime: number
  readonly amr: readonly string[]
  readonly acr: string | undefined
  readonly nonce: string | undefined
  /** Asked for by name (OpenID Connect Core section 5.5). */
  readonly claims?: ClaimsRequest | undefined
  /** RFC 9396; empty where none were asked for. */
  readonly details?: readonly JsonObject[]
  revoked: boolean
}

/** RFC 6749 section 4.1.2. Kept after its use, so that a second use is seen. */
export interface Code extends Expiring {
  readonly grant: Grant
  /** As the authorization request had it; undefined where it had none. */
  readonly redirectUri: string | undefined
  readonly challenge: { readonly method: 'S256' | 'plain'; readonly value: string } | undefined
  /** The key that must be proved to redeem it (RFC 9449 section 10). */
  readonly dpopJkt?: string | undefined
  used: boolean
}

export interface RefreshToken extends Expiring {
  readonly grant: Grant
  readonly issuedAt: number
  /** When the family's first was issued. */
  readonly startedAt: number
  /** `cnf` that its use must prove again: of a public client's (RFC 9449 section 5, RFC 8705 section 4). */
  readonly confirmation: JsonObject | undefined
  /** An idle family ends early, a used one lives on. */
  expiresAt: number
  /** Replaced by a newer one: its use means that somebody else has it (RFC 9700 section 4.14.2). */
  used: boolean
  /** When it was replaced. */
  usedAt: number | undefined
}

/** What is remembered of an access token; a JWT's claims are in itself. */
export interface AccessToken extends Expiring {
  readonly clientId: string
  readonly sub: string | undefined
  readonly sid: string | undefined
  readonly grant: Grant | undefined
  /** Of an opaque token. */
  readonly claims: JsonObject | undefined
  revoked: boolean
}

/** What is remembered of an ID token. */
export interface IdToken extends Expiring {
  readonly clientId: string
  readonly sub: string
  readonly sid: string | undefined
  readonly grant: Grant | undefined
  revoked: boolean
}

/** A browser that has logged in. */
export interface Session extends Expiring {
  readonly id: string
  /** What the ID tokens call it (OpenID Connect Front-Channel Logout section 3). */
  readonly sid: string
  readonly sub: string
  readonly authTime: number
  readonly amr: readonly string[]
  readonly acr: string | undefined
  /** What the browser's scripts can see of it: another after every login (OpenID Connect Session Management section 3). */
  browserState: string
  /** When it ends however much it is used. */
  readonly endsAt: number
  /** When it ends unless it is used. */
  expiresAt: number
  /** Clients that got tokens in it. */
  readonly clients: Set<string>
}

/** An authorization request that waits for its user. */
export interface Interaction extends Expiring {
  /** What counts of the request, whichever way it came: pushed and signed ones are resolved. */
  readonly parameters: ReadonlyMap<string, readonly string[]>
  /** The session of the user who is asked for consent; undefined while nobody is known. */
  readonly sessionId: string | undefined
}

/** An authorization request that waits behind its `request_uri` (RFC 9126). */
export interface PushedRequest extends Expiring {
  readonly clientId: string
  readonly parameters: ReadonlyMap<string, readonly string[]>
}

/** Everything a tenant remembers. All of it ends by the tenant's clock. */
export class Store {
  readonly codes: ExpiringMap<Code>
  readonly refreshTokens: ExpiringMap<RefreshToken>
  /** By digest, for systems that are asked about them. They stay after their time, since those systems tell it from never. */
  readonly idTokens: ExpiringMap<IdToken>
  /** By digest, whatever the format: a JWT of a kilobyte costs forty bytes. */
  readonly accessTokens: ExpiringMap<AccessToken>
  readonly sessions: ExpiringMap<Session>
  readonly interactions: ExpiringMap<Interaction>
  readonly pushed: ExpiringMap<PushedRequest>
  /** By `device_code` or `auth_req_id`. */
  readonly deferred: ExpiringMap<Deferred>
  /** Digests of each `jti` that is good once. */
  readonly seen: ExpiringMap<Expiring>
  /** What users allowed clients, by `sub` and client; it does not end. */
  readonly consents = new Map<string, ReadonlySet<string>>()
  /** Users by what some client calls them (OpenID Connect Core section 8.1). */
  readonly pairwise = new Map<string, string>()

  constructor(now: () => number) {
    this.codes = new ExpiringMap(now)
    this.refreshTokens = new ExpiringMap(now)
    this.idTokens = new ExpiringMap(now)
    this.accessTokens = new ExpiringMap(now)
    this.sessions = new ExpiringMap(now)
    this.interactions = new ExpiringMap(now, 10_000)
    this.pushed = new ExpiringMap(now, 10_000)
    this.deferred = new ExpiringMap(now, 10_000)
    this.seen = new ExpiringMap(now)
  }

  reset(): void {
    for (const part of [
      this.codes,
      this.refreshTokens,
      this.idTokens,
      this.accessTokens,
      this.sessions,
      this.interactions,
      this.pushed,
      this.deferred,
      this.seen,
      this.consents,
      this.pairwise,
    ])
      part.clear()
  }

  rememberIdToken(token: string, record: IdToken): void {
    this.idTokens.set(digest(token), record)
  }

  findIdToken(token: string): IdToken | undefined {
    return this.idTokens.get(digest(token))
  }

  rememberAccessToken(token: string, record: AccessToken): void {
    this.accessTokens.set(digest(token), record)
  }

  /** Whether it was one, although it may be over. */
  hadAccessToken(token: string): boolean {
    return this.accessTokens.had(digest(token))
  }

  findAccessToken(token: string): AccessToken | undefined {
    return this.accessTokens.get(digest(token))
  }
}

const digest = (token: string): string => hash('sha256', token, 'base64url')
