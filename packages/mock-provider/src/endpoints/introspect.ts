import type { JsonObject } from '@gatehouse/protocol'
import type { Api } from '../engine/apis.ts'
import { toAud } from '../engine/audience.ts'
import type { Client } from '../engine/clients.ts'
import { findLiveToken, type LiveToken } from '../engine/inspect.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Tenant } from '../engine/tenant.ts'
import { json, refused } from '../http/answers.ts'
import { authenticateResource } from '../http/client-auth.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readForm } from '../http/form.ts'
import type { Answer } from '../http/message.ts'

/** RFC 7662. Any client with credentials may ask of any token; an API connection is told of its own scopes only. */
export const introspect: Endpoint = { name: 'introspect', cors: false, methods: { POST: introspectToken } }

const INACTIVE: JsonObject = { active: false }

function introspectToken({ question, tenant }: Exchange): Answer {
  const parameters = readForm(question)
  if (parameters instanceof Refusal) return refused(parameters)
  const caller = authenticateResource(tenant, question, parameters)
  if (caller instanceof Refusal) return refused(caller)
  const token = parameters.one('token')
  if (token === undefined) return refused(new Refusal('invalid_request', 'token: is missing'))
  const live = findLiveToken(tenant, token)
  return json(live === undefined ? INACTIVE : restrict(describe(tenant, live), caller))
}

/** RFC 7662 section 2.2. */
function describe(tenant: Tenant, live: LiveToken): JsonObject {
  if (live.kind === 'access') {
    const { sub } = live.claims
    const isUser = typeof sub === 'string' && tenant.users.get(sub) !== undefined
    return { active: true, token_type: 'Bearer', ...(isUser ? { username: sub } : {}), ...live.claims }
  }
  const { grant, record } = live
  return {
    active: true,
    iss: tenant.issuer,
    sub: grant.sub,
    client_id: grant.clientId,
    ...(grant.audience.length === 0 ? {} : { aud: toAud(grant.audience) }),
    iat: record.issuedAt,
    exp: record.expiresAt,
    ...(grant.scope.length === 0 ? {} : { scope: grant.scope.join(' ') }),
  }
}

/** What an API connection is told: its own scopes, and nothing at all of a token that has none of them. */
function restrict(answer: JsonObject, caller: Client | Api): JsonObject {
  if (!('scopes' in caller)) return answer
  const scope = String(answer.scope ?? '')
    .split(' ')
    .filter(word => caller.scopes.includes(word))
  return scope.length === 0 ? INACTIVE : { ...answer, scope: scope.join(' ') }
}
