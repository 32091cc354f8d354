import { CR, HEX, LF, SEMICOLON, VALUE } from './grammar.ts'

/** Where a chunked body stands. */
type Place = 'size' | 'extension' | 'sizeEnd' | 'data' | 'dataEnd' | 'dataLineFeed' | 'last'

const EXTENSION_LIMIT = 256
/** Thirteen digits stay below 2^52. */
const DIGIT_LIMIT = 13

/**
 * Takes the chunked coding apart (RFC 9112 section 7.1): byte by byte where it is grammar, in one step where it is data.
 * Chunk extensions are bounded and dropped. After the last chunk it stops; the trailer section is the caller's.
 */
export class ChunkReader {
  fault = ''
  /** Bytes of data at the position `next` returned: take them before calling again. */
  data = 0
  #place: Place = 'size'
  #size = 0
  #digits = 0
  #extension = 0

  begin(): void {
    this.fault = ''
    this.data = 0
    this.#place = 'size'
    this.#size = 0
    this.#digits = 0
  }

  get isLast(): boolean {
    return this.#place === 'last'
  }

  /** Goes on from `at`; returns where data begins (`data` bytes of it are there), or where it stopped: at `end`, after the last chunk, or -1 at a fault. */
  next(bytes: Buffer, at: number, end: number): number {
    this.data = 0
    let position = at
    while (position < end) {
      if (this.#place === 'data') {
        this.data = Math.min(this.#size, end - position)
        this.#size -= this.data
        if (this.#size === 0) this.#place = 'dataEnd'
        return position
      }
      if (!this.#step(bytes[position] as number)) return -1
      position++
      if (this.#place === 'last') return position
    }
    return position
  }

  #step(byte: number): boolean {
    switch (this.#place) {
      case 'size':
        return this.#digit(byte)
      case 'extension':
        if (byte === CR) this.#place = 'sizeEnd'
        else if (VALUE[byte] !== 1) return this.#fail('a control character in a chunk extension')
        else if (++this.#extension > EXTENSION_LIMIT) return this.#fail('a chunk extension that is too long')
        return true
      case 'sizeEnd':
        if (byte !== LF) return this.#fail('a carriage return without a line feed after a chunk size')
        this.#place = this.#size === 0 ? 'last' : 'data'
        return true
      case 'dataEnd':
        if (byte !== CR) return this.#fail('a chunk that is longer than its size')
        this.#place = 'dataLineFeed'
        return true
      default:
        if (byte !== LF) return this.#fail('a carriage return without a line feed after a chunk')
        this.#place = 'size'
        this.#digits = 0
        return true
    }
  }

  #digit(byte: number): boolean {
    const value = HEX[byte] as number
    if (value !== 255) {
      this.#size = this.#size * 16 + value
      return ++this.#digits <= DIGIT_LIMIT || this.#fail('a chunk size that is too large')
    }
    if (this.#digits === 0) return this.#fail('a chunk without a size')
    this.#extension = 0
    if (byte === CR) this.#place = 'sizeEnd'
    else if (byte === SEMICOLON) this.#place = 'extension'
    else return this.#fail('a chunk size that is no number')
    return true
  }

  #fail(fault: string): false {
    this.fault = fault
    return false
  }
}
