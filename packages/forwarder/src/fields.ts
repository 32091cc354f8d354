import { COLON, CR, HT, LF, SP, TOKEN, VALUE } from './grammar.ts'

/** The section is not over yet: show it again, from its first byte, once another line feed has come. */
export const INCOMPLETE = -1
/** The section breaks the grammar; `fault` says how. */
export const MALFORMED = -2

export interface FieldLimits {
  /** Bytes of a response head or of a trailer section, blank line included. */
  readonly head: number
  /** Fields in it. */
  readonly fields: number
}

/**
 * Finds the lines of a head or a trailer section (RFC 9112 sections 4, 5 and 7.1.2) and where names and values begin and
 * end, in one pass and without making a string. Stricter than the standard asks of a recipient: every line ends with
 * CR LF, and neither folded lines nor white space before a colon is repaired.
 */
export class FieldScanner {
  fault = ''
  /** Fields found by the last complete scan. */
  count = 0
  /** Length of the first line without its CR LF, where one was asked for. */
  firstLine = 0
  /** Four offsets a field: name from, to, value from, to. */
  readonly offsets: Int32Array
  readonly #limits: FieldLimits

  constructor(limits: FieldLimits) {
    this.#limits = limits
    this.offsets = new Int32Array(limits.fields * 4)
  }

  /** Returns the position after the blank line, INCOMPLETE or MALFORMED. Offsets count from `start`. */
  scan(bytes: Buffer, start: number, end: number, hasFirstLine: boolean): number {
    const stop = Math.min(end, start + this.#limits.head)
    let at = start
    this.count = 0
    if (hasFirstLine) {
      while (at < stop && VALUE[bytes[at] as number] === 1) at++
      this.firstLine = at - start
      at = this.#endOfLine(bytes, at, stop)
    }
    while (at >= 0 && at < stop) {
      if (bytes[at] === CR) {
        const after = this.#endOfLine(bytes, at, stop)
        return after === INCOMPLETE ? this.#more(stop, end) : after
      }
      at = this.#field(bytes, start, at, stop)
    }
    return at === MALFORMED ? MALFORMED : this.#more(stop, end)
  }

  #field(bytes: Buffer, start: number, from: number, stop: number): number {
    let at = from
    while (at < stop && TOKEN[bytes[at] as number] === 1) at++
    if (at === stop) return INCOMPLETE
    if (bytes[at] !== COLON || at === from) return this.#fail('a field name that is none')
    const nameEnd = at++
    while (at < stop && (bytes[at] === SP || bytes[at] === HT)) at++
    const valueStart = at
    while (at < stop && VALUE[bytes[at] as number] === 1) at++
    let valueEnd = at
    const next = this.#endOfLine(bytes, at, stop)
    if (next < 0) return next
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === SP || bytes[valueEnd - 1] === HT)) valueEnd--
    const slot = this.count * 4
    if (slot === this.offsets.length) return this.#fail('too many fields')
    this.count++
    const offsets = this.offsets
    offsets[slot] = from - start
    offsets[slot + 1] = nameEnd - start
    offsets[slot + 2] = valueStart - start
    offsets[slot + 3] = valueEnd - start
    return next
  }

  #endOfLine(bytes: Buffer, at: number, stop: number): number {
    if (at >= stop) return INCOMPLETE
    if (bytes[at] !== CR) return this.#fail('a control character or a bare line feed in a head')
    if (at + 1 >= stop) return INCOMPLETE
    return bytes[at + 1] === LF ? at + 2 : this.#fail('a carriage return without a line feed')
  }

  #more(stop: number, end: number): number {
    return stop < end ? this.#fail('a head that is too large') : INCOMPLETE
  }

  #fail(fault: string): number {
    this.fault = fault
    return MALFORMED
  }
}
