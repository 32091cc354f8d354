import { hash } from 'node:crypto'

/** Bytes of a SHA-512. */
const BLOCK = 64

/** What is drawn of a purpose next. */
interface Stream {
  blocks: number
  rest: Buffer
}

/** Writes the text of one purpose otherwise than in base64url. */
export type Writer = (draw: (bytes: number) => Buffer) => string

/**
 * All chance of a tenant, derived from the seed: for each purpose the SHA-512 of (seed and tenant, purpose, block), block after block, so that
 * purposes do not disturb each other and one more login changes no client's tokens. Repeatable by design, hence no source of secrets.
 */
export class Entropy {
  /** The digest of seed and tenant: of one length, so that what follows it is told apart from it. */
  readonly #root: string
  readonly #streams = new Map<string, Stream>()
  #writerOf: (purpose: string) => Writer | undefined = () => undefined

  constructor(seed: string, prefix: string) {
    this.#root = hash('sha256', JSON.stringify([seed, prefix]))
  }

  /** The next bytes for a purpose. */
  bytes(purpose: string, length: number): Buffer {
    let stream = this.#streams.get(purpose)
    if (stream === undefined) {
      stream = { blocks: 0, rest: Buffer.alloc(0) }
      this.#streams.set(purpose, stream)
    }
    while (stream.rest.length < length)
      stream.rest = Buffer.concat([stream.rest, this.#block(`${purpose}#`, stream.blocks++)])
    const drawn = stream.rest.subarray(0, length)
    stream.rest = stream.rest.subarray(length)
    return drawn
  }

  /** The same bytes every time: for what has a name, such as a key. */
  derive(name: string, length: number): Buffer {
    const blocks = Array.from({ length: Math.ceil(length / BLOCK) }, (_, block) => this.#block(name, block))
    return Buffer.concat(blocks, length)
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
    this.#streams.clear()
  }

  #block(name: string, block: number): Buffer {
    return hash('sha512', `${this.#root}${block}:${name}`, 'buffer')
  }
}
