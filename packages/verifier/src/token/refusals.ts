import type { TokenDigest } from '@gatehouse/protocol'
import { type Stage, tell } from '../channels.ts'
import type { Outcome, Refused } from '../outcome.ts'
import type { Code } from '../rejections.ts'
import { FactsCache } from './cache.ts'

/** Refusals that are remembered, and for how many seconds. */
const MOST = 5_000
const LIFETIME = 60

/** What the token and the configuration alone decide, so that no key, no answer of an issuer and no later moment changes it. */
const FINAL: ReadonlySet<Code> = new Set<Code>([
  'issuer_unknown',
  'algorithm_not_allowed',
  'token_type_mismatch',
  'token_expired',
  'claim_missing',
])

interface Remembered {
  /** Where it was refused, and by the configuration's name of which issuer. */
  readonly stage: Stage
  readonly issuer: string | undefined
  readonly refused: Refused
  /** Epoch seconds. */
  readonly since: number
}

/**
 * A bounded memory of JWTs that were refused before any signature was looked at: clients repeat an expired token until somebody mends
 * them. By digest, like the memory of good ones, and apart from it, so that a flood of bad tokens drives out no good one.
 */
export class Refusals {
  readonly #known = new FactsCache<Remembered>(MOST)

  /** The refusal of a token that was refused before, told as it was told then. */
  repeat(digest: TokenDigest, credential: Outcome<unknown>, now: number): Refused | undefined {
    const known = this.#known.get(digest, now)
    // Of a clock that was set back: what had run out may not have now.
    if (known === undefined || now < known.since) return undefined
    tell('extract', undefined, credential)
    tell(known.stage, known.issuer, known.refused)
    return known.refused
  }

  /** Remembers `refused` if it is final. Answers it. */
  keep(digest: TokenDigest, refused: Refused, stage: Stage, issuer: string | undefined, now: number): Refused {
    if (FINAL.has(refused.rejection.code)) {
      this.#known.set(digest, { stage, issuer, refused, since: now }, now + LIFETIME, now)
    }
    return refused
  }
}
