import type { JsonObject } from '@gatehouse/protocol'
import { type Shape, subjectOf } from '../../engine/dialect.ts'
import { present } from '../tokens.ts'

/** The words in the server's order, which is not the request's. */
export const orderScope = (scope: readonly string[]): string => [...scope].sort().join(' ')

/** No `client_id`, no `nbf`; a client on its own behalf has no `sub`. */
export const accessToken: Shape = (claims, { clientId, scope, grant, isMachine, audience, tenant }) =>
  present({
    jti: claims.jti,
    sub: isMachine ? undefined : grant === undefined ? claims.sub : subjectOf(tenant.dialect, grant.sub),
    iat: claims.iat,
    exp: claims.exp,
    scope: orderScope(scope),
    iss: claims.iss,
    aud: audience.length === 0 ? clientId : claims.aud,
  })

/** One second later than the access token's and as much shorter. `iss2` is the system's own joke. */
export const idToken: Shape = (claims, { clientId, scope, user, grant, tenant }) => {
  const iat = Number(claims.iat) + 1
  return present({
    sub: grant === undefined ? claims.sub : subjectOf(tenant.dialect, grant.sub),
    ...profileOf(user?.claims ?? {}, scope, Number(claims.auth_time ?? claims.iat)),
    nonce: claims.nonce,
    at_hash: claims.at_hash,
    iss: claims.iss,
    iss2: 'https://baidu.com',
    aud: claims.aud ?? clientId,
    exp: claims.exp,
    iat,
  })
}

const PROFILE = [
  'birthdate',
  'family_name',
  'gender',
  'given_name',
  'locale',
  'middle_name',
  'name',
  'nickname',
  'picture',
  'preferred_username',
  'profile',
  'updated_at',
  'website',
  'zoneinfo',
]
const ADDRESS = ['country', 'postal_code', 'region', 'formatted']

/** Every claim of a scope, null where the user has none. `time`, in seconds, is when a user of unknown age was changed last. */
export function profileOf(claims: JsonObject, scope: readonly string[], time: number): JsonObject {
  const { email, email_verified, phone_number, phone_number_verified, address, gender, updated_at } = claims
  const all = (names: readonly string[], from: JsonObject): JsonObject =>
    Object.fromEntries(names.map(name => [name, from[name] ?? null]))
  return {
    ...(scope.includes('profile')
      ? { ...all(PROFILE, claims), gender: gender ?? 'U', updated_at: toDate(updated_at, time) }
      : {}),
    ...(scope.includes('email') ? { email: email ?? null, email_verified: email_verified === true } : {}),
    ...(scope.includes('phone')
      ? { phone_number: phone_number ?? null, phone_number_verified: phone_number_verified === true }
      : {}),
    ...(scope.includes('address') ? { address: all(ADDRESS, toObject(address)) } : {}),
  }
}

const toObject = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}

/** A text, where OpenID Connect Core section 5.1 says a number. */
function toDate(value: unknown, fallback: number): string {
  if (typeof value === 'string') return value
  const date = new Date((typeof value === 'number' ? value : fallback) * 1000)
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString()
}
