import { Refusal } from '../../engine/refusal.ts'
import { type Revocation, revoke } from '../../engine/revocation.ts'
import { json, refused } from '../../http/answers.ts'
import { ANY_OBJECT, type Operations } from './call.ts'

export const revocations: Operations = {
  POST: {
    body: ANY_OBJECT,
    handle: ({ exchange, body }) => {
      const revoked = revoke(exchange.tenant, body as unknown as Revocation)
      return revoked instanceof Refusal ? refused(revoked) : json({ revoked })
    },
  },
}
