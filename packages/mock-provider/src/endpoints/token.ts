import type { Client } from '../engine/clients.ts'
import type { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import { sealIdToken } from '../engine/seal.ts'
import { offersGrant } from '../engine/settings.ts'
import type { GrantType } from '../grants/grant.ts'
import { GRANTS } from '../grants/index.ts'
import { json, refused } from '../http/answers.ts'
import { acceptedAudience, authenticateClient } from '../http/client-auth.ts'
import { confirmSender } from '../http/confirmation.ts'
import { withNonce } from '../http/dpop.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { readForm } from '../http/form.ts'
import type { Answer } from '../http/message.ts'
import { isNameless } from '../http/shown-client.ts'

/** RFC 6749 section 3.2. */
export const token: Endpoint = {
  name: 'token',
  cors: true,
  methods: { POST: async exchange => withNonce(exchange.tenant, await exchangeGrant(exchange)) },
}

async function exchangeGrant(exchange: Exchange): Promise<Answer> {
  const { question, tenant, ports } = exchange
  const parameters = readForm(question)
  if (parameters instanceof Refusal) return refused(parameters)
  const grantType = parameters.one('grant_type')
  const grant = GRANTS.find(known => known.grantType === grantType && offersGrant(tenant.settings, known.grantType))
  // Authentication first, whatever is wrong with the rest; what a public client may not do is then its own error.
  const client = await identifyClient(exchange, parameters, grant)
  if (client instanceof Refusal) return refused(client)
  if (grantType === undefined) return refused(new Refusal('invalid_request', 'grant_type: is missing'))
  if (grant === undefined)
    return refused(new Refusal('unsupported_grant_type', 'grant_type: is none of those that discovery lists'))
  if (client.grantTypes !== undefined && !client.grantTypes.includes(grant.grantType)) {
    return refused(new Refusal('unauthorized_client', 'grant_type: the client is not registered for it'))
  }
  const confirmation = confirmSender(exchange, client)
  if (confirmation instanceof Refusal) return refused(confirmation)
  const audience = () => acceptedAudience(exchange)
  const issued = await grant.handle({ tenant, client, parameters, confirmation, audience, ports })
  const answer = issued instanceof Refusal ? issued : await sealIdToken(tenant, ports, client, issued)
  return answer instanceof Refusal ? refused(answer) : json(answer)
}

function identifyClient(
  exchange: Exchange,
  parameters: Parameters,
  grant: GrantType | undefined,
): Client | Promise<Client | Refusal> {
  const { tenant, question } = exchange
  const spoken = isNameless(question, parameters) ? grant?.findClient?.(tenant, parameters) : undefined
  return spoken ?? authenticateClient(exchange, parameters, { allowPublic: grant?.allowPublic ?? true })
}
