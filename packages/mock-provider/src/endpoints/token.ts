import { Refusal } from '../engine/refusal.ts'
import type { GrantType } from '../grants/grant.ts'
import { GRANTS } from '../grants/index.ts'
import { json, refused } from '../http/answers.ts'
import { authenticateClient } from '../http/client-auth.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readForm } from '../http/form.ts'
import type { Answer } from '../http/message.ts'

/** RFC 6749 section 3.2. */
export const token: Endpoint = { name: 'token', cors: true, methods: { POST: exchangeGrant } }

const BY_NAME: ReadonlyMap<string, GrantType> = new Map(GRANTS.map(grant => [grant.grantType, grant]))

async function exchangeGrant({ question, tenant }: Exchange): Promise<Answer> {
  const parameters = readForm(question)
  if (parameters instanceof Refusal) return refused(parameters)
  const grantType = parameters.one('grant_type')
  const grant = grantType === undefined ? undefined : BY_NAME.get(grantType)
  // Authentication first, whatever is wrong with the rest; what a public client may not do is then its own error.
  const client = authenticateClient(tenant, question, parameters, { allowPublic: grant?.allowPublic ?? true })
  if (client instanceof Refusal) return refused(client)
  if (grantType === undefined) return refused(new Refusal('invalid_request', 'grant_type: is missing'))
  if (grant === undefined)
    return refused(new Refusal('unsupported_grant_type', 'grant_type: is none of those that discovery lists'))
  if (client.grantTypes !== undefined && !client.grantTypes.includes(grant.grantType)) {
    return refused(new Refusal('unauthorized_client', 'grant_type: the client is not registered for it'))
  }
  const answer = await grant.handle({ tenant, client, parameters, confirmation: undefined })
  return answer instanceof Refusal ? refused(answer) : json(answer)
}
