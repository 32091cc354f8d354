/** Lets so many through at once, so many wait in the order in which they came, and turns the others away. */
export class Turnstile {
  readonly #most: number
  readonly #queue: (() => void)[] = []
  #inside = 0

  /** As many may wait as may be inside, so that nobody waits longer than one of those inside may take. */
  constructor(most: number) {
    this.#most = most
  }

  /** Runs `work` when there is room; `turnedAway` says what to answer when there is none, not even to wait. */
  async pass<T>(work: () => Promise<T>, turnedAway: () => T): Promise<T> {
    if (this.#inside >= this.#most) {
      if (this.#queue.length >= this.#most) return turnedAway()
      await new Promise<void>(enter => this.#queue.push(enter))
    } else {
      this.#inside++
    }
    try {
      return await work()
    } finally {
      const next = this.#queue.shift()
      if (next === undefined) this.#inside--
      else next()
    }
  }
}
