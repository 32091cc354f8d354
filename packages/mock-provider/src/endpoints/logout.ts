import { allowsPostLogout, type Client } from '../engine/clients.ts'
import { decodeJwt, isSignedBy } from '../engine/jwt.ts'
import type { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Tenant } from '../engine/tenant.ts'
import { page, redirect, refused } from '../http/answers.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readParameters } from '../http/form.ts'
import type { Answer } from '../http/message.ts'
import { renderConfirmLogout, renderLoggedOut } from '../ui/logout.ts'
import { expiredCookie, findSession } from './authorize/session.ts'

/** OpenID Connect RP-Initiated Logout section 2. */
export const logout: Endpoint = { name: 'logout', cors: false, methods: { GET: logOut, POST: logOut } }

interface Hint {
  readonly clientId: string
  readonly sid: string | undefined
  readonly sub: string | undefined
}

function logOut({ question, tenant }: Exchange): Answer {
  const parameters = readParameters(question)
  if (parameters instanceof Refusal) return refused(parameters)
  const hint = readHint(tenant, parameters)
  if (hint instanceof Refusal) return refused(hint)
  const target = judgeTarget(tenant, parameters, hint)
  if (target instanceof Refusal) return refused(target)
  const session = findSession(tenant, question)
  const isSure = hint !== undefined && (session === undefined || hint.sub === session.sub)
  // Without proof of who asks the user is asked, or any page could log everybody out (section 2, id_token_hint).
  if (session !== undefined && !isSure && !(question.method === 'POST' && parameters.has('confirm'))) {
    return page(renderConfirmLogout(`${tenant.prefix}/logout`, session.sub, parameters))
  }
  if (session !== undefined) tenant.store.sessions.delete(session.id)
  if (hint !== undefined) endSessions(tenant, hint)
  return target === undefined
    ? page(renderLoggedOut(), 200, [expiredCookie(tenant)])
    : redirect(target, [expiredCookie(tenant)])
}

/** An ID token of ours, expired or not; undefined where none was sent. */
function readHint(tenant: Tenant, parameters: Parameters): Hint | Refusal | undefined {
  const token = parameters.one('id_token_hint')
  if (token === undefined) return undefined
  const jwt = decodeJwt(token)
  const { aud, azp, sid, sub, iss } = jwt?.claims ?? {}
  const clientId = typeof azp === 'string' ? azp : Array.isArray(aud) ? aud[0] : aud
  const secret = typeof clientId === 'string' ? tenant.clients.get(clientId)?.secret : undefined
  if (
    jwt === undefined ||
    typeof clientId !== 'string' ||
    iss !== tenant.issuer ||
    !isSignedBy(jwt, kid => tenant.keys.find(kid), secret)
  ) {
    return new Refusal('invalid_request', 'id_token_hint: is no ID token of this provider')
  }
  const named = parameters.one('client_id')
  if (named !== undefined && named !== clientId)
    return new Refusal('invalid_request', 'client_id: is not the one of the id_token_hint')
  return { clientId, sid: typeof sid === 'string' ? sid : undefined, sub: typeof sub === 'string' ? sub : undefined }
}

/** Where to go afterwards: only where the client registered, so that nobody is sent to a stranger. */
function judgeTarget(tenant: Tenant, parameters: Parameters, hint: Hint | undefined): string | undefined | Refusal {
  const uri = parameters.one('post_logout_redirect_uri')
  if (uri === undefined) return undefined
  const clientId = hint?.clientId ?? parameters.one('client_id')
  const client: Client | undefined = clientId === undefined ? undefined : tenant.clients.get(clientId)
  if (client === undefined)
    return new Refusal(
      'invalid_request',
      'post_logout_redirect_uri: needs an id_token_hint, or the client_id of a known client',
    )
  if (!allowsPostLogout(client, uri))
    return new Refusal('invalid_request', 'post_logout_redirect_uri: is none that the client registered')
  const state = parameters.one('state')
  if (state === undefined) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
}

/** The session that the hint names, wherever its cookie is. */
function endSessions(tenant: Tenant, { sid }: Hint): void {
  if (sid === undefined) return
  for (const session of tenant.store.sessions.values()) {
    if (session.sid === sid) tenant.store.sessions.delete(session.id)
  }
}
