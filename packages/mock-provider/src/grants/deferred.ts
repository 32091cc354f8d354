import type { JsonObject } from '@gatehouse/protocol'
import { type Deferred, pollDeferred } from '../engine/deferred.ts'
import { Refusal } from '../engine/refusal.ts'
import { narrowAudience } from './authorization-code.ts'
import { narrowDetails } from './details.ts'
import type { GrantRequest, GrantType } from './grant.ts'
import { respondWithTokens } from './respond.ts'

/** RFC 8628 section 3.4. */
export const deviceCode: GrantType = {
  grantType: 'urn:ietf:params:oauth:grant-type:device_code',
  allowPublic: true,
  handle: request => poll(request, 'device', 'device_code'),
}

/** CIBA Core section 10.1; the push mode, which needs no such grant, is not offered. */
export const ciba: GrantType = {
  grantType: 'urn:openid:params:grant-type:ciba',
  allowPublic: false,
  handle: request => poll(request, 'ciba', 'auth_req_id'),
}

function poll(request: GrantRequest, kind: Deferred['kind'], parameter: string): JsonObject | Refusal {
  const { tenant, client, parameters } = request
  const id = parameters.one(parameter)
  if (id === undefined) return new Refusal('invalid_request', `${parameter}: is missing`)
  const deferred = tenant.store.deferred.get(id)
  if (deferred === undefined || deferred.kind !== kind || deferred.clientId !== client.id)
    return new Refusal('invalid_grant', `${parameter}: is unknown or issued to another client`)
  const audience = narrowAudience(request, deferred.audience)
  if (audience instanceof Refusal) return audience
  const details = narrowDetails(request, deferred.details)
  if (details instanceof Refusal) return details
  const grant = pollDeferred(tenant, deferred)
  if (grant instanceof Refusal) return grant
  if (grant.revoked) return new Refusal('invalid_grant', `${parameter}: was revoked`)
  return respondWithTokens(request, { grant, scope: grant.scope, audience, details, refresh: 'first', nonce: false })
}
