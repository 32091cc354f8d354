import { findLiveToken } from '../engine/inspect.ts'
import { Refusal } from '../engine/refusal.ts'
import { claimsFor } from '../engine/users.ts'
import { json, refused } from '../http/answers.ts'
import { badToken, lacksScope, readBearer } from '../http/bearer.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { mediaType, readForm } from '../http/form.ts'
import type { Answer } from '../http/message.ts'

/** OpenID Connect Core section 5.3. */
export const userinfo: Endpoint = { name: 'userinfo', cors: true, methods: { GET: tellUser, POST: tellUser } }

function tellUser({ question, tenant }: Exchange): Answer {
  const hasForm =
    question.method === 'POST' && (question.body.length > 0 || mediaType(question.headers['content-type']) !== '')
  const form = hasForm ? readForm(question) : undefined
  if (form instanceof Refusal) return refused(form)
  const token = readBearer(question, form)
  if (token instanceof Refusal) return refused(token)
  const live = findLiveToken(tenant, token)
  if (live?.kind !== 'access') return refused(badToken())
  const scope = String(live.claims.scope ?? '').split(' ')
  if (!scope.includes('openid')) return refused(lacksScope('openid'))
  const sub = String(live.claims.sub ?? '')
  return json(
    claimsFor(tenant.users.get(sub), 'userinfo', scope, { sub }, {
      scopes: tenant.settings.scopes,
      wishes: live.record?.grant?.claims?.userinfo,
    }),
  )
}
