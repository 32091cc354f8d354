/**
 * Follows WebSocket frames (RFC 6455 section 5.2) through a stream of bytes, only to know where one ends: a control frame may be put
 * between two frames, also those of one message (section 5.4), and nowhere else. Reads no content.
 */
export class FrameCursor {
  readonly #header = new Uint8Array(14)
  #known = 0
  #left = 0

  /** Whether what was read so far ends with a whole frame. */
  get isBetween(): boolean {
    return this.#known === 0 && this.#left === 0
  }

  /** Reads a chunk, up to its end or, where `onlyOne` is set, to the end of the first frame that ends in it. Tells how far it got. */
  read(chunk: Uint8Array, onlyOne = false): number {
    let at = 0
    while (at < chunk.length) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at)
        at += step
        this.#left -= step
      } else {
        this.#header[this.#known++] = chunk[at++] ?? 0
        if (this.#known < 2 || this.#known < this.#headerLength()) continue
        this.#left = this.#payloadLength()
        this.#known = 0
      }
      if (onlyOne && this.isBetween) break
    }
    return at
  }

  #headerLength(): number {
    const second = this.#header[1] ?? 0
    const extended = (second & 127) === 126 ? 2 : (second & 127) === 127 ? 8 : 0
    return 2 + extended + (second & 128 ? 4 : 0)
  }

  #payloadLength(): number {
    const length = (this.#header[1] ?? 0) & 127
    const view = new DataView(this.#header.buffer)
    if (length === 126) return view.getUint16(2)
    return length === 127 ? view.getUint32(2) * 2 ** 32 + view.getUint32(6) : length
  }
}

/** A Close frame of a server (RFC 6455 section 5.5.1): unmasked, a code of section 7.4.1 and a reason of at most 123 bytes. */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason).subarray(0, 123)
  return Buffer.concat([Buffer.from([0x88, 2 + text.length, code >> 8, code & 255]), text])
}
