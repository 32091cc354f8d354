import type { JsonObject } from '@gatehouse/protocol'
import { judgeAudience } from '../engine/audience.ts'
import type { Client } from '../engine/clients.ts'
import { findMissingClaim } from '../engine/identity-scopes.ts'
import type { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import { judgeScope } from '../engine/scope.ts'
import type { Tenant } from '../engine/tenant.ts'
import type { User } from '../engine/users.ts'
import { readDetails } from './details.ts'

/** What a request asks to be granted, outside the authorization endpoint. */
export interface Asked {
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  readonly details: readonly JsonObject[]
}

/** `scope`, `resource`, `audience` and `authorization_details`, held to what the client is registered for. */
export function readAsked(tenant: Tenant, client: Client, parameters: Parameters): Asked | Refusal {
  const scope = judgeScope(parameters.one('scope'), client.scope)
  if (scope instanceof Refusal) return scope
  const audience = judgeAudience(parameters.all('resource'), parameters.all('audience'))
  if (audience instanceof Refusal) return audience
  const details = readDetails({ tenant, client, parameters })
  return details instanceof Refusal ? details : { scope, audience, details }
}

/** Why a user can not be let in: a scope asks for a claim that this user does not have. */
export function checkRequiredClaims(
  { settings }: Tenant,
  scope: readonly string[],
  user: User,
  error: 'access_denied' | 'interaction_required' | 'invalid_grant',
): Refusal | undefined {
  const missing = findMissingClaim(settings.scopes, scope, { ...user.claims, ...user.userinfo, ...user.id_token })
  return (
    missing &&
    new Refusal(error, `the scope ${missing.scope} requires the claim ${missing.claim}, which the user lacks`)
  )
}
