import type { Refused } from '../outcome.ts'

/** Failures in a row after which an endpoint is left alone. */
const THRESHOLD = 5

/** Seconds between questions to an endpoint that keeps failing; also how long its recovery may go unnoticed. */
const REST = 1

/**
 * Keeps a dead endpoint from being asked once per request. From the fifth failure in a row, one question a second goes through, stamped at
 * the attempt; the others share the last refusal. One success ends it.
 */
export class Breaker {
  #failures = 0
  #restUntil = 0
  #last: Refused | undefined

  /** The refusal to answer with instead of asking, or undefined where asking is allowed. */
  check(now: number): Refused | undefined {
    if (this.#failures < THRESHOLD) return undefined
    if (now < this.#restUntil && this.#restUntil - now <= REST) return this.#last
    this.#restUntil = now + REST
    return undefined
  }

  failed(refusal: Refused): void {
    this.#failures++
    this.#last = refusal
  }

  succeeded(): void {
    this.#failures = 0
  }
}
