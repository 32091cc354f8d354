import type { JsonObject } from '@gatehouse/protocol'
import type { Ports } from '../ports.ts'
import type { Client } from './clients.ts'
import { encryptionOrderOf, encryptJwt } from './encrypt-jwt.ts'
import { Refusal } from './refusal.ts'
import type { Tenant } from './tenant.ts'

/** An answer with its ID token encrypted, where the client registered for that (`id_token_encrypted_response_alg`). */
export async function sealIdToken<A extends JsonObject>(
  tenant: Tenant,
  ports: Pick<Ports, 'fetch'>,
  client: Client,
  answer: A,
): Promise<A | Refusal> {
  if (typeof answer.id_token !== 'string') return answer
  const order = encryptionOrderOf(client, 'id_token')
  if (order === undefined) return answer
  const sealed = await encryptJwt(tenant, ports, client, order, answer.id_token)
  return sealed instanceof Refusal ? sealed : { ...answer, id_token: sealed }
}
