import type { Novelty, ProofMemory } from '../ports.ts'

/** Proofs that are remembered per generation where nothing else is said. */
const MAX_PROOFS = 100_000

/** A memory that is in this process and answers at once. */
export interface LocalProofMemory extends ProofMemory {
  use(digest: string, period: number, now: number): Novelty
}

/**
 * A memory of used proofs (RFC 9449 section 11.1) for one verifier, or for several that ask it. `limit`: how many proofs are taken per
 * `period`, beyond which the answer is `full`; twice as many digests are held. Default 100,000, about 20 MB in all. Throws a TypeError
 * for what is no whole number above 0. Does not outlive the process.
 */
export function createProofMemory(limit = MAX_PROOFS): LocalProofMemory {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new TypeError('limit: is not a whole number of proofs above 0')
  return new ReplayGuard(limit)
}

/** Two generations that take turns: no timer, and each digest is there for at least the longest period that was asked for. */
class ReplayGuard implements LocalProofMemory {
  readonly #limit: number
  #current = new Set<string>()
  #previous = new Set<string>()
  #period = 0
  #since = -Infinity

  constructor(limit: number) {
    this.#limit = limit
  }

  use(digest: string, period: number, now: number): Novelty {
    this.#period = Math.max(this.#period, period)
    this.#turn(now)
    if (this.#current.has(digest) || this.#previous.has(digest)) return 'seen'
    if (this.#current.size >= this.#limit) return 'full'
    this.#current.add(digest)
    return 'new'
  }

  #turn(now: number): void {
    const age = now - this.#since
    if (age < this.#period) return
    this.#previous = age < 2 * this.#period ? this.#current : new Set()
    this.#current = new Set()
    this.#since = now
  }
}
