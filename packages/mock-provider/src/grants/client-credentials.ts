import type { JsonObject } from '@gatehouse/protocol'
import { judgeAudience } from '../engine/audience.ts'
import { issueAccessToken } from '../engine/issue.ts'
import { Refusal } from '../engine/refusal.ts'
import { judgeScope } from '../engine/scope.ts'
import type { GrantRequest, GrantType } from './grant.ts'
import { readFormat } from './respond.ts'

/** RFC 6749 section 4.4: the client for itself; its `sub` is the client (RFC 9068 section 2.2). */
export const clientCredentials: GrantType = {
  grantType: 'client_credentials',
  allowPublic: false,
  handle: issueForClient,
}

function issueForClient({ tenant, client, parameters, confirmation }: GrantRequest): JsonObject | Refusal {
  const scope = judgeScope(parameters.one('scope'), client.scope)
  if (scope instanceof Refusal) return scope
  const audience = judgeAudience(parameters.all('resource'), parameters.all('audience'))
  if (audience instanceof Refusal) return audience
  const format = readFormat(parameters.one('token_format'))
  if (format instanceof Refusal) return format
  const access = issueAccessToken(tenant, {
    clientId: client.id,
    sub: client.id,
    scope,
    audience,
    grant: undefined,
    format,
    ...(confirmation === undefined ? {} : { claims: { cnf: confirmation } }),
  })
  if (access instanceof Refusal) return access
  return {
    access_token: access.token,
    token_type: 'Bearer',
    expires_in: access.lifetime,
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
  }
}
