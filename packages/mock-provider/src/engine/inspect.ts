import type { JsonObject } from '@gatehouse/protocol'
import { decodeJwt, isSignedBy } from './jwt.ts'
import type { AccessToken, Grant, RefreshToken } from './store.ts'
import type { Tenant } from './tenant.ts'

/** A token of this tenant that is good now. */
export type LiveToken =
  | { readonly kind: 'access'; readonly claims: JsonObject; readonly record: AccessToken | undefined }
  | { readonly kind: 'refresh'; readonly grant: Grant; readonly record: RefreshToken }

/** What a token is, if it is active here (RFC 7662 section 2.2): ours, not expired, not revoked. Undefined for anything else, garbage included. */
export function findLiveToken(tenant: Tenant, token: string): LiveToken | undefined {
  const refresh = tenant.store.refreshTokens.get(token)
  if (refresh !== undefined) {
    return refresh.used || refresh.grant.revoked
      ? undefined
      : { kind: 'refresh', grant: refresh.grant, record: refresh }
  }
  const record = tenant.store.findAccessToken(token)
  if (record !== undefined && (record.revoked || record.grant?.revoked === true)) return undefined
  const claims = record?.claims ?? readOwnJwt(tenant, token, record !== undefined)
  return claims === undefined || !isInTime(tenant, claims) ? undefined : { kind: 'access', claims, record }
}

/** Claims of an access token in JWT form that this tenant signed. What it does not remember must say by its type that it is one (RFC 8725 section 3.11). */
function readOwnJwt(tenant: Tenant, token: string, isKnown: boolean): JsonObject | undefined {
  const jwt = decodeJwt(token)
  if (jwt === undefined || jwt.claims.iss !== tenant.issuer) return undefined
  if (!isKnown && !isAccessType(jwt.header.typ)) return undefined
  const { client_id } = jwt.claims
  const secret = typeof client_id === 'string' ? tenant.clients.get(client_id)?.secret : undefined
  return isSignedBy(jwt, kid => tenant.keys.find(kid), secret) ? jwt.claims : undefined
}

const isAccessType = (typ: unknown): boolean =>
  typeof typ === 'string' && ['at+jwt', 'application/at+jwt'].includes(typ.toLowerCase())

function isInTime(tenant: Tenant, { exp, nbf }: JsonObject): boolean {
  const now = tenant.clock.now()
  return (
    (typeof exp === 'number' ? exp > now && Number.isFinite(exp) : exp === undefined) &&
    (nbf === undefined || (typeof nbf === 'number' && nbf <= now))
  )
}
