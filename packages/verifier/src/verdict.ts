import type { Facts } from './facts.ts'
import type { VerificationKey } from './jwk.ts'
import type { Member } from './member.ts'
import { accept, type Outcome } from './outcome.ts'
import type { Jwt } from './token/classify.ts'
import { findSigner } from './token/jwt.ts'
import { mergeFacts } from './token/merge.ts'

/** A JWT that was verified here: the facts, and the key on whose word they stand. */
export interface Verdict {
  readonly member: Member
  readonly facts: Outcome<Facts> & { readonly ok: true }
  readonly key: VerificationKey
  /** `tokens: both`: the issuer's last answer, and what it came to. */
  confirmed?: { readonly answer: Facts; readonly merged: Outcome<Facts> }
}

/** Decides on a token whose claims are in order. Only what comes back of this is proven. */
export function prove(
  token: string,
  { alg }: Jwt,
  member: Member,
  facts: Verdict['facts'],
  keys: Outcome<readonly VerificationKey[]>,
): Outcome<Verdict> {
  if (!keys.ok) return keys
  const signer = findSigner(member.config, token, alg, keys.value)
  return signer.ok ? accept({ member, facts, key: signer.value }) : signer
}

/** Both vouch for the token, or it is refused. An answer that was merged before is not merged again. */
export function mergeAnswer(verdict: Verdict, answer: Outcome<Facts>): Outcome<Facts> {
  if (!answer.ok) return answer
  if (verdict.confirmed?.answer !== answer.value) {
    verdict.confirmed = { answer: answer.value, merged: accept(mergeFacts(verdict.facts.value, answer.value)) }
  }
  return verdict.confirmed.merged
}
