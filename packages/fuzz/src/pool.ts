import type { Chance } from './chance.ts'

export interface Entry {
  readonly input: Buffer
  /** Features of which no shorter input is known. */
  owned: number
}

/** The inputs worth mutating: for each feature (a place reached so often, a comparison so close) the shortest input that has it. */
export class Pool {
  readonly #owners = new Map<number, Entry>()
  readonly #features: number[] = []
  #entries: Entry[] = []

  get size(): number {
    return this.#entries.length
  }

  get inputs(): readonly Buffer[] {
    return this.#entries.map(({ input }) => input)
  }

  /** Keeps the input if it shows anything new, or anything known in fewer bytes; answers whether there was a new feature. */
  offer(input: Buffer, features: readonly number[]): boolean {
    const entry: Entry = { input, owned: 0 }
    let isNew = false
    for (const feature of features) {
      const owner = this.#owners.get(feature)
      if (owner !== undefined && owner.input.length <= input.length) continue
      if (owner === undefined) {
        isNew = true
        this.#features.push(feature)
      } else owner.owned--
      this.#owners.set(feature, entry)
      entry.owned++
    }
    if (entry.owned > 0) this.#entries = [...this.#entries.filter(({ owned }) => owned > 0), entry]
    return isNew
  }

  /** An input: that of a feature, so that rare features count as much as others, or at times one of the latest. */
  draw(chance: Chance): Buffer {
    const late = this.#entries[this.#entries.length - 1 - chance.below(Math.max(1, Math.min(8, this.#entries.length)))]
    const feature = this.#features[chance.below(Math.max(1, this.#features.length))]
    const owner = feature === undefined ? undefined : this.#owners.get(feature)
    return (chance.oneIn(4) ? late : owner)?.input ?? Buffer.alloc(0)
  }
}
