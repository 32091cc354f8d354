import { ChunkReader } from './chunks.ts'
import { type FieldLimits, FieldScanner, INCOMPLETE, MALFORMED } from './fields.ts'
import { LF } from './grammar.ts'
import { type ResponseHead, readHead, readTrailers } from './head.ts'

/** Who is told what was read. Bytes are only lent: they are overwritten after the call. */
export interface ResponseSink {
  /** An interim (1xx) response other than 101. */
  interim?(head: ResponseHead): void
  head(head: ResponseHead): void
  body(bytes: Buffer, from: number, to: number): void
  /** The response is over; `trailers` are announced and permitted ones, name and value in turn. */
  complete(trailers: readonly string[]): void
}

export interface ReaderLimits extends FieldLimits {
  /** Interim (1xx) responses before the final one. */
  readonly interim: number
}

/** `more`: the response goes on; `done`: it is over; `fault`: it breaks the grammar, and `fault` says how. */
export type Progress = 'more' | 'done' | 'fault'

type Place = 'idle' | 'head' | 'length' | 'chunks' | 'trailers' | 'close' | 'fault'

const NO_TRAILERS: readonly string[] = []
const NOTHING = Buffer.alloc(0)

/**
 * Reads one HTTP/1.x response at a time from the bytes of a connection (RFC 9112). 101 is a fault, for an upgrade is never asked for
 * here. It knows nothing of sockets, and makes no difference between bytes that come at once and bytes that come one by one.
 */
export class ResponseReader {
  fault = ''
  /** Bytes left over after the end of the response: nobody asked for them. */
  surplus = 0
  readonly #limits: ReaderLimits
  readonly #scanner: FieldScanner
  readonly #chunks = new ChunkReader()
  #place: Place = 'idle'
  #sink: ResponseSink | undefined
  #headOnly = false
  #head: ResponseHead | undefined
  #interim = 0
  #left = 0
  #held = NOTHING

  constructor(limits: ReaderLimits) {
    this.#limits = limits
    this.#scanner = new FieldScanner(limits)
  }

  /** Waits for a response; `headOnly` where the request was HEAD, whose answer has no body whatever it says. */
  begin(sink: ResponseSink, headOnly: boolean): void {
    this.fault = ''
    this.surplus = 0
    this.#sink = sink
    this.#headOnly = headOnly
    this.#head = undefined
    this.#interim = 0
    this.#held = NOTHING
    this.#place = 'head'
  }

  get head(): ResponseHead | undefined {
    return this.#head
  }

  push(bytes: Buffer, end: number): Progress {
    let at = 0
    while (at < end) {
      switch (this.#place) {
        case 'head':
        case 'trailers':
          at = this.#section(bytes, at, end)
          break
        case 'length':
          at = this.#take(bytes, at, end)
          break
        case 'chunks':
          at = this.#chunked(bytes, at, end)
          break
        case 'close':
          this.#sink?.body(bytes, at, end)
          return 'more'
        case 'fault':
          return 'fault'
        default:
          this.surplus = end - at
          return 'done'
      }
      if (at < 0) return 'fault'
    }
    return this.#place === 'idle' ? 'done' : 'more'
  }

  /** The upstream ended its side: the end of a body that has no other, and a fault anywhere else. */
  finish(): Progress {
    if (this.#place === 'close') {
      this.#complete(NO_TRAILERS)
      return 'done'
    }
    if (this.#place === 'idle') return 'done'
    if (this.#place !== 'fault') this.#fail(this.#head === undefined ? 'no response' : 'a response that was cut off')
    return 'fault'
  }

  #section(bytes: Buffer, at: number, end: number): number {
    if (this.#held.length > 0) return this.#resume(bytes, at, end)
    const stop = this.#scan(bytes, at, end)
    if (stop !== INCOMPLETE) return stop
    this.#held = Buffer.from(bytes.subarray(at, end))
    return end
  }

  /** Goes on with a section of which the first bytes came earlier. Scans again only when a line has ended, so that a byte at a time costs no more than a line at a time. */
  #resume(bytes: Buffer, at: number, end: number): number {
    const held = this.#held
    const fresh = bytes.subarray(at, Math.min(end, at + this.#limits.head + 1))
    const joined = Buffer.concat([held, fresh])
    if (!fresh.includes(LF) && joined.length <= this.#limits.head) {
      this.#held = joined
      return end
    }
    this.#held = NOTHING
    const stop = this.#scan(joined, 0, joined.length)
    if (stop === INCOMPLETE) {
      this.#held = joined
      return end
    }
    return stop === MALFORMED ? MALFORMED : at + stop - held.length
  }

  #scan(bytes: Buffer, at: number, end: number): number {
    const isHead = this.#place === 'head'
    const stop = this.#scanner.scan(bytes, at, end, isHead)
    if (stop === MALFORMED) return this.#fail(this.#scanner.fault)
    if (stop === INCOMPLETE) return INCOMPLETE
    const text = bytes.toString('latin1', at, stop)
    if (isHead) return this.#begin(text) ? stop : MALFORMED
    const trailers = readTrailers(text, this.#scanner, this.#head?.trailers ?? NO_TRAILERS)
    if (typeof trailers === 'string') return this.#fail(trailers)
    this.#complete(trailers)
    return stop
  }

  /** Decides where the body ends (RFC 9112 section 6.3). */
  #begin(text: string): boolean {
    const head = readHead(text, this.#scanner)
    if (typeof head === 'string') return this.#refuse(head)
    if (head.status < 200) return this.#interimResponse(head)
    if (head.status === 204 && head.length > 0) return this.#refuse('a response without content that has a length')
    this.#head = head
    this.#sink?.head(head)
    if (this.#headOnly || head.status === 204 || head.status === 304 || head.length === 0) this.#complete(NO_TRAILERS)
    else if (head.chunked) {
      this.#chunks.begin()
      this.#place = 'chunks'
    } else if (head.length > 0) {
      this.#left = head.length
      this.#place = 'length'
    } else this.#place = 'close'
    return true
  }

  #interimResponse(head: ResponseHead): boolean {
    if (head.status === 101) return this.#refuse('a switch of protocols nobody asked for')
    if (head.chunked || head.length !== -1) return this.#refuse('an interim response with a body')
    if (!head.persistent) return this.#refuse('an interim response that ends the connection')
    if (++this.#interim > this.#limits.interim) return this.#refuse('too many interim responses')
    this.#sink?.interim?.(head)
    return true
  }

  #take(bytes: Buffer, at: number, end: number): number {
    const stop = Math.min(end, at + this.#left)
    this.#left -= stop - at
    this.#sink?.body(bytes, at, stop)
    if (this.#left === 0) this.#complete(NO_TRAILERS)
    return stop
  }

  #chunked(bytes: Buffer, at: number, end: number): number {
    const position = this.#chunks.next(bytes, at, end)
    if (position < 0) return this.#fail(this.#chunks.fault)
    if (this.#chunks.isLast) {
      this.#place = 'trailers'
      return position
    }
    const stop = position + this.#chunks.data
    if (stop > position) this.#sink?.body(bytes, position, stop)
    return stop
  }

  #complete(trailers: readonly string[]): void {
    const sink = this.#sink
    this.#place = 'idle'
    this.#sink = undefined
    sink?.complete(trailers)
  }

  #refuse(fault: string): false {
    this.#fail(fault)
    return false
  }

  #fail(fault: string): number {
    this.fault = fault
    this.#place = 'fault'
    this.#sink = undefined
    return MALFORMED
  }
}
