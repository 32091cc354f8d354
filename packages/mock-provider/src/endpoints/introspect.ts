import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import type { Api } from '../engine/apis.ts'
import { toAud } from '../engine/audience.ts'
import { type Client, clientOfFirstUse } from '../engine/clients.ts'
import { findLiveToken, type LiveToken } from '../engine/inspect.ts'
import { isObject } from '../engine/members.ts'
import { Refusal } from '../engine/refusal.ts'
import { subjectFor, subjectShown } from '../engine/subjects.ts'
import type { Tenant } from '../engine/tenant.ts'
import { typeOf } from '../grants/respond.ts'
import { accepts } from '../http/accept.ts'
import { json, refused } from '../http/answers.ts'
import { authenticateResource } from '../http/client-auth.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readForm } from '../http/form.ts'
import type { Answer } from '../http/message.ts'
import { answerSealed, type Sealing } from '../http/sealed-answer.ts'

/** RFC 7662. Any client with credentials may ask of any token; an API connection is told of its own scopes only. */
export const introspect: Endpoint = { name: 'introspect', cors: false, methods: { POST: introspectToken } }

/** RFC 9701 section 6: RS256 unless the client registered another. */
const SEALING: Sealing = {
  kind: 'introspection',
  typ: 'token-introspection+jwt',
  contentType: 'application/token-introspection+jwt',
  alg: 'RS256',
}

const INACTIVE: JsonObject = { active: false }

async function introspectToken(exchange: Exchange): Promise<Answer> {
  const { question, tenant } = exchange
  const parameters = readForm(question)
  if (parameters instanceof Refusal) return refused(parameters)
  const caller = await authenticateResource(exchange, parameters)
  if (caller instanceof Refusal) return refused(caller)
  const token = parameters.one('token')
  if (token === undefined) return refused(new Refusal('invalid_request', 'token: is missing'))
  const live = findLiveToken(tenant, token)
  const told = live === undefined ? INACTIVE : restrict(describe(tenant, live), caller)
  return accepts(question, SEALING.contentType) ? answerAsJwt(exchange, caller, told) : json(told)
}

/** A JWT for who asks (RFC 9701 section 5), signed and encrypted as a client registered; API connections get RS256. */
function answerAsJwt(exchange: Exchange, caller: Client | Api, told: JsonObject): Promise<Answer> {
  const { tenant } = exchange
  const client = 'scopes' in caller ? clientOfFirstUse(caller.id, undefined) : caller
  const claims = { iss: tenant.issuer, aud: caller.id, iat: tenant.clock.now(), token_introspection: told }
  return answerSealed(exchange, client, SEALING, { claims, plain: claims })
}

/** RFC 7662 section 2.2, with `cnf` (RFC 9449 section 6.2, RFC 8705 section 3.2) and `authorization_details` (RFC 9396 section 9.2). A refresh token has no type. */
function describe(tenant: Tenant, live: LiveToken): JsonObject {
  if (live.kind === 'access') {
    const { sub, cnf } = live.claims
    const token_type = typeOf(isObject(cnf) ? cnf : undefined)
    const isUser = typeof sub === 'string' && tenant.users.get(sub) !== undefined
    const shown = subjectShown(tenant, live)
    return {
      active: true,
      token_type,
      ...(isUser ? { username: sub } : {}),
      ...live.claims,
      ...(shown === undefined ? {} : { sub: shown }),
    }
  }
  const { grant, record } = live
  return {
    active: true,
    iss: tenant.issuer,
    sub: subjectFor(tenant, grant.clientId, grant.sub),
    client_id: grant.clientId,
    ...(grant.audience.length === 0 ? {} : { aud: toAud(grant.audience) }),
    iat: record.issuedAt,
    exp: record.expiresAt,
    ...(grant.scope.length === 0 ? {} : { scope: grant.scope.join(' ') }),
    ...(record.confirmation === undefined ? {} : { cnf: record.confirmation }),
    ...(grant.details === undefined || grant.details.length === 0 ? {} : { authorization_details: grant.details }),
  }
}

/** What an API connection is told: its own scopes, and nothing at all of a token that has none of them. */
function restrict(answer: JsonObject, caller: Client | Api): JsonObject {
  if (!('scopes' in caller)) return answer
  const scope = String(answer.scope ?? '')
    .split(' ')
    .filter(word => caller.scopes.includes(word))
  if (scope.length === 0) return INACTIVE
  const { authorization_details: details, ...rest } = answer
  const own = Array.isArray(details) ? details.filter(detail => isMeantFor(caller, detail)) : []
  return { ...rest, scope: scope.join(' '), ...(own.length === 0 ? {} : { authorization_details: own }) }
}

/** RFC 9396 section 2.2: `locations` say where a detail is of use; without them it is everywhere. */
function isMeantFor({ audience }: Api, detail: JsonValue): boolean {
  const locations = isObject(detail) ? detail.locations : undefined
  return !Array.isArray(locations) || locations.includes(audience)
}
