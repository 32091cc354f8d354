import type { Client } from '../engine/clients.ts'
import { Refusal } from '../engine/refusal.ts'
import { offersGrant } from '../engine/settings.ts'
import type { Tenant } from '../engine/tenant.ts'

/** Why a client may not begin what ends in a grant. */
export function checkGrantType({ settings }: Tenant, client: Client, grantType: string): Refusal | undefined {
  if (!offersGrant(settings, grantType))
    return new Refusal('unsupported_grant_type', `${grantType} is not offered; discovery lists what is`)
  const isRegistered = client.grantTypes === undefined || client.grantTypes.includes(grantType)
  return isRegistered ? undefined : new Refusal('unauthorized_client', `the client is not registered for ${grantType}`)
}
