import { digestConfiguration } from '../digest.ts'

const CAPACITY = 1000

interface Memory {
  readonly until: number
  readonly wait: number
}

/**
 * Keys that were asked for and that the issuer did not have. Each is not asked for again for a while that doubles, up to `longest`
 * seconds; the oldest are forgotten first, so that a stranger who invents names costs neither memory nor requests.
 */
export class UnknownKids {
  readonly #shortest: number
  readonly #longest: number
  readonly #memory = new Map<string, Memory>()

  constructor(shortest: number, longest: number) {
    this.#shortest = shortest
    this.#longest = Math.max(shortest, longest)
  }

  get size(): number {
    return this.#memory.size
  }

  has(algorithm: string, kid: string | undefined, now: number): boolean {
    const memory = this.#memory.get(nameOf(algorithm, kid))
    return memory !== undefined && now < memory.until
  }

  add(algorithm: string, kid: string | undefined, now: number): void {
    const name = nameOf(algorithm, kid)
    const known = this.#memory.get(name)
    const wait = known === undefined ? this.#shortest : Math.min(this.#longest, known.wait * 2)
    this.#memory.delete(name)
    this.#memory.set(name, { until: now + wait, wait })
    if (this.#memory.size <= CAPACITY) return
    for (const oldest of this.#memory.keys()) {
      this.#memory.delete(oldest)
      return
    }
  }
}

/** A digest, since a `kid` may be as long as a token. */
const nameOf = (algorithm: string, kid: string | undefined): string => digestConfiguration([algorithm, kid ?? null])
