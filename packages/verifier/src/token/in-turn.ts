import type { Facts } from '../facts.ts'
import type { Outcome, Refused } from '../outcome.ts'

/** A value where it is known, a promise where an issuer must be asked. */
export type Sooner<T> = Outcome<T> | Promise<Outcome<T>>

/**
 * Asks one issuer after the other, in the order given; the first that knows the token wins (contract section 2). `fallback` is the answer
 * where nobody is asked. Where nobody knows it, the gravest refusal counts.
 */
export function askInTurn(questions: readonly (() => Sooner<Facts>)[], fallback: Refused): Sooner<Facts> {
  return askFrom(questions, 0, undefined, fallback)
}

function askFrom(
  questions: readonly (() => Sooner<Facts>)[],
  from: number,
  soFar: Refused | undefined,
  fallback: Refused,
): Sooner<Facts> {
  let gravest = soFar
  for (let i = from; i < questions.length; i++) {
    const answer = questions[i]?.() ?? fallback
    if (answer instanceof Promise) {
      const known = gravest
      return answer.then(told => (told.ok ? told : askFrom(questions, i + 1, graver(known, told), fallback)))
    }
    if (answer.ok) return answer
    gravest = graver(gravest, answer)
  }
  return gravest ?? fallback
}

/** Of two refusals the one to tell: "could not say" before "no, because", and both before a plain "not active". */
function graver(first: Refused | undefined, second: Refused): Refused {
  return first === undefined || weight(second) > weight(first) ? second : first
}

const weight = ({ rejection }: Refused): number =>
  rejection.code === 'issuer_unavailable' ? 2 : rejection.code === 'token_inactive' ? 0 : 1
