import type { IncomingMessage } from 'node:http'
import type { Connection } from './connection.ts'
import { anticipatesContent } from './grammar.ts'
import { atEndOfTurn, type Task } from './turn.ts'

/** How the body of a request is framed: nothing at all, a length known beforehand, or chunks. */
export interface Framing {
  /** Bytes of the body, or -1 for chunks. */
  readonly length: number
  /** The field line that says so, possibly empty. */
  readonly line: string
}

/**
 * Reads the framing from the request Node's parser has accepted: it has refused conflicting and repeated lengths already. Returns
 * undefined where the body carries a coding that would be lost on the way.
 */
export function readFraming(request: IncomingMessage, method: string): Framing | undefined {
  const coding = request.headers['transfer-encoding']
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') return undefined
    return CHUNKS
  }
  const length = Number(request.headers['content-length'] ?? 0)
  if (length > 0) return { length, line: `content-length: ${length}\r\n` }
  return anticipatesContent(method) ? NO_CONTENT : NO_BODY
}

const CHUNKS: Framing = { length: -1, line: 'transfer-encoding: chunked\r\n' }
export const NO_BODY: Framing = { length: 0, line: '' }
const NO_CONTENT: Framing = { length: 0, line: 'content-length: 0\r\n' }

/** Collects a small body, one character a byte, so that it can leave in one write with its head. */
export function collectBody(request: IncomingMessage, length: number, done: (text: string) => void): void {
  let text = ''
  request.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    if (text.length === length) done(text)
  })
}

/** What becomes of a body while it is sent. */
export interface BodyListener {
  bodyMoved(): void
  bodySent(): void
  bodyTooLarge(): void
}

/**
 * Sends a body as it comes, and asks the client to wait while the upstream does not take it. Writes are put off to the end of the event loop's
 * turn: an answer that came in the same turn as a reset of the connection is then read before a write could fail.
 */
export class BodySender implements Task {
  readonly #request: IncomingMessage
  readonly #connection: Connection
  readonly #listener: BodyListener
  readonly #limit: number
  readonly #isChunked: boolean
  readonly #onData = (chunk: Buffer) => this.#take(chunk)
  readonly #onEnd = () => this.#end()
  #waiting: Buffer[] = []
  #isScheduled = false
  #isEnded = false
  #isStopped = false
  #received = 0

  constructor(
    request: IncomingMessage,
    framing: Framing,
    limit: number,
    connection: Connection,
    listener: BodyListener,
  ) {
    this.#request = request
    this.#connection = connection
    this.#listener = listener
    this.#limit = limit
    this.#isChunked = framing.length < 0
    request.on('data', this.#onData)
    request.on('end', this.#onEnd)
  }

  /** The upstream takes bytes again. */
  resume(): void {
    if (!this.#isStopped) this.#request.resume()
  }

  /** Sends no more. What the client still sends is read and dropped, or its next request would never be reached. */
  stop(): void {
    this.#isStopped = true
    this.#waiting = []
    this.#request.off('data', this.#onData)
    this.#request.off('end', this.#onEnd)
    this.#request.resume()
  }

  #take(chunk: Buffer): void {
    this.#received += chunk.length
    if (this.#received > this.#limit) this.#listener.bodyTooLarge()
    else {
      this.#waiting.push(chunk)
      this.#schedule()
    }
  }

  #end(): void {
    this.#isEnded = true
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    atEndOfTurn(this)
  }

  run(): void {
    this.#isScheduled = false
    const { socket, isDead } = this.#connection
    if (this.#isStopped || isDead) return
    socket.cork()
    for (const chunk of this.#waiting) this.#write(chunk)
    this.#waiting = []
    if (this.#isEnded && this.#isChunked) socket.write('0\r\n\r\n', 'latin1')
    socket.uncork()
    if (socket.writableNeedDrain) this.#request.pause()
    if (this.#isEnded) this.#listener.bodySent()
    else this.#listener.bodyMoved()
  }

  #write(chunk: Buffer): void {
    const { socket } = this.#connection
    if (this.#isChunked) socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1')
    socket.write(chunk)
    if (this.#isChunked) socket.write('\r\n', 'latin1')
  }
}
