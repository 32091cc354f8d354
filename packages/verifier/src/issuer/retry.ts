import type { Ports } from '../ports.ts'

const FIRST = 1

/**
 * When a thing that failed may be tried again. Waits double from one second up to `cap` (seconds) and start at the attempt, not at its
 * end, so that a provider that answers slowly is not asked more often than one that refuses at once. Jitter keeps many gateways apart.
 */
export class Retry {
  readonly #ports: Ports
  readonly #cap: number
  #failures = 0
  #until = 0

  constructor(ports: Ports, cap: number) {
    this.#ports = ports
    this.#cap = Math.max(cap, FIRST)
  }

  get failing(): boolean {
    return this.#failures > 0
  }

  /** Seconds until another attempt is due; 0 where it is. */
  wait(): number {
    if (!this.failing) return 0
    // A clock that was set back does not make the wait longer than it can be.
    return Math.min(this.#cap, Math.max(0, this.#until - this.#ports.now()))
  }

  failed(attemptedAt: number): void {
    const whole = Math.min(this.#cap, FIRST * 2 ** this.#failures)
    const chance = (this.#ports.random(1)[0] ?? 0) / 256
    this.#until = attemptedAt + whole * (0.5 + chance / 2)
    this.#failures = Math.min(this.#failures + 1, 16)
  }

  succeeded(): void {
    this.#failures = 0
  }
}

/** Value of Retry-After for a wait that may be a fraction of a second, or over. */
export const retryAfter = (wait: number): number => Math.max(1, Math.ceil(wait))
