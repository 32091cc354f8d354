import type { JsonObject } from '@gatehouse/protocol'
import { findSession } from '../../endpoints/authorize/session.ts'
import { subjectOf } from '../../engine/dialect.ts'
import { findUser } from '../../engine/find-user.ts'
import { findLiveToken } from '../../engine/inspect.ts'
import { page, say } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import { FORM_POST_SCRIPT_HASH, renderFormPost } from '../../ui/form-post.ts'
import type { Call } from '../preset.ts'
import { shownToken, wordsOf } from '../tokens.ts'
import { magenClientId } from './claims.ts'
import { crash } from './crash.ts'

/** No `scope`, and the ID token by a name of its own, whatever the scope. */
export function tellTokens(body: JsonObject, { tenant, parameters }: Call): JsonObject {
  const record = tenant.store.findAccessToken(String(body.access_token))
  const sub = subjectOf(tenant.dialect, record?.grant?.sub ?? '')
  return {
    access_token: body.access_token ?? '',
    expires_in: body.expires_in ?? 0,
    magen_client_id: magenClientId(sub, parameters.get('client_id') ?? ''),
    magen_id_token: body.id_token ?? '',
    refresh_token: body.refresh_token ?? '',
    token_type: 'bearer',
  }
}

/** The view returns nothing for a GET, which the framework does not survive. */
export const surviveNoGet = ({ original }: Call): Answer | undefined =>
  original.method === 'GET' ? crash('ValueError') : undefined

/** Texts of the client's owner, whoever the token is of: `owner` in the client's metadata, or the first user. */
export function tellUser(call: Call): Answer {
  const { tenant, question } = call
  if (question.headers.authorization === undefined)
    return say(
      400,
      '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>400 Bad Request</title>\n<h1>Bad Request</h1>\n',
    )
  const token = shownToken(call)
  const live = findLiveToken(tenant, token)
  if (live?.kind !== 'access')
    return tenant.store.hadAccessToken(token)
      ? say(200, { access_token: token, error: 'Session Expired' })
      : crash('DoesNotExist')
  const clientId = String(live.claims.client_id ?? '')
  const [first] = Array.from(tenant.users.entries(), ([, user]) => user)
  const owner = findUser(tenant, String(tenant.clients.get(clientId)?.metadata.owner ?? '')) ?? first
  const { email, given_name, family_name, role } = owner?.claims ?? {}
  return say(200, {
    access_token: token,
    username: String(email ?? owner?.sub ?? ''),
    first_name: String(given_name ?? ''),
    last_name: String(family_name ?? ''),
    role: String(role ?? ''),
    scopes: sentScopes(wordsOf(live.claims.scope)).join(','),
  })
}

/** Without the `openid` that was put at the end for the engine's sake. */
const sentScopes = (scope: readonly string[]): readonly string[] =>
  scope.length > 1 && scope.at(-1) === 'openid' ? scope.slice(0, -1) : scope

/** A browser without a session goes to the login page; one with a session gets a page that sends itself. A user who is named needs neither. */
export function receiveBrowser(call: Call): Answer | undefined {
  const { tenant, original } = call
  const query = new URLSearchParams(original.query)
  const method = query.get('code_challenge_method')
  if (method !== null && method !== 'plain' && method !== 'S256') return malformed('The request is otherwise malformed')
  const isComplete = ['client_id', 'redirect_uri', 'response_type'].every(name => query.has(name))
  const hint = query.get('login_hint') || query.get('username') || undefined
  if (original.method === 'GET' && query.has('client_id') && !query.has('redirect_uri'))
    return malformed(REDIRECT.message)
  if (original.method !== 'GET' || !isComplete || findUser(tenant, hint) !== undefined) return undefined
  if (findSession(tenant, original) !== undefined) {
    const html = renderFormPost(original.path, { ...Object.fromEntries(query), confirm: 'yes' })
    return page(html, 200, [], FORM_POST_SCRIPT_HASH)
  }
  const next = encodeURIComponent(`${original.path}?${original.query}`)
  return say(302, '', undefined, { location: `${tenant.prefix}/login?next=${next}` })
}

export const REDIRECT = {
  message: 'The request fails due to a missing, invalid, or mismatching redirection URI (redirect_uri).',
}

/** The status that every mistake has here. */
export const malformed = (message: string): Answer => say(410, { message })
