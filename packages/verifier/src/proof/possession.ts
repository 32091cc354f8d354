import type { Confirmation } from '@gatehouse/protocol'
import type { Facts } from '../facts.ts'
import type { Inbound } from '../inbound.ts'
import { accept, type Outcome, type Refused, refuse } from '../outcome.ts'
import type { ProofJudge } from './dpop.ts'
import { verifyCertificate } from './mtls.ts'

/** How the token came. */
export interface Presentation {
  readonly scheme: 'bearer' | 'dpop'
  readonly token: string
  readonly inbound: Inbound
}

const UNBOUND: Outcome<boolean> = Object.freeze(accept(false))
const PROVEN: Outcome<boolean> = Object.freeze(accept(true))

/**
 * Whether the sender has proved to hold the key that the token is bound to (`cnf`, RFC 7800); false where it is bound to none, which costs
 * nothing and no promise. Every binding that the token names must be proved, and one that names none we know can not be. `judge` is
 * undefined where the gateway does not know its public URL: then no DPoP proof is accepted.
 */
export function verifyPossession(
  { principal }: Facts,
  presentation: Presentation,
  judge: ProofJudge | undefined,
): Outcome<boolean> | Promise<Outcome<boolean>> {
  const { confirmation } = principal
  const byProof = presentation.scheme === 'dpop'
  if (confirmation === undefined) {
    // RFC 9449 section 7.1: under the DPoP scheme the token must be bound to a key.
    return byProof ? refuse({ code: 'token_type_mismatch', cause: 'the token is bound to no DPoP key' }) : UNBOUND
  }
  const certificate = judgeCertificate(confirmation, presentation.inbound)
  if (certificate !== undefined && !certificate.ok) return certificate
  if (confirmation.jkt === undefined) {
    if (byProof) return refuse({ code: 'token_type_mismatch', cause: 'the token is bound to no DPoP key' })
    return certificate === undefined ? missing('the token is bound to a key of an unknown kind') : PROVEN
  }
  // RFC 9449 section 7.2: a bound token is no bearer token.
  if (!byProof) return missing('the token is bound to a DPoP key and came without a proof')
  return judgeProof(confirmation.jkt, presentation, judge)
}

function judgeCertificate(confirmation: Confirmation, inbound: Inbound): Outcome<undefined> | undefined {
  const thumbprint = confirmation['x5t#S256']
  return thumbprint === undefined ? undefined : verifyCertificate(thumbprint, inbound.certificate?.())
}

function judgeProof(
  thumbprint: string,
  { token, inbound }: Presentation,
  judge: ProofJudge | undefined,
): Outcome<boolean> | Promise<Outcome<boolean>> {
  const [proof, second] = fieldsOf(inbound.rawHeaders, 'dpop')
  if (proof === undefined) return missing('there is no DPoP header')
  // RFC 9449 section 4.3, item 1.
  if (second !== undefined) return refuse({ code: 'proof_invalid', cause: 'there are two DPoP headers', detail: {} })
  if (judge === undefined) {
    return refuse({ code: 'proof_invalid', cause: 'the public URL of the gateway is not configured', detail: {} })
  }
  const { method, target } = inbound
  return judge.judge(proof, { method, target, token, thumbprint }).then(outcome => (outcome.ok ? PROVEN : outcome))
}

const missing = (cause: string): Refused => refuse({ code: 'proof_missing', cause, detail: {} })

/** Values of every field of that name in `rawHeaders`. */
function fieldsOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? '')
  }
  return values
}
