/** What lives until a moment of the tenant's clock. */
export interface Expiring {
  /** Seconds since the epoch; from then on it is gone. */
  readonly expiresAt: number
}

/**
 * A map whose entries end by the tenant's clock. Ended ones are dropped when the map has doubled, and the oldest above `limit`, so that a
 * test suite that runs for a day does not grow without end. A clock that is moved back finds again what was not dropped yet.
 */
export class ExpiringMap<V extends Expiring> {
  readonly #entries = new Map<string, V>()
  readonly #now: () => number
  readonly #limit: number
  #sweepAt = 256

  constructor(now: () => number, limit = 200_000) {
    this.#now = now
    this.#limit = limit
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key)
    return value === undefined || value.expiresAt <= this.#now() ? undefined : value
  }

  /** Whether it is or was there, as far as is remembered. */
  had(key: string): boolean {
    return this.#entries.has(key)
  }

  set(key: string, value: V): void {
    this.#entries.set(key, value)
    if (this.#entries.size >= this.#sweepAt) this.#sweep()
  }

  delete(key: string): boolean {
    return this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
    this.#sweepAt = 256
  }

  *values(): Generator<V> {
    const now = this.#now()
    for (const value of this.#entries.values()) if (value.expiresAt > now) yield value
  }

  get size(): number {
    return this.#entries.size
  }

  #sweep(): void {
    const now = this.#now()
    for (const [key, value] of this.#entries) if (value.expiresAt <= now) this.#entries.delete(key)
    // A quarter at once: making room for one entry would sweep again at the next.
    const room = this.#entries.size < this.#limit ? this.#limit : (this.#limit * 3) / 4
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= room) break
      this.#entries.delete(key)
    }
    this.#sweepAt = Math.min(this.#limit, Math.max(256, this.#entries.size * 2))
  }
}
