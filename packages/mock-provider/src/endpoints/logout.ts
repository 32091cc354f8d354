import { allowsPostLogout, type Client } from '../engine/clients.ts'
import { type IdTokenHint, readIdTokenHint } from '../engine/id-token-hint.ts'
import type { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Session } from '../engine/store.ts'
import type { Tenant } from '../engine/tenant.ts'
import { page, redirect, refused } from '../http/answers.ts'
import { sendLogoutTokens } from '../http/back-channel-logout.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readParameters } from '../http/form.ts'
import type { Answer } from '../http/message.ts'
import { FRAMES_SCRIPT_HASH, renderConfirmLogout, renderFrames, renderLoggedOut, renderStillIn } from '../ui/logout.ts'
import { expiredCookies, findSessions, sessionCookies } from './authorize/session.ts'

/** OpenID Connect RP-Initiated Logout section 2, with the clients told by Front-Channel and Back-Channel Logout. */
export const logout: Endpoint = { name: 'logout', cors: false, methods: { GET: logOut, POST: logOut } }

async function logOut(exchange: Exchange): Promise<Answer> {
  const { question, tenant } = exchange
  const parameters = readParameters(question)
  if (parameters instanceof Refusal) return refused(parameters)
  const hint = judgeHint(tenant, parameters)
  if (hint instanceof Refusal) return refused(hint)
  const target = judgeTarget(tenant, parameters, hint)
  if (target instanceof Refusal) return refused(target)
  const present = findSessions(tenant, question)
  const [current] = present
  const ofHint = hint === undefined ? [] : sessionsOf(tenant, present, hint)
  // Without proof of who asks the user is asked, or any page could log everybody out (section 2, id_token_hint).
  const isSure = current === undefined || ofHint.some(({ id }) => id === current.id)
  const confirmed = question.method === 'POST' ? parameters.one('confirm') : undefined
  if (!isSure && confirmed === undefined)
    return page(renderConfirmLogout(`${tenant.prefix}/logout`, current.sub, parameters))
  if (!isSure && confirmed !== 'yes') return page(renderStillIn(current.sub))
  const ended = isSure ? ofHint : [...new Set([...present, ...ofHint])]
  const kept = present.filter(session => !ended.includes(session))
  return endSessions(exchange, ended, kept, target)
}

/** An ID token of ours, expired or not; undefined where none was sent. */
function judgeHint(tenant: Tenant, parameters: Parameters): IdTokenHint | Refusal | undefined {
  const token = parameters.one('id_token_hint')
  if (token === undefined) return undefined
  const hint = readIdTokenHint(tenant, token)
  if (hint === undefined) return new Refusal('invalid_request', 'id_token_hint: is no ID token of this provider')
  const named = parameters.one('client_id')
  return named === undefined || named === hint.clientId
    ? hint
    : new Refusal('invalid_request', 'client_id: is not the one of the id_token_hint')
}

/** Where to go afterwards: only where the client registered, so that nobody is sent to a stranger. */
function judgeTarget(
  tenant: Tenant,
  parameters: Parameters,
  hint: IdTokenHint | undefined,
): string | undefined | Refusal {
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

/** What a hint is about: the session of its `sid`, wherever its cookie is, and this browser's of the same user. */
const sessionsOf = ({ store }: Tenant, present: readonly Session[], { sid, sub }: IdTokenHint): readonly Session[] => [
  ...new Set([
    ...present.filter(session => session.sub === sub),
    ...[...store.sessions.values()].filter(session => sid !== undefined && session.sid === sid),
  ]),
]

/** Ends sessions and tells every client that got tokens in them; the back channel first, since the browser may not come along. */
async function endSessions(
  exchange: Exchange,
  ended: readonly Session[],
  kept: readonly Session[],
  target: string | undefined,
): Promise<Answer> {
  const { tenant } = exchange
  for (const session of ended) tenant.store.sessions.delete(session.id)
  const notices = ended.flatMap(({ clients, sub, sid }) =>
    [...clients].flatMap(id => {
      const client = tenant.clients.get(id)
      return client === undefined ? [] : [{ client, sub, sid }]
    }),
  )
  const said = await sendLogoutTokens(exchange, notices)
  if (said instanceof Refusal) return refused(said)
  const sent = said.map(({ body: _body, ...delivery }) => delivery)
  const cookies = kept.length === 0 ? expiredCookies(tenant) : sessionCookies(tenant, kept)
  const frames = notices.flatMap(({ client, sid }) => frameOf(tenant, client, sid))
  const answer =
    frames.length > 0
      ? page(renderFrames(frames, target), 200, cookies, FRAMES_SCRIPT_HASH, frames.map(originOf))
      : target === undefined
        ? page(renderLoggedOut(), 200, cookies)
        : redirect(target, cookies)
  return sent.length === 0 ? answer : { ...answer, sent }
}

/** OpenID Connect Front-Channel Logout section 2: `iss` and `sid` for a client that requires them. */
function frameOf(tenant: Tenant, { metadata }: Client, sid: string): readonly string[] {
  const { frontchannel_logout_uri: uri, frontchannel_logout_session_required: isRequired } = metadata
  if (typeof uri !== 'string') return []
  if (isRequired !== true) return [uri]
  return [`${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ iss: tenant.issuer, sid })}`]
}

const originOf = (uri: string): string => new URL(uri).origin
