import type { JsonObject } from '@gatehouse/protocol'
import { findByPassword } from '../engine/find-user.ts'
import { Refusal } from '../engine/refusal.ts'
import { startGrant } from '../engine/user-grant.ts'
import { checkRequiredClaims, readAsked } from './asked.ts'
import type { GrantRequest, GrantType } from './grant.ts'
import { respondWithTokens } from './respond.ts'

/** RFC 6749 section 4.3. Must not be used (RFC 9700 section 2.4), and so works only where `grantTypes` names it. */
export const password: GrantType = { grantType: 'password', allowPublic: true, handle: takePassword }

function takePassword(request: GrantRequest): JsonObject | Refusal {
  const { tenant, client, parameters } = request
  for (const name of ['username', 'password']) {
    if (!parameters.has(name)) return new Refusal('invalid_request', `${name}: is missing`)
  }
  const asked = readAsked(tenant, client, parameters)
  if (asked instanceof Refusal) return asked
  const user = findByPassword(tenant, parameters.one('username'), parameters.one('password'))
  if (user === undefined) return new Refusal('invalid_grant', 'username and password do not belong together')
  const refusal = checkRequiredClaims(tenant, asked.scope, user, 'invalid_grant')
  if (refusal !== undefined) return refusal
  const grant = startGrant(tenant, { ...asked, clientId: client.id, sub: user.sub, amr: ['pwd'] })
  return respondWithTokens(request, { ...asked, grant, refresh: 'first', nonce: false })
}
