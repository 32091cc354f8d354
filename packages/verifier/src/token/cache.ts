import type { TokenDigest } from '@gatehouse/protocol'

interface Entry<V> {
  readonly value: V
  readonly until: number
  used: boolean
}

/** Entries that an eviction passes by, at most, because they were used since the hand was there last. */
const PATIENCE = 32

/**
 * A bounded memory of what was verified, by digest of (issuer configuration, token). Second chance instead of strict recency: a hit sets a
 * flag and moves nothing. Nothing is swept by a timer; what has run out goes when it is asked for or when room is needed.
 *
 * `until` is epoch seconds and hard: from that moment there is no entry. What else a value may have outgrown, its reader judges.
 */
export class FactsCache<V> {
  readonly #entries = new Map<TokenDigest, Entry<V>>()
  readonly #limit: number
  /** Goes round the entries in the order of their insertion; a Map's iterator survives changes to the Map. */
  #hand = this.#entries.entries()

  /** `limit`: most entries kept; 0 keeps none. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#entries.size
  }

  get(digest: TokenDigest, now: number): V | undefined {
    const entry = this.#entries.get(digest)
    if (entry === undefined) return undefined
    if (now >= entry.until) {
      this.#entries.delete(digest)
      return undefined
    }
    entry.used = true
    return entry.value
  }

  set(digest: TokenDigest, value: V, until: number): void {
    if (this.#limit <= 0) return
    if (!this.#entries.delete(digest) && this.#entries.size >= this.#limit) this.#evict()
    this.#entries.set(digest, { value, until, used: false })
  }

  delete(digest: TokenDigest): void {
    this.#entries.delete(digest)
  }

  #evict(): void {
    for (let passed = 0; ; ) {
      const next = this.#hand.next()
      if (next.done === true) {
        this.#hand = this.#entries.entries()
        continue
      }
      const [digest, entry] = next.value
      if (!entry.used || passed === PATIENCE) {
        this.#entries.delete(digest)
        return
      }
      entry.used = false
      passed++
    }
  }
}
