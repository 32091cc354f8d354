import { findUser } from '../../engine/find-user.ts'
import type { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import { sealIdToken } from '../../engine/seal.ts'
import type { Session } from '../../engine/store.ts'
import type { User } from '../../engine/users.ts'
import { checkRequiredClaims } from '../../grants/asked.ts'
import type { Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'
import { reachAcr, satisfies } from './acr.ts'
import { needsConsent } from './consent.ts'
import { issueResponse } from './issue.ts'
import { holdRequest, showAccounts, showConsent, showLogin } from './pages.ts'
import type { AuthorizationRequest } from './request.ts'
import { respond, respondWithError } from './respond.ts'
import { findSessions, sessionCookies, startSession, touchSession } from './session.ts'
import { sessionState } from './session-state.ts'
import { usableSessions } from './usable-sessions.ts'

/** A request in order, and the parameters that it was read from, which are put aside while a page is open. */
export interface Pending {
  readonly request: AuthorizationRequest
  readonly parameters: Parameters
}

/** Who answers for the user: a session, a hint, or the user (OpenID Connect Core section 3.1.2.3). */
export async function proceed(exchange: Exchange, pending: Pending): Promise<Answer> {
  const { tenant, question } = exchange
  const { request, parameters } = pending
  const { prompt, loginHint } = request
  const isChoice = prompt.includes('select_account')
  const sessions =
    prompt.includes('login') || isChoice ? [] : usableSessions(tenant, request, findSessions(tenant, question))
  const [session, ...more] = sessions
  if (prompt.includes('none')) return proceedSilently(exchange, pending, sessions)
  if (session !== undefined && more.length === 0) return proceedAs(exchange, pending, session, [])
  if (isChoice || more.length > 0) return showAccounts(exchange, request, holdRequest(exchange, parameters))
  const hinted = findUser(tenant, loginHint)
  return hinted === undefined
    ? showLogin(exchange, request, holdRequest(exchange, parameters))
    : logIn(exchange, pending, hinted, ['hint'])
}

/** `prompt=none`: an answer without a page, or the reason why there must be one (OpenID Connect Core section 3.1.2.6). */
async function proceedSilently(exchange: Exchange, pending: Pending, sessions: readonly Session[]): Promise<Answer> {
  const [session, ...more] = sessions
  const { address } = pending.request
  const refuse = (refusal: Refusal): Promise<Answer> => respondWithError(exchange, address, refusal)
  if (session === undefined) return refuse(new Refusal('login_required', 'nobody is logged in as was asked for'))
  if (more.length > 0)
    return refuse(new Refusal('account_selection_required', 'several users are logged in, and none is named'))
  return proceedAs(exchange, pending, session, [])
}

/** Somebody has just said who they are; a choice of accounts adds a session, any other login replaces the ones there were. */
export async function logIn(exchange: Exchange, pending: Pending, user: User, amr: readonly string[]): Promise<Answer> {
  const { tenant, question } = exchange
  const { request } = pending
  const present = findSessions(tenant, question)
  const acr = reachAcr(tenant, user, request.acr)
  const session = startSession(tenant, { sub: user.sub, amr, acr }, present)
  const kept = request.prompt.includes('select_account') ? present.filter(({ sub }) => sub !== user.sub) : []
  return proceedAs(exchange, pending, session, sessionCookies(tenant, [session, ...kept]))
}

/** A known user: held to what the request demands of them, asked for consent, answered. */
export async function proceedAs(
  exchange: Exchange,
  pending: Pending,
  session: Session,
  headers: Answer['headers'],
): Promise<Answer> {
  const { tenant } = exchange
  const { request, parameters } = pending
  touchSession(tenant, session)
  const refusal = judgeUser(exchange, request, session)
  if (refusal !== undefined) return respondWithError(exchange, request.address, refusal, headers)
  if (!needsConsent(tenant, request, session)) return answer(exchange, request, session, headers)
  if (request.prompt.includes('none')) {
    const say = 'the user has not allowed the client all that it asks for'
    return respondWithError(exchange, request.address, new Refusal('consent_required', say))
  }
  return showConsent(exchange, request, session, holdRequest(exchange, parameters, session), headers)
}

function judgeUser({ tenant }: Exchange, request: AuthorizationRequest, session: Session): Refusal | undefined {
  const { acr, subs, scope, prompt } = request
  if (subs !== undefined && !subs.includes(session.sub))
    return new Refusal('login_required', 'another user than the one asked for is logged in')
  if (acr.essential && !satisfies(acr, session.acr))
    return new Refusal('unmet_authentication_requirements', 'the authentication context class cannot be reached')
  const user = tenant.users.get(session.sub)
  const error = prompt.includes('none') ? 'interaction_required' : 'access_denied'
  return user === undefined
    ? new Refusal('login_required', 'the user is not there any more')
    : checkRequiredClaims(tenant, scope, user, error)
}

/** Grants the request, with nothing left to ask. */
export async function answer(
  exchange: Exchange,
  request: AuthorizationRequest,
  session: Session,
  headers: Answer['headers'],
): Promise<Answer> {
  const { tenant, ports } = exchange
  const state = sessionState(tenant, request, session)
  const issued = issueResponse(tenant, request, session)
  const parameters = issued instanceof Refusal ? issued : await sealIdToken(tenant, ports, request.client, issued)
  return parameters instanceof Refusal
    ? respondWithError(exchange, request.address, parameters, headers)
    : respond(
        exchange,
        request.address,
        { ...parameters, ...(state === undefined ? {} : { session_state: state }) },
        headers,
      )
}
