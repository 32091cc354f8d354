import type { ClientAuthenticationMethod, JsonObject, SignatureAlgorithm } from '@gatehouse/protocol'
import type { Api } from './apis.ts'
import { claimsSupported } from './identity-scopes.ts'
import type { Settings } from './settings.ts'
import type { Grant } from './store.ts'
import type { Tenant } from './tenant.ts'
import type { Place, User } from './users.ts'

/** What there is to say in a token, beside the standard claims. */
export interface TokenFacts {
  readonly tenant: Tenant
  readonly clientId: string
  readonly scope: readonly string[]
  /** Undefined for a token that no user's grant gave: client credentials, and what was minted. */
  readonly grant: Grant | undefined
  readonly user: User | undefined
  /** The client for itself (RFC 6749 section 4.4). */
  readonly isMachine: boolean
  /** The lifetime was asked for, and is not the system's to choose. */
  readonly hasOwnLifetime: boolean
  /** What somebody asked for by `audience` or `resource`; empty where nobody did. */
  readonly audience: readonly string[]
  /** Of an ID token: the access token that came with it. */
  readonly accessToken?: string | undefined
  /** Of an ID token: the code that was redeemed or came with it. */
  readonly code?: string | undefined
}

/** Makes a token's claims, in the order in which they are written, of the standard's. */
export type Shape = (claims: JsonObject, facts: TokenFacts) => JsonObject

/** How a text of chance is written: `draw` gives as many bytes as are asked for. */
export type TextFormat = (draw: (bytes: number) => Buffer, tenant: Pick<Tenant, 'clock'>) => string

/** `typ` of a header by what the standard would say; null for a header without one. */
export type TypeNames = Readonly<Record<string, string | null>>

/**
 * How the tokens of one system differ from the standard's. Inside a tenant all is standard whatever the dialect: it says how things are
 * written, never what they mean.
 */
export interface Dialect {
  /** `standard`, or the preset's name. */
  readonly name: string
  /** What the issuer has below the tenant's address: `/oidc`, or empty. */
  readonly issuerPath: string
  /** Whole groups over the defaults; what the options say goes over it. */
  readonly settings: Partial<Settings>
  /** What of the standard it has; all of it where nothing is said. */
  readonly offers: {
    readonly responseTypes?: readonly string[]
    readonly responseModes?: readonly string[]
    readonly methods?: readonly ClientAuthenticationMethod[]
  }
  /** API connections that are there out of the box. */
  readonly apis: ReadonlyMap<string, Api>
  /** What users out of the box are called in tokens; others are called by their name. */
  readonly subjects: Readonly<Record<string, string>>
  /** By purpose: `code`, `access token`, `refresh token`, `jti`. */
  readonly texts: Readonly<Record<string, TextFormat>>
  /** Bytes of a key's name. */
  readonly kidBytes: number
  readonly types: TypeNames
  /** Writes the claims of a JWT. */
  readonly write: (claims: JsonObject) => string
  /** Undefined: as RFC 9068 has it. */
  readonly accessToken: Shape | undefined
  /** Undefined: as OpenID Connect Core section 2 has it. */
  readonly idToken: Shape | undefined
  /** Signs ID tokens of clients without a secret, where the others' are signed with theirs. */
  readonly idTokenAlgWithoutSecret: SignatureAlgorithm | undefined
  /** Whether ID tokens are remembered, for a system that is asked about them. */
  readonly remembersIdTokens: boolean
}

export const STANDARD: Dialect = {
  name: 'standard',
  issuerPath: '',
  settings: {},
  offers: {},
  apis: new Map(),
  subjects: {},
  texts: {},
  kidBytes: 15,
  types: {},
  write: JSON.stringify,
  accessToken: undefined,
  idToken: undefined,
  idTokenAlgWithoutSecret: undefined,
  remembersIdTokens: false,
}

/** The claims as they are written: in the system's shape, with what no shape can know after it. */
export function writeClaims(shape: Shape | undefined, claims: JsonObject, facts: TokenFacts, place: Place): JsonObject {
  if (shape === undefined) return claims
  const shaped = shape(claims, facts)
  const { user } = facts
  const own = Object.keys(user?.claims ?? {}).filter(name => !STANDARD_CLAIMS.includes(name))
  const rest = [...EXTENSIONS, ...own].filter(name => !Object.hasOwn(shaped, name) && claims[name] !== undefined)
  return { ...shaped, ...Object.fromEntries(rest.map(name => [name, claims[name] ?? null])), ...user?.[place] }
}

const STANDARD_CLAIMS = claimsSupported({})

/** RFC 7800, RFC 8693 section 4.1, RFC 9396 section 9.1. */
const EXTENSIONS: readonly string[] = ['cnf', 'act', 'authorization_details']

/** What a user is called in what a grant gives. */
export const subjectOf = ({ subjects }: Dialect, sub: string): string =>
  Object.hasOwn(subjects, sub) ? (subjects[sub] ?? sub) : sub

/** Whom a name in a token means. */
export const userNamed = ({ subjects }: Dialect, subject: string): string =>
  Object.entries(subjects).find(([, name]) => name === subject)?.[0] ?? subject

/**
 * The standard claims behind a token that was made by hand: those of `standard`, with what was put over or taken out of `shaped` to get
 * `final`. It is by these that the provider judges the token later.
 */
export function standardise(standard: JsonObject, shaped: JsonObject, final: JsonObject): JsonObject {
  const kept = Object.entries(standard).filter(([name]) => !Object.hasOwn(shaped, name) || Object.hasOwn(final, name))
  const changed = Object.entries(final).filter(([name, value]) => !isSame(value, shaped[name]))
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(changed.map(([name, value]) => [name, plain(name, value)])),
  }
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const plain = (name: string, value: JsonObject[string]): JsonObject[string] =>
  name === 'scope' && Array.isArray(value) ? value.join(' ') : value
