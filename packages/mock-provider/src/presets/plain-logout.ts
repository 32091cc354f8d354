import { expiredCookies, findSessions } from '../endpoints/authorize/session.ts'
import { isRedirectUri } from '../engine/clients.ts'
import { page, redirect, say } from '../http/answers.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import type { Answer } from '../http/message.ts'
import { renderLoggedOut } from '../ui/logout.ts'

/** A logout that asks for no proof and goes wherever `redirect_uri` says. */
export const plainLogout: Endpoint = { name: 'logout', cors: false, methods: { GET: logOut } }

function logOut({ question, tenant }: Exchange): Answer {
  const target = targetOf(question.query)
  if (target !== undefined && !isRedirectUri(target))
    return say(400, { error: 'invalid_request', error_description: 'redirect_uri: must be an absolute URI' })
  for (const { id } of findSessions(tenant, question)) tenant.store.sessions.delete(id)
  const cookies = expiredCookies(tenant)
  return target === undefined ? page(renderLoggedOut(), 200, cookies) : redirect(target, cookies)
}

/** Everything after the name where it was not encoded, as clients that glue the address together send it. */
function targetOf(query: string): string | undefined {
  const raw = /(?:^|&)redirect_uri=(.*)$/.exec(query)?.[1]
  if (raw === undefined || raw === '') return undefined
  return /^[a-z][a-z0-9+.-]*:/i.test(raw) ? raw : (new URLSearchParams(query).get('redirect_uri') ?? undefined)
}
