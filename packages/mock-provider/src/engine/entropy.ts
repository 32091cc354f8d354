import { createHmac } from 'node:crypto'

/**
 * All chance of a tenant, derived from the seed: HMAC-SHA256 over (purpose, how many were drawn for that purpose, block). Purposes do not
 * disturb each other, so one more login changes no client's tokens. Repeatable by design, hence no source of secrets.
 */
export class Entropy {
  readonly #key: Buffer
  readonly #drawn = new Map<string, number>()

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

  /** The next base64url text of so many bytes. */
  text(purpose: string, bytes: number): string {
    return this.bytes(purpose, bytes).toString('base64url')
  }

  reset(): void {
    this.#drawn.clear()
  }
}
