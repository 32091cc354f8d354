import { findLiveToken } from '../engine/inspect.ts'
import { Refusal } from '../engine/refusal.ts'
import { revokeToken } from '../engine/revocation.ts'
import { empty, refused } from '../http/answers.ts'
import { authenticateClient } from '../http/client-auth.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readForm } from '../http/form.ts'
import type { Answer } from '../http/message.ts'

/** RFC 7009. The hint is not needed and so not read. */
export const revoke: Endpoint = { name: 'revoke', cors: true, methods: { POST: revokeOne } }

async function revokeOne(exchange: Exchange): Promise<Answer> {
  const { question, tenant } = exchange
  const parameters = readForm(question)
  if (parameters instanceof Refusal) return refused(parameters)
  const client = await authenticateClient(exchange, parameters, { allowPublic: true })
  if (client instanceof Refusal) return refused(client)
  const token = parameters.one('token')
  if (token === undefined) return refused(new Refusal('invalid_request', 'token: is missing'))
  const live = findLiveToken(tenant, token)
  if (live === undefined) return empty()
  const owner = live.kind === 'refresh' ? live.grant.clientId : live.claims.client_id
  if (owner !== client.id)
    return refused(new Refusal('invalid_grant', 'the token was issued to another client (RFC 7009 section 2.1)'))
  revokeToken(tenant, token)
  return empty()
}
