import type { TokenDigest } from '@gatehouse/protocol'

interface Entry<V> {
  readonly digest: TokenDigest
  readonly value: V
  readonly until: number
  used: boolean
  older: Entry<V> | undefined
  newer: Entry<V> | undefined
}

/** Entries that an eviction passes by, at most, because they were used since the hand was there last. */
const PATIENCE = 32

/** Entries that each `set` looks at for what has run out: one would only keep up with what comes, two catch up with it. */
const LOOKS = 2

/**
 * A bounded memory of what was verified, by digest of (issuer configuration, token). Second chance instead of strict recency: a hit sets a
 * flag and moves nothing. Nothing is swept by a timer: each `set` looks at the next two entries and forgets those that have run out, so
 * that short-lived ones do not stay until the limit is reached.
 *
 * `until` is epoch seconds and hard: from that moment there is no entry. What else a value may have outgrown, its reader judges.
 *
 * The order of insertion is a list of its own: an iterator that rests while its Map changes keeps alive all that the Map has forgotten.
 */
export class FactsCache<V> {
  readonly #entries = new Map<TokenDigest, Entry<V>>()
  readonly #limit: number
  #oldest: Entry<V> | undefined
  #newest: Entry<V> | undefined
  /** Where the next eviction looks, and where the next `set` looks for what has run out; past the newest both start over. */
  #hand: Entry<V> | undefined
  #broom: Entry<V> | undefined

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
      this.#remove(entry)
      return undefined
    }
    entry.used = true
    return entry.value
  }

  /** `until` and `now` are epoch seconds. */
  set(digest: TokenDigest, value: V, until: number, now: number): void {
    if (this.#limit <= 0) return
    this.delete(digest)
    this.#sweep(now)
    if (this.#entries.size >= this.#limit) this.#evict()
    const entry = { digest, value, until, used: false, older: this.#newest, newer: undefined }
    if (this.#newest === undefined) this.#oldest = entry
    else this.#newest.newer = entry
    this.#newest = entry
    this.#entries.set(digest, entry)
  }

  delete(digest: TokenDigest): void {
    const entry = this.#entries.get(digest)
    if (entry !== undefined) this.#remove(entry)
  }

  #sweep(now: number): void {
    for (let looked = 0; looked < LOOKS; looked++) {
      const entry = this.#broom ?? this.#oldest
      if (entry === undefined) return
      this.#broom = entry.newer
      if (now >= entry.until) this.#remove(entry)
    }
  }

  #evict(): void {
    for (let passed = 0; ; passed++) {
      const entry = this.#hand ?? this.#oldest
      if (entry === undefined) return
      this.#hand = entry.newer
      if (!entry.used || passed === PATIENCE) {
        this.#remove(entry)
        return
      }
      entry.used = false
    }
  }

  #remove(entry: Entry<V>): void {
    const { digest, older, newer } = entry
    this.#entries.delete(digest)
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    if (this.#hand === entry) this.#hand = newer
    if (this.#broom === entry) this.#broom = newer
    // A collector of young objects takes what an old one names for alive, dead as it may be: neighbours would outlive each other in a row.
    entry.older = undefined
    entry.newer = undefined
  }
}
