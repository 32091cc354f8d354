import type { JsonObject } from '@gatehouse/protocol'
import { issueIdToken, issueRefreshToken } from '../engine/issue.ts'
import { isObject } from '../engine/members.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Grant } from '../engine/store.ts'
import { readSubjectToken, type SubjectToken, TOKEN_TYPES } from '../engine/subject-token.ts'
import { startGrant } from '../engine/user-grant.ts'
import { type Asked, readAsked } from './asked.ts'
import { narrowDetails } from './details.ts'
import type { GrantRequest, GrantType } from './grant.ts'
import { mayRefresh, refreshPolicyOf, respondWithAccessToken } from './respond.ts'

/**
 * RFC 8693: a token of this provider for another one, on behalf of the same subject. Scope may only become less. Does not ask for the proof that a
 * bound subject token would need elsewhere.
 */
export const tokenExchange: GrantType = {
  grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
  allowPublic: false,
  handle: exchangeToken,
}

/** What is issued, a row a `requested_token_type`. */
const ISSUERS: Readonly<Record<string, (request: GrantRequest, order: Order) => JsonObject | Refusal>> = {
  [TOKEN_TYPES.access]: (request, order) => respondWithAccessToken(request, order),
  [TOKEN_TYPES.jwt]: (request, order) => respondWithAccessToken(request, { ...order, format: 'jwt' }),
  [TOKEN_TYPES.id]: issueId,
  [TOKEN_TYPES.refresh]: issueRefresh,
}

interface Order extends Asked {
  readonly sub: string
  readonly grant: Grant | undefined
  readonly claims: JsonObject
}

function exchangeToken(request: GrantRequest): JsonObject | Refusal {
  const { parameters } = request
  const type = parameters.one('requested_token_type') ?? TOKEN_TYPES.access
  const issue = Object.hasOwn(ISSUERS, type) ? ISSUERS[type] : undefined
  if (issue === undefined) return new Refusal('invalid_request', `requested_token_type: must be one of ${KNOWN}`)
  const subject = readToken(request, 'subject_token')
  if (subject instanceof Refusal) return subject
  if (subject === undefined) return new Refusal('invalid_request', 'subject_token: is missing')
  const actor = readToken(request, 'actor_token')
  if (actor instanceof Refusal) return actor
  const act = judgeActor(request, subject, actor)
  if (act instanceof Refusal) return act
  const asked = narrow(request, subject)
  if (asked instanceof Refusal) return asked
  const grant = grantOf(request, subject, asked)
  const answer = issue(request, { ...asked, sub: subject.sub, grant, claims: act })
  return answer instanceof Refusal ? answer : { ...answer, issued_token_type: type }
}

const KNOWN = Object.values(TOKEN_TYPES).join(', ')

/** A token and its type, which come together or not at all (RFC 8693 section 2.1). */
function readToken({ tenant, client, parameters }: GrantRequest, name: string): SubjectToken | Refusal | undefined {
  const token = parameters.one(name)
  const type = parameters.one(`${name}_type`)
  if (token === undefined && type === undefined) return undefined
  if (token === undefined) return new Refusal('invalid_request', `${name}: is missing`)
  if (type === undefined) return new Refusal('invalid_request', `${name}_type: is missing`)
  if (!Object.values(TOKEN_TYPES).some(known => known === type))
    return new Refusal('invalid_request', `${name}_type: must be one of ${KNOWN}`)
  const found = readSubjectToken(tenant, token, type)
  const isForeign = type === TOKEN_TYPES.refresh && found?.grant?.clientId !== client.id
  return found === undefined || isForeign
    ? new Refusal('invalid_request', `${name}: is no active token of this provider and of this type`)
    : found
}

/** The `act` of what is issued: the actor outermost, those before it nested (RFC 8693 section 4.1). `may_act` is obeyed (section 4.4). */
function judgeActor(
  { client }: GrantRequest,
  { claims }: SubjectToken,
  actor: SubjectToken | undefined,
): JsonObject | Refusal {
  const { may_act: allowed, act: before } = claims
  const party: JsonObject = actor?.claims ?? { sub: client.id, client_id: client.id }
  const isAllowed = !isObject(allowed) || Object.entries(allowed).every(([name, value]) => party[name] === value)
  if (!isAllowed) return new Refusal('invalid_request', 'the subject token says by may_act that somebody else may act')
  const earlier = before === undefined ? {} : { act: before }
  return actor === undefined ? earlier : { act: { sub: actor.sub, ...earlier } }
}

/** The scope of the subject token is the most there is; one that names no audience may go anywhere (RFC 8693 section 2.1). */
function narrow(request: GrantRequest, subject: SubjectToken): Asked | Refusal {
  const { tenant, client, parameters } = request
  const asked = readAsked(tenant, client, parameters)
  if (asked instanceof Refusal) return asked
  const held = subject.scope
  const details = narrowDetails(request, subject.grant?.details ?? [])
  if (details instanceof Refusal) return details
  if (held === undefined) return { ...asked, details }
  if (!asked.scope.every(word => held.includes(word)))
    return new Refusal('invalid_scope', 'scope: goes beyond that of the subject token')
  const most = held.filter(word => client.scope?.includes(word) ?? true)
  return { ...asked, details, scope: asked.scope.length === 0 ? most : asked.scope }
}

/** What stands behind the subject token, so that both fall together; for a user's token that came of no grant, one of its own. */
function grantOf({ tenant, client }: GrantRequest, subject: SubjectToken, asked: Asked): Grant | undefined {
  if (subject.grant !== undefined || tenant.users.get(subject.sub) === undefined) return subject.grant
  const { auth_time } = subject.claims
  return startGrant(tenant, {
    ...asked,
    clientId: client.id,
    sub: subject.sub,
    amr: [],
    ...(typeof auth_time === 'number' ? { authTime: auth_time } : {}),
  })
}

const onlyUsers = (): Refusal =>
  new Refusal('invalid_request', 'requested_token_type: there is no user behind the subject token')

/** Tokens that are no access tokens (RFC 8693 section 2.2.1: `N_A`). */
function issueId({ tenant, client }: GrantRequest, { grant, scope }: Order): JsonObject | Refusal {
  if (grant === undefined) return onlyUsers()
  const token = issueIdToken(tenant, { ...grant, clientId: client.id, nonce: undefined }, scope, {})
  if (token instanceof Refusal) return token
  return { access_token: token, token_type: 'N_A', expires_in: tenant.settings.idToken.lifetime }
}

function issueRefresh(request: GrantRequest, { grant, scope, audience, details }: Order): JsonObject | Refusal {
  const { tenant, client } = request
  if (grant === undefined) return onlyUsers()
  if (!mayRefresh(request)) return new Refusal('invalid_request', 'requested_token_type: the client may not refresh')
  const own = startGrant(tenant, { ...grant, clientId: client.id, scope, audience, details })
  const policy = refreshPolicyOf(request)
  const token = issueRefreshToken(tenant, own, { policy })
  return { access_token: token, token_type: 'N_A', expires_in: policy.lifetime, scope: scope.join(' ') }
}
