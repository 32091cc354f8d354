import { CR, HEX, LF, SEMICOLON } from './grammar.ts'

/** Where a chunked body stands. */
type Place = 'size' | 'extension' | 'sizeEnd' | 'data' | 'dataEnd' | 'dataLineFeed' | 'last'

const EXTENSION_LIMIT = 256
/** `chunk-ext` without the white space that RFC 9112 section 7.1.1 calls bad, and without obs-text. */
const EXTENSIONS =
  /^(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[\t !#-[\]-~]|\\[\t -~])*"))?)+$/
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
  #extension = ''

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
        return this.#extend(byte)
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
    if (byte === CR) this.#place = 'sizeEnd'
    else if (byte === SEMICOLON) {
      this.#place = 'extension'
      this.#extension = ';'
    } else return this.#fail('a chunk size that is no number')
    return true
  }

  #extend(byte: number): boolean {
    if (byte !== CR) {
      this.#extension += String.fromCharCode(byte)
      return this.#extension.length <= EXTENSION_LIMIT || this.#fail('a chunk extension that is too long')
    }
    this.#place = 'sizeEnd'
    return EXTENSIONS.test(this.#extension) || this.#fail('a chunk extension that is none')
  }

  #fail(fault: string): false {
    this.fault = fault
    return false
  }
}
