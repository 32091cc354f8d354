import { currentNonce, judgeProof } from '../engine/dpop.ts'
import type { Refusal } from '../engine/refusal.ts'
import type { Tenant } from '../engine/tenant.ts'
import { addressesOf } from './address.ts'
import type { Exchange } from './endpoint.ts'
import type { Answer } from './message.ts'

/** The thumbprint of the key that the request's proof proves (RFC 9449 section 5); undefined where there is no proof. */
export function readProof({ tenant, question }: Exchange, accessToken?: string): string | undefined | Refusal {
  const proof = question.headers.dpop
  if (proof === undefined) return undefined
  return judgeProof(tenant, proof, { method: question.method, addresses: addressesOf(tenant, question), accessToken })
}

/** The next nonce, on every answer of an endpoint that wants one (RFC 9449 section 8.2). */
export const withNonce = (tenant: Tenant, answer: Answer): Answer =>
  tenant.settings.dpop.nonce === 'off'
    ? answer
    : { ...answer, headers: [...answer.headers, ['dpop-nonce', currentNonce(tenant)]] }
