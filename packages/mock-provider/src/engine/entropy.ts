import { hash } from 'node:crypto'

/** Writes the text of one purpose otherwise than in base64url. */
export type Writer = (draw: (bytes: number) => Buffer) => string

/**
 * All chance of a tenant, derived from the seed: SHA-256 over (seed and tenant, block, purpose, how many were drawn for that purpose). Purposes
 * do not disturb each other, so one more login changes no client's tokens. Repeatable by design, hence no source of secrets.
 */
export class Entropy {
  /** The digest of seed and tenant: of one length, so that what follows it is told apart from it. */
  readonly #root: string
  readonly #drawn = new Map<string, number>()
  #writerOf: (purpose: string) => Writer | undefined = () => undefined

  constructor(seed: string, prefix: string) {
    this.#root = hash('sha256', JSON.stringify([seed, prefix]))
  }

  /** The next bytes for a purpose. */
  bytes(purpose: string, length: number): Buffer {
    const count = this.#drawn.get(purpose) ?? 0
    this.#drawn.set(purpose, count + 1)
    return this.derive(`${purpose}#${count}`, length)
  }

  /** The same bytes every time: for what has a name, such as a key. */
  derive(name: string, length: number): Buffer {
    const blocks: Buffer[] = []
    for (let block = 0; block * 32 < length; block++) {
      blocks.push(hash('sha256', `${this.#root}${block}:${name}`, 'buffer'))
    }
    const all = blocks.length === 1 && blocks[0] !== undefined ? blocks[0] : Buffer.concat(blocks)
    return all.length === length ? all : all.subarray(0, length)
  }

  /** The next text of a purpose: so many bytes in base64url, unless the purpose has a writer of its own. */
  text(purpose: string, bytes: number): string {
    const write = this.#writerOf(purpose)
    return write === undefined
      ? this.bytes(purpose, bytes).toString('base64url')
      : write(size => this.bytes(purpose, size))
  }

  /** Which purposes have writers of their own. */
  writeBy(writerOf: (purpose: string) => Writer | undefined): void {
    this.#writerOf = writerOf
  }

  reset(): void {
    this.#drawn.clear()
  }
}
