import type { JsonObject } from '@gatehouse/protocol'
import { type RefreshPolicy, refreshExpiry } from '../engine/refresh-policy.ts'
import { Refusal } from '../engine/refusal.ts'
import { judgeScope } from '../engine/scope.ts'
import type { RefreshToken } from '../engine/store.ts'
import { narrowAudience } from './authorization-code.ts'
import { narrowDetails } from './details.ts'
import type { GrantRequest, GrantType } from './grant.ts'
import { refreshPolicyOf, respondWithTokens } from './respond.ts'

/** RFC 6749 section 6 with rotation and reuse detection (RFC 9700 section 4.14.2), as the policy of tenant and client says. */
export const refreshToken: GrantType = {
  grantType: 'refresh_token',
  allowPublic: true,
  handle: refresh,
}

function refresh(request: GrantRequest): JsonObject | Refusal {
  const { parameters, tenant } = request
  const value = parameters.one('refresh_token')
  if (value === undefined) return new Refusal('invalid_request', 'refresh_token: is missing')
  const policy = refreshPolicyOf(request)
  const record = findRefreshToken(request, value, policy)
  if (record instanceof Refusal) return record
  const { grant } = record
  const asked = judgeScope(parameters.one('scope'), grant.scope)
  if (asked instanceof Refusal) return asked
  const audience = narrowAudience(request, grant.audience)
  if (audience instanceof Refusal) return audience
  const details = narrowDetails(request, grant.details ?? [])
  if (details instanceof Refusal) return details
  const answer = respondWithTokens(request, {
    grant,
    scope: asked.length === 0 ? grant.scope : asked,
    audience,
    details,
    refresh: policy.rotate ? record : null,
    nonce: false,
  })
  if (!(answer instanceof Refusal)) markUsed(record, policy, tenant.clock.now())
  return answer
}

function markUsed(record: RefreshToken, policy: RefreshPolicy, now: number): void {
  if (policy.rotate) {
    record.used = true
    record.usedAt ??= now
  } else record.expiresAt = refreshExpiry(policy, record.issuedAt, now, record.startedAt)
}

function findRefreshToken(
  { tenant, client, confirmation }: GrantRequest,
  value: string,
  { grace = 0, reuse }: RefreshPolicy,
): RefreshToken | Refusal {
  const record = tenant.store.refreshTokens.get(value)
  if (record === undefined || record.grant.clientId !== client.id || record.grant.revoked) {
    return new Refusal('invalid_grant', 'the refresh token is unknown, expired, revoked or issued to another client')
  }
  const isLate = record.usedAt === undefined || tenant.clock.now() >= record.usedAt + grace
  if (record.used && isLate) {
    if (reuse === 'refuse') return new Refusal('invalid_grant', 'the refresh token was used before')
    record.grant.revoked = true
    return new Refusal('invalid_grant', 'the refresh token was used before; the whole family is revoked')
  }
  const isProved = Object.entries(record.confirmation ?? {}).every(([name, key]) => confirmation?.[name] === key)
  return isProved
    ? record
    : new Refusal('invalid_grant', 'the refresh token is bound to a key or a certificate that was not shown')
}
