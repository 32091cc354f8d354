import { expiredCookies, findSession, findSessions } from '../../endpoints/authorize/session.ts'
import { allowsPostLogout } from '../../engine/clients.ts'
import { readIdTokenHint } from '../../engine/id-token-hint.ts'
import { decodeJwt } from '../../engine/jwt.ts'
import { signClaims } from '../../engine/sign.ts'
import type { Grant } from '../../engine/store.ts'
import { page, say } from '../../http/answers.ts'
import type { Endpoint, Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'
import { renderLoggedOut } from '../../ui/logout.ts'
import { escapeHtml, renderPage } from '../../ui/page.ts'
import type { Call } from '../preset.ts'
import { isOwn } from './refusals.ts'

const HTML = 'text/html; charset=utf-8'
const DAY = 86_400

const refuse = (error_description: string): Answer => say(400, { error: 'invalid_request', error_description }, HTML)

/** Starts a logout: the browser goes on to a page that asks. Nobody can do so without the provider's own cookie. */
export const session: Endpoint = { name: 'logout', cors: false, methods: { GET: start } }
export const verifyLogout: Endpoint = { name: 'logout', cors: false, methods: { GET: ask } }
export const rpLogout: Endpoint = { name: 'logout', cors: false, methods: { POST: end } }
export const postLogout: Endpoint = { name: 'logout', cors: false, methods: { GET: () => page(renderLoggedOut()) } }

function start({ question, tenant }: Exchange): Answer {
  const query = new URLSearchParams(question.query)
  const present = findSession(tenant, question)
  if (present === undefined) return refuse('Missing cookie')
  const hint = readIdTokenHint(tenant, query.get('id_token_hint') ?? '')
  const uri = query.get('post_logout_redirect_uri')
  const client = hint === undefined ? undefined : tenant.clients.get(hint.clientId)
  if (uri !== null && (client === undefined || !allowsPostLogout(client, uri)))
    return refuse("RedirectURIError:Doesn't match any registered uris")
  const state = query.get('state')
  const now = tenant.clock.now()
  const sjwt = signClaims(tenant, 'ES256', 'JWT', undefined, {
    iss: tenant.issuer,
    aud: [tenant.issuer],
    iat: now,
    exp: now + DAY,
    sid: present.sid,
    client_id: client?.id ?? '',
    ...(uri === null ? {} : { redirect_uri: `${uri}${state === null ? '' : `?${new URLSearchParams({ state })}`}` }),
  })
  return say(302, '', undefined, { location: `verify_logout?sjwt=${String(sjwt)}` })
}

function ask({ question, tenant }: Exchange): Answer {
  const sjwt = new URLSearchParams(question.query).get('sjwt') ?? ''
  return page(
    renderPage(
      'Log out?',
      `<form method="post" action="${escapeHtml(tenant.prefix)}/rp_logout">
<input type="hidden" name="sjwt" value="${escapeHtml(sjwt)}">
<button type="submit" name="logout" value="yes">Log out</button>
</form>`,
    ),
  )
}

const ended = new WeakSet<Grant>()

/** Ends the browser's session and nothing that came of it: tokens stay what they were. */
function end({ question, tenant }: Exchange): Answer {
  const form = new URLSearchParams(Buffer.from(question.body).toString())
  const token = form.get('sjwt') ?? ''
  const { exp, sid, redirect_uri, client_id } = (isOwn(tenant, token) ? decodeJwt(token)?.claims : undefined) ?? {}
  if (typeof exp !== 'number' || exp < tenant.clock.now()) return refuse('Token has expired')
  for (const { grant } of tenant.store.refreshTokens.values())
    if (grant.sid === sid && grant.clientId === client_id) ended.add(grant)
  for (const { id } of findSessions(tenant, question)) tenant.store.sessions.delete(id)
  const target = typeof redirect_uri === 'string' ? redirect_uri : `${tenant.prefix}/post_logout`
  return {
    ...say(302, '', undefined, { location: target }),
    headers: [['location', target], ...expiredCookies(tenant)],
  }
}

/** The refresh tokens of a party that was logged out fall over what is no longer there. */
export function stumble({ tenant, parameters }: Call): Answer | undefined {
  const record = tenant.store.refreshTokens.get(parameters.get('refresh_token') ?? '')
  return record !== undefined && ended.has(record.grant) && parameters.get('grant_type') === 'refresh_token'
    ? refuse("'NoneType' object has no attribute 'expires_at'")
    : undefined
}
