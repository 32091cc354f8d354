import { digestConfiguration } from '../digest.ts'

/** Whether a proof is new, was seen, or can not be told for want of room. */
export type Novelty = 'new' | 'seen' | 'full'

/**
 * Remembers which proofs were used (RFC 9449 section 11.1), each for at least `period` seconds, in two generations that take turns: no
 * timer, and no more than twice `limit` digests. When a generation is full before its time, the answer is `full`: forgetting instead would
 * let whoever sends enough proofs replay one. Knows one process only.
 */
export class ReplayGuard {
  readonly #period: number
  readonly #limit: number
  #current = new Set<string>()
  #previous = new Set<string>()
  #since = -Infinity

  constructor(period: number, limit: number) {
    this.#period = period
    this.#limit = limit
  }

  /** Asks and remembers in one step, so that of two parallel uses one is new. `jti` is unique per key, not in the world. */
  use(thumbprint: string, jti: string, now: number): Novelty {
    this.#turn(now)
    const digest = digestConfiguration([thumbprint, jti])
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
