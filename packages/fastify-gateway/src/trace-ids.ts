import type { Ports } from '@gatehouse/verifier'

/** Bytes of one, and how many are drawn at once: chance costs by the call. */
const LENGTH = 16
const AT_ONCE = 64

/** Trace ids of the gateway's own (W3C Trace Context section 3.2.2.3), none of them twice. */
export class TraceIds {
  readonly #random: Ports['random']
  #drawn = ''
  #next = 0

  constructor({ random }: Pick<Ports, 'random'>) {
    this.#random = random
  }

  next(): string {
    if (this.#next === this.#drawn.length) {
      this.#drawn = Buffer.from(this.#random(LENGTH * AT_ONCE)).toString('hex')
      this.#next = 0
    }
    const from = this.#next
    this.#next = from + 2 * LENGTH
    return this.#drawn.slice(from, this.#next)
  }
}
