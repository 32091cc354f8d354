import { feedback } from './feedback.ts'

/** What a file of targets exports. */
export interface Target {
  /** Tries one input. Throws, or rejects, where a promise is broken: that is what the fuzzer looks for. */
  fuzz(input: Buffer): unknown
  /** Words of the grammar, one character a byte. */
  readonly dictionary?: readonly string[]
  /** Inputs to begin with, one character a byte. */
  readonly seeds?: readonly string[]
  /** Bytes of the longest input that is tried. */
  readonly longest?: number
}

/** The input that is tried at this moment, where another thread can read it: a length, then bytes. */
export class Window {
  readonly shared: SharedArrayBuffer
  readonly #counts: Int32Array
  readonly #bytes: Buffer

  constructor(shared = new SharedArrayBuffer(HEAD + LONGEST)) {
    this.shared = shared
    this.#counts = new Int32Array(shared, 0, HEAD / 4)
    this.#bytes = Buffer.from(shared, HEAD)
  }

  /** Inputs shown so far. */
  get count(): number {
    return Atomics.load(this.#counts, 0)
  }

  get input(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#counts[1]))
  }

  show(input: Buffer): void {
    this.#counts[1] = input.copy(this.#bytes)
    Atomics.add(this.#counts, 0, 1)
  }
}

const HEAD = 8
/** Bytes of the longest input of any target. */
export const LONGEST = 16_384

/** Runs a target on inputs, one at a time, and says what of the code each has reached. */
export class Trial {
  readonly #target: Target
  readonly #window: Window
  readonly #hits = new BigUint64Array(feedback.hits.buffer)
  readonly #reached = new Set<number>()

  constructor(target: Target, window: Window) {
    this.#target = target
    this.#window = window
  }

  /** Places of the code reached so far. */
  get coverage(): number {
    return this.#reached.size
  }

  /** The features of an input. Throws what the target throws. */
  async run(input: Buffer): Promise<number[]> {
    this.#window.show(input)
    feedback.clear()
    // The target may change its bytes: it gets a copy.
    const outcome = this.#target.fuzz(Buffer.from(input))
    if (outcome instanceof Promise) await outcome
    return this.#collect()
  }

  /** The places an input reaches, without how often: what a small corpus has to keep. */
  async places(input: Buffer): Promise<number[]> {
    const features = await this.run(input)
    return [...new Set(features.filter(feature => feature < MARKED).map(feature => feature >>> 3))]
  }

  #collect(): number[] {
    const features: number[] = []
    for (let word = 0; word < this.#hits.length; word++) {
      if (this.#hits[word] === 0n) continue
      for (let place = word * 8; place < word * 8 + 8; place++) {
        const count = feedback.hits[place] ?? 0
        if (count === 0) continue
        this.#reached.add(place)
        features.push(place * 8 + magnitude(count))
      }
    }
    for (const mark of feedback.marks) features.push(MARKED + mark)
    return features
  }
}

/** Features from here on are comparisons that came close. */
const MARKED = 1 << 24

/** Once, twice, thrice, and then by doubling: one time more in a loop is news only at first. */
function magnitude(count: number): number {
  if (count < 4) return count - 1
  if (count < 8) return 3
  if (count < 16) return 4
  if (count < 32) return 5
  return count < 128 ? 6 : 7
}
