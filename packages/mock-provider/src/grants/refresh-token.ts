import type { JsonObject } from '@gatehouse/protocol'
import { Refusal } from '../engine/refusal.ts'
import { judgeScope } from '../engine/scope.ts'
import type { RefreshToken } from '../engine/store.ts'
import { narrowAudience } from './authorization-code.ts'
import type { GrantRequest, GrantType } from './grant.ts'
import { respondWithTokens } from './respond.ts'

/** RFC 6749 section 6 with rotation and reuse detection (RFC 9700 section 4.14.2). */
export const refreshToken: GrantType = {
  grantType: 'refresh_token',
  allowPublic: true,
  handle: refresh,
}

function refresh(request: GrantRequest): JsonObject | Refusal {
  const { parameters, tenant } = request
  const value = parameters.one('refresh_token')
  if (value === undefined) return new Refusal('invalid_request', 'refresh_token: is missing')
  const record = findRefreshToken(request, value)
  if (record instanceof Refusal) return record
  const { grant } = record
  const asked = judgeScope(parameters.one('scope'), grant.scope)
  if (asked instanceof Refusal) return asked
  const audience = narrowAudience(request, grant.audience)
  if (audience instanceof Refusal) return audience
  const { rotate } = tenant.settings.refreshToken
  const answer = respondWithTokens(request, {
    grant,
    scope: asked.length === 0 ? grant.scope : asked,
    audience,
    refreshToken: rotate ? undefined : null,
    nonce: false,
  })
  if (rotate && !(answer instanceof Refusal)) record.used = true
  return answer
}

function findRefreshToken({ tenant, client }: GrantRequest, value: string): RefreshToken | Refusal {
  const record = tenant.store.refreshTokens.get(value)
  if (record === undefined || record.grant.clientId !== client.id || record.grant.revoked) {
    return new Refusal('invalid_grant', 'the refresh token is unknown, expired, revoked or issued to another client')
  }
  if (record.used) {
    record.grant.revoked = true
    return new Refusal('invalid_grant', 'the refresh token was used before; the whole family is revoked')
  }
  return record
}
