import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ResponseHead } from './head.ts'
import type { Order } from './order.ts'
import type { ResponseSink } from './reader.ts'
import { endSmall, severClient, writeHead } from './response.ts'
import { atEndOfTurn, type Task } from './turn.ts'

/** Bodies up to this many bytes travel in one write with their head. */
const SMALL = 16384

/** What the answer tells the exchange it belongs to. */
export interface AnswerOwner {
  /** The client takes bytes again. */
  resume(): void
  moved(): void
  end(): void
}

/**
 * The answer on its way to the client. A head is held until the bytes that came with it are read: if they are the whole of a small body, both leave
 * in one write at the end of the turn; otherwise everything goes on as it comes.
 */
export class Answer implements ResponseSink, Task {
  readonly response: ServerResponse
  /** Whether the head of the final response has come. */
  hasBegun = false
  /** Whether an interim response has come since the last look. */
  #hasNews = false
  readonly #owner: AnswerOwner
  readonly #request: IncomingMessage
  readonly #order: Order
  #head: ResponseHead | undefined
  #held = ''
  #isBlocked = false
  #hearsDrain = false
  #isLending = false

  constructor(owner: AnswerOwner, request: IncomingMessage, response: ServerResponse, order: Order) {
    this.#owner = owner
    this.#request = request
    this.response = response
    this.#order = order
  }

  interim(head: ResponseHead): void {
    this.#hasNews = true
    // 100 belongs to the connection with the upstream: the client's own is sent when its body is wanted.
    if (head.status !== 100) this.#order.interim?.(head.status, head.fields)
  }

  head(head: ResponseHead): void {
    this.hasBegun = true
    this.#head = head
  }

  body(bytes: Buffer, from: number, to: number): void {
    if (this.#head !== undefined) {
      if (this.#held.length + to - from <= SMALL) {
        this.#held += bytes.toString('latin1', from, to)
        return
      }
      this.#release(this.#head)
    }
    this.#write(bytes.subarray(from, to))
  }

  /** Whether the bytes last shown are still needed. Asked once a read. */
  keepsBytes(): boolean {
    const { socket } = this.response
    const keeps = this.#isLending && socket !== null && socket.writableLength > 0
    this.#isLending = false
    return keeps
  }

  /** Bytes that the client's socket takes at once need no copy: that, and what collecting the copies costs, is a third of a large answer. */
  #write(lent: Buffer): void {
    const { socket, chunkedEncoding } = this.response
    const isAtOnce = socket !== null && socket.writableLength === 0 && socket.writableCorked === 0 && !chunkedEncoding
    if (isAtOnce) this.#isLending = true
    this.#track(this.response.write(isAtOnce ? lent : Buffer.from(lent)))
  }

  complete(trailers: readonly string[]): void {
    this.#owner.end()
    if (this.#head !== undefined && trailers.length === 0) {
      atEndOfTurn(this)
      return
    }
    if (this.#head !== undefined) this.#release(this.#head)
    if (trailers.length > 0) this.response.addTrailers(pairs(trailers))
    this.response.end()
  }

  /** Sends an answer that came whole. */
  run(): void {
    const head = this.#head
    if (head === undefined) return
    this.#head = undefined
    endSmall(this.response, head, this.#order, this.#held)
  }

  /** What one read brought has been told: it goes on to the client now. Returns whether to read on. */
  flush(): boolean {
    if (this.#head !== undefined) this.#release(this.#head)
    // Some bytes of a head are no head: it has to be whole in time.
    if (this.hasBegun || this.#hasNews) this.#owner.moved()
    this.#hasNews = false
    return !this.#isBlocked
  }

  /** There will be no more of it. Returns whether the client has seen nothing; if it has, its connection is destroyed. */
  abandon(): boolean {
    this.#head = undefined
    if (!this.response.headersSent) return true
    severClient(this.#request, this.response)
    return false
  }

  #release(head: ResponseHead): void {
    this.#head = undefined
    writeHead(this.#request, this.response, head, this.#order)
    if (this.#held === '') this.response.flushHeaders()
    else this.#track(this.response.write(this.#held, 'latin1'))
    this.#held = ''
  }

  #track(isTaken: boolean): void {
    // More than its mark is told to be too much even where it went to the kernel at once.
    if (isTaken || this.response.socket?.writableLength === 0) return
    this.#isBlocked = true
    if (this.#hearsDrain) return
    this.#hearsDrain = true
    this.response.on('drain', () => {
      this.#isBlocked = false
      this.#owner.moved()
      this.#owner.resume()
    })
  }
}

function pairs(fields: readonly string[]): [string, string][] {
  const list: [string, string][] = []
  for (let at = 0; at + 1 < fields.length; at += 2) list.push([fields[at] as string, fields[at + 1] as string])
  return list
}
