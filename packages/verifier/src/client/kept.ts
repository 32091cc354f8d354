import type { TokenDigest } from '@gatehouse/protocol'
import type { Outcome } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { FactsCache } from '../token/cache.ts'

/** What asking came to, and how long it holds. Epoch seconds; `refreshAt` may lie before `until`. */
export interface Fetched<V> {
  readonly outcome: Outcome<V>
  readonly refreshAt: number
  readonly until: number
}

interface Entry<V> {
  readonly outcome: Outcome<V>
  refreshAt: number
}

/** Seconds between attempts to refresh what still holds. */
const RETRY = 5

/**
 * Answers of a server that are kept for a while: bounded, one question at a time for each key, asked anew behind the requests from
 * `refreshAt` on and never served from `until` on. What was refused or failed is kept only as long as its `until` says.
 */
export class Kept<V> {
  readonly #ports: Ports
  readonly #entries: FactsCache<Entry<V>>
  readonly #flights = new Map<TokenDigest, Promise<Outcome<V>>>()

  constructor(ports: Ports, limit: number) {
    this.#ports = ports
    this.#entries = new FactsCache(limit)
  }

  /** `fetch` is asked where nothing is kept, or behind the request where it is time. */
  get(key: TokenDigest, fetch: () => Promise<Fetched<V>>): Outcome<V> | Promise<Outcome<V>> {
    const now = this.#ports.now()
    const entry = this.#entries.get(key, now)
    if (entry === undefined) return this.#flights.get(key) ?? this.#fly(key, fetch)
    if (now >= entry.refreshAt) {
      entry.refreshAt = now + RETRY
      if (!this.#flights.has(key)) void this.#fly(key, fetch)
    }
    return entry.outcome
  }

  /** Forgets what is kept, if it is what `isMeant` means. */
  forget(key: TokenDigest, isMeant: (value: V) => boolean): void {
    const kept = this.#entries.get(key, this.#ports.now())
    if (kept?.outcome.ok === true && isMeant(kept.outcome.value)) this.#entries.delete(key)
  }

  #fly(key: TokenDigest, fetch: () => Promise<Fetched<V>>): Promise<Outcome<V>> {
    const flight = this.#land(key, fetch).finally(() => this.#flights.delete(key))
    this.#flights.set(key, flight)
    return flight
  }

  async #land(key: TokenDigest, fetch: () => Promise<Fetched<V>>): Promise<Outcome<V>> {
    const { outcome, refreshAt, until } = await fetch()
    const now = this.#ports.now()
    // A refresh that failed takes nothing away from what still holds.
    const isKept = until > now && (outcome.ok || this.#entries.get(key, now) === undefined)
    if (isKept) this.#entries.set(key, { outcome, refreshAt }, until, now)
    return outcome
  }
}
