import { createHash } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { type Shape, subjectOf } from '../../engine/dialect.ts'
import type { User } from '../../engine/users.ts'
import { loginTime, present } from '../tokens.ts'

/** The `magen_id_token`: by its aud the client's, with the client's secret as key. */
export const idToken: Shape = (claims, facts) => {
  const { tenant, grant, clientId } = facts
  return present({
    sub: grant === undefined ? claims.sub : subjectOf(tenant.dialect, grant.sub),
    auth_time: loginTime(claims, facts),
    aud: claims.aud ?? clientId,
    iss: claims.iss,
    iat: claims.iat,
    nonce: claims.nonce,
    exp: claims.exp,
  })
}

/** What the service calls a client of a user. */
export const magenClientId = (sub: string, clientId: string): string =>
  createHash('sha256').update(`${sub}${clientId}`).digest('hex').slice(0, 32)

/** As Flask writes a date in JSON: RFC 9110 section 5.6.7. */
const REGISTERED_ON = new Date(Date.UTC(2016, 9, 18, 19, 30, 56)).toUTCString()

/** What tokeninfo tells of a token: its claims among the user's, which may be empty texts. There is no `active`. */
export function tokenInfo(claims: JsonObject, user: User | undefined, sub: string): JsonObject {
  const own: JsonObject = user?.claims ?? {}
  const clientId = String([claims.aud].flat()[0] ?? '')
  const told: JsonObject = {
    registered_on: REGISTERED_ON,
    magen_client_id: magenClientId(sub, clientId),
    department: '',
    idp: 'serpense_box',
    exp: claims.exp ?? null,
    email_verified: 'true',
    picture: null,
    group: 'standard',
    aud: claims.aud ?? null,
    role: '',
    iss: claims.iss ?? null,
    last_name: own.family_name ?? '',
    username: own.email ?? sub,
    sub: claims.sub ?? '',
    iat: claims.iat ?? null,
    locale: null,
    first_name: own.given_name ?? '',
  }
  const protocol = ['exp', 'aud', 'iss', 'sub', 'iat', 'magen_client_id', 'email_verified']
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => [name, protocol.includes(name) ? value : (own[name] ?? value)]),
  )
}

/** The same in 2017. */
export const mcId = (sub: string, clientId: string): string =>
  createHash('sha256').update(`${sub}${clientId}`).digest('hex')

/** What tokeninfo tells in 2017: the user's groups, clients and last login as well. */
export function tokenInfo2017(claims: JsonObject, user: User | undefined, sub: string): JsonObject {
  const own: JsonObject = user?.claims ?? {}
  const before = tokenInfo(claims, user, sub)
  const { iss, aud, iat, exp, username, email_verified, first_name, last_name, picture, locale } = before
  return {
    iss: iss ?? null,
    sub: claims.sub ?? '',
    aud: aud ?? null,
    iat: iat ?? null,
    exp: exp ?? null,
    auth_time: claims.auth_time ?? null,
    mc_id: mcId(sub, String([claims.aud].flat()[0] ?? '')),
    username: username ?? '',
    email_verified: email_verified ?? 'true',
    first_name: first_name ?? '',
    last_name: last_name ?? '',
    picture: picture ?? null,
    locale: locale ?? null,
    department: before.department ?? '',
    u_groups: own.u_groups ?? ['standard'],
    role: before.role ?? '',
    registered_on: before.registered_on ?? '',
    idp: before.idp ?? '',
    u_clients: own.u_clients ?? [],
    last_login: new Date(Number(claims.auth_time ?? 0) * 1000).toUTCString(),
    display_name: own.name ?? '',
    position: own.position ?? '',
  }
}
