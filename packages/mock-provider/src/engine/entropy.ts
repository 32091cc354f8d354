import { createHmac } from 'node:crypto'

/** Writes the text of one purpose otherwise than in base64url. */
export type Writer = (draw: (bytes: number) => Buffer) => string

/**
 * All chance of a tenant, derived from the seed: HMAC-SHA256 over (purpose, how many were drawn for that purpose, block). Purposes do not
 * disturb each other, so one more login changes no client's tokens. Repeatable by design, hence no source of secrets.
 */
export class Entropy {
  readonly #key: Buffer
  readonly #drawn = new Map<string, number>()
  #writerOf: (purpose: string) => Writer | undefined = () => undefined

  constructor(seed: string, prefix: string) {
    this.#key = createHmac('sha256', 'gatehouse mock provider')
      .update(JSON.stringify([seed, prefix]))
      .digest()
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
      blocks.push(
        createHmac('sha256', this.#key)
          .update(JSON.stringify([name, block]))
          .digest(),
      )
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
