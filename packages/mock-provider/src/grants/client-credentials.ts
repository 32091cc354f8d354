import type { JsonObject } from '@gatehouse/protocol'
import { judgeAudience } from '../engine/audience.ts'
import { Refusal } from '../engine/refusal.ts'
import { judgeScope } from '../engine/scope.ts'
import { readDetails } from './details.ts'
import type { GrantRequest, GrantType } from './grant.ts'
import { respondWithAccessToken } from './respond.ts'

/** RFC 6749 section 4.4: the client for itself; its `sub` is the client (RFC 9068 section 2.2). */
export const clientCredentials: GrantType = {
  grantType: 'client_credentials',
  allowPublic: false,
  handle: issueForClient,
}

export function issueForClient(request: GrantRequest): JsonObject | Refusal {
  const { client, parameters } = request
  const scope = judgeScope(parameters.one('scope'), client.scope)
  if (scope instanceof Refusal) return scope
  const audience = judgeAudience(parameters.all('resource'), parameters.all('audience'))
  if (audience instanceof Refusal) return audience
  const details = readDetails(request)
  if (details instanceof Refusal) return details
  return respondWithAccessToken(request, { sub: client.id, scope, audience, details, grant: undefined })
}
