import type { JsonObject, SignatureAlgorithm } from '@gatehouse/protocol'
import { isAlgorithm } from '../engine/algorithms.ts'
import type { Client } from '../engine/clients.ts'
import { encryptionOrderOf, encryptJwt, encryptText } from '../engine/encrypt-jwt.ts'
import { Refusal } from '../engine/refusal.ts'
import { signClaims } from '../engine/sign.ts'
import { refused, token } from './answers.ts'
import type { Exchange } from './endpoint.ts'
import type { Answer } from './message.ts'

/** How one kind of answer is written as a JWT. */
export interface Sealing {
  /** The first part of the names under which a client registers what it wants. */
  readonly kind: 'userinfo' | 'introspection'
  /** `typ` of the JWT. */
  readonly typ: string
  readonly contentType: string
  /** Where the client registered none; undefined: it is not signed then. */
  readonly alg: SignatureAlgorithm | undefined
}

/** Whether a client registered for an answer that is no plain JSON. */
export const wantsSealed = (client: Client, { kind }: Sealing): boolean =>
  client.metadata[`${kind}_signed_response_alg`] !== undefined || encryptionOrderOf(client, kind) !== undefined

/**
 * An answer signed, encrypted, or both, as the client registered it. `claims` makes the JWT's; `plain` is what is encrypted where nothing is
 * signed. What can not be encrypted is not sent at all.
 */
export async function answerSealed(
  { tenant, ports }: Exchange,
  client: Client,
  sealing: Sealing,
  { claims, plain }: { readonly claims: JsonObject; readonly plain: JsonObject },
): Promise<Answer> {
  const { kind, typ, contentType } = sealing
  const registered = client.metadata[`${kind}_signed_response_alg`]
  const alg = isAlgorithm(registered) ? registered : sealing.alg
  const signed = alg === undefined ? undefined : signClaims(tenant, alg, typ, client.id, claims)
  if (signed instanceof Refusal) return refused(signed)
  const order = encryptionOrderOf(client, kind)
  if (order === undefined) return token(signed ?? '', contentType)
  const sealed =
    signed === undefined
      ? await encryptText(tenant, ports, client, order, {}, JSON.stringify(plain))
      : await encryptJwt(tenant, ports, client, order, signed)
  return sealed instanceof Refusal ? refused(sealed) : token(sealed, contentType)
}
