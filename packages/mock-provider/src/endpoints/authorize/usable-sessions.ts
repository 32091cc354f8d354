import { findUser } from '../../engine/find-user.ts'
import type { Session } from '../../engine/store.ts'
import type { Tenant } from '../../engine/tenant.ts'
import { reachAcr, satisfies } from './acr.ts'
import type { AuthorizationRequest } from './request.ts'

/** The sessions that may answer a request as they stand: recent enough, of a user who will do, at a class that was asked for. */
export function usableSessions(
  tenant: Tenant,
  { maxAge, loginHint, subs, acr }: AuthorizationRequest,
  sessions: readonly Session[],
): readonly Session[] {
  const hinted = findUser(tenant, loginHint)
  return sessions.filter(session => {
    const user = tenant.users.get(session.sub)
    if (user === undefined || (hinted !== undefined && hinted.sub !== session.sub)) return false
    if (subs !== undefined && !subs.includes(session.sub)) return false
    if (maxAge !== undefined && tenant.clock.now() - session.authTime > maxAge) return false
    // A step up is worth another login only where it can be reached (RFC 9470 section 5).
    return satisfies(acr, session.acr) || !satisfies(acr, reachAcr(tenant, user, acr))
  })
}
