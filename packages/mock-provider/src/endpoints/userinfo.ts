import { Refusal } from '../engine/refusal.ts'
import { subjectShown } from '../engine/subjects.ts'
import { claimsFor } from '../engine/users.ts'
import { judgeAccess } from '../http/access.ts'
import { json, refused } from '../http/answers.ts'
import { lacksScope } from '../http/bearer.ts'
import { withNonce } from '../http/dpop.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { mediaType, readForm } from '../http/form.ts'
import type { Answer } from '../http/message.ts'
import { answerSealed, type Sealing, wantsSealed } from '../http/sealed-answer.ts'

/** OpenID Connect Core section 5.3. */
export const userinfo: Endpoint = { name: 'userinfo', cors: true, methods: { GET: answer, POST: answer } }

/** As a JWT where the client registered for one (OpenID Connect Core section 5.3.2). */
const SEALING: Sealing = { kind: 'userinfo', typ: 'JWT', contentType: 'application/jwt', alg: undefined }

async function answer(exchange: Exchange): Promise<Answer> {
  return withNonce(exchange.tenant, await tellUser(exchange))
}

function tellUser(exchange: Exchange): Answer | Promise<Answer> {
  const { question, tenant } = exchange
  const hasForm =
    question.method === 'POST' && (question.body.length > 0 || mediaType(question.headers['content-type']) !== '')
  const form = hasForm ? readForm(question) : undefined
  if (form instanceof Refusal) return refused(form)
  const live = judgeAccess(exchange, form)
  if (live instanceof Refusal) return refused(live)
  const scope = String(live.claims.scope ?? '').split(' ')
  if (!scope.includes('openid')) return refused(lacksScope('openid', live.scheme))
  const user = tenant.users.get(String(live.claims.sub ?? ''))
  const plain = claimsFor(
    user,
    'userinfo',
    scope,
    { sub: subjectShown(tenant, live) ?? '' },
    {
      scopes: tenant.settings.scopes,
      wishes: live.record?.grant?.claims?.userinfo,
    },
  )
  const client = tenant.clients.get(String(live.claims.client_id))
  if (client === undefined || !wantsSealed(client, SEALING)) return json(plain)
  return answerSealed(exchange, client, SEALING, { plain, claims: { iss: tenant.issuer, aud: client.id, ...plain } })
}
