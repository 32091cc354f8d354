import type { JsonObject } from '@gatehouse/protocol'
import { findLiveToken } from './inspect.ts'
import { decodeJwt, isSignedBy } from './jwt.ts'
import type { Grant } from './store.ts'
import { userBehind } from './subjects.ts'
import type { Tenant } from './tenant.ts'

const PREFIX = 'urn:ietf:params:oauth:token-type:'

/** RFC 8693 section 3. */
export const TOKEN_TYPES = {
  access: `${PREFIX}access_token`,
  refresh: `${PREFIX}refresh_token`,
  id: `${PREFIX}id_token`,
  jwt: `${PREFIX}jwt`,
} as const

/** Whom a token of ours is about, and what it allows. */
export interface SubjectToken {
  readonly sub: string
  readonly claims: JsonObject
  /** Undefined for an ID token, which allows nothing by itself. */
  readonly scope: readonly string[] | undefined
  readonly grant: Grant | undefined
}

/** A token of this tenant that is good now and of the type that the request says it is; undefined for anything else. */
export function readSubjectToken(tenant: Tenant, token: string, type: string): SubjectToken | undefined {
  if (type === TOKEN_TYPES.id) return readIdToken(tenant, token)
  const live = findLiveToken(tenant, token)
  if (live?.kind === 'refresh' && type === TOKEN_TYPES.refresh) {
    const { grant } = live
    return { sub: grant.sub, claims: { client_id: grant.clientId }, scope: grant.scope, grant }
  }
  const isAccess = type === TOKEN_TYPES.access || (type === TOKEN_TYPES.jwt && token.split('.').length === 3)
  if (live?.kind !== 'access' || !isAccess || typeof live.claims.sub !== 'string') return undefined
  const scope = typeof live.claims.scope === 'string' ? live.claims.scope.split(' ') : []
  return { sub: live.claims.sub, claims: live.claims, scope, grant: live.record?.grant }
}

/** OpenID Connect Core section 2; told from other tokens of ours by its `typ` (RFC 8725 section 3.11). */
function readIdToken(tenant: Tenant, token: string): SubjectToken | undefined {
  const jwt = decodeJwt(token)
  const { iss, aud, azp, exp, sub } = jwt?.claims ?? {}
  const clientId = typeof azp === 'string' ? azp : Array.isArray(aud) ? aud[0] : aud
  if (jwt === undefined || typeof clientId !== 'string' || typeof sub !== 'string' || iss !== tenant.issuer)
    return undefined
  if ((jwt.header.typ ?? 'JWT') !== 'JWT' || typeof exp !== 'number' || exp <= tenant.clock.now()) return undefined
  if (!isSignedBy(jwt, kid => tenant.keys.find(kid), tenant.clients.get(clientId)?.secret)) return undefined
  return { sub: userBehind(tenant, sub), claims: jwt.claims, scope: undefined, grant: undefined }
}
