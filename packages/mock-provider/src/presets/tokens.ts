import type { JsonObject } from '@gatehouse/protocol'
import { subjectOf, type TokenFacts, userNamed } from '../engine/dialect.ts'
import { findLiveToken, type LiveToken } from '../engine/inspect.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { User } from '../engine/users.ts'
import type { Call } from './preset.ts'

/** The access token that a request shows, in the header or a form. */
export function shownToken({ question, parameters }: Call): string {
  const header = question.headers.authorization
  return header === undefined ? (parameters.get('access_token') ?? '') : (header.trim().split(/\s+/).at(-1) ?? '')
}

/** The token that a request asks about, if it is good. */
export const askedToken = ({ tenant, parameters }: Call): LiveToken | undefined =>
  findLiveToken(tenant, parameters.get('token') ?? '')

export type LiveAccess = Extract<LiveToken, { kind: 'access' }>

/** The user's name inside the tenant; undefined for a client on its own behalf. */
export function ownerOf({ dialect }: Tenant, { claims, record }: LiveAccess): string | undefined {
  const sub = record?.grant?.sub ?? (typeof claims.sub === 'string' ? userNamed(dialect, claims.sub) : undefined)
  return sub === claims.client_id ? undefined : sub
}

export function userOf(tenant: Tenant, live: LiveAccess): User | undefined {
  const sub = ownerOf(tenant, live)
  return sub === undefined ? undefined : tenant.users.get(sub)
}

/** What the system calls the subject of a token; undefined for a client on its own behalf. A token made by hand keeps the name that it was given. */
export function subjectOfToken(tenant: Tenant, live: LiveAccess): string | undefined {
  const owner = ownerOf(tenant, live)
  if (owner === undefined) return undefined
  return live.record?.grant === undefined ? String(live.claims.sub) : subjectOf(tenant.dialect, owner)
}

/** A user's claims with those that only userinfo tells. */
export const attributesOf = (user: User | undefined): JsonObject => ({ ...user?.claims, ...user?.userinfo })

export const wordsOf = (scope: unknown): readonly string[] =>
  String(scope ?? '')
    .split(' ')
    .filter(word => word !== '')

/** The members that are there, in the order in which they are written. */
export const present = (members: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(members).filter((member): member is [string, JsonObject[string]] => member[1] !== undefined),
  )

/**
 * When the user logged in. Of a token made by hand some time before, and of each another: where a token has no name of its own, nothing else
 * tells two of one second apart, and revoking one would revoke both.
 */
export const loginTime = (claims: JsonObject, { grant, tenant }: TokenFacts): JsonObject[string] =>
  grant === undefined
    ? Number(claims.iat) - tenant.entropy.bytes('login time', 2).readUInt16BE()
    : (claims.auth_time ?? claims.iat ?? 0)
