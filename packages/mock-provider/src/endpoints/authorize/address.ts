import { allowsRedirect, type Client, clientOfFirstUse, isWelcome } from '../../engine/clients.ts'
import type { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { ReturnAddress } from './respond.ts'
import { chooseMode } from './response-modes.ts'
import { findResponseType } from './response-types.ts'

/**
 * The client and an address that is its own. A refusal here is shown to the user and never sent anywhere: the address is what is in doubt
 * (RFC 6749 section 4.1.2.1, RFC 9700 section 4.11). An unknown client is not registered by this: it shows no credentials.
 */
export function judgeAddress(
  tenant: Tenant,
  parameters: Parameters,
): { client: Client; address: ReturnAddress } | Refusal {
  const clientId = parameters.one('client_id')
  if (clientId === undefined) return new Refusal('invalid_request', 'client_id: is missing')
  const known = tenant.clients.get(clientId)
  if (known === undefined && !isWelcome(tenant, clientId))
    return new Refusal('invalid_client', 'client_id: is unknown', 400)
  const client = known ?? { ...clientOfFirstUse(clientId, undefined), method: undefined }
  const [only, ...more] = client.redirectUris ?? []
  const redirectUri = parameters.one('redirect_uri') ?? (more.length === 0 ? only : undefined)
  if (redirectUri === undefined) return new Refusal('invalid_request', 'redirect_uri: is missing')
  if (!allowsRedirect(client, redirectUri))
    return new Refusal(
      'invalid_request',
      'redirect_uri: is none that the client registered, compared character by character',
    )
  const type = findResponseType(parameters.one('response_type') ?? '')
  const mode = chooseMode(tenant, parameters.one('response_mode'), type, client)
  return { client, address: { clientId, redirectUri, mode, state: parameters.one('state') } }
}
