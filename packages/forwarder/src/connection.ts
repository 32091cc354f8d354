import type { Socket } from 'node:net'
import type { Exchange } from './exchange.ts'
import type { Settings } from './options.ts'
import { ResponseReader, type ResponseSink } from './reader.ts'
import { openSocket } from './socket.ts'

/** What a connection asks of the pool it belongs to. */
export interface ConnectionOwner {
  readonly settings: Settings
  deadline(seconds: number): number
  /** The connection has become free for another exchange. */
  freed(connection: Connection): void
  /** The connection is gone for good; it carries nothing. */
  gone(connection: Connection): void
}

const READ_BUFFER = 65536
const CLOSED = 'the upstream closed the connection'
/** Seconds less than the upstream's `keep-alive: timeout=`, so that it is never the upstream that closes first. */
const IDLE_MARGIN = 1

/**
 * One keep-alive connection and at most one exchange on it. It reads into one buffer of its own and shows that to the
 * response reader, so no stream and no allocation stands between the socket and the grammar. Where a client takes its bytes slowly, the
 * buffer is left to it and another takes its place.
 */
export class Connection {
  readonly socket: Socket
  /** What it carries or, while it is being opened, what it was opened for. */
  exchange: Exchange | undefined
  /** When the pool has to call `expire`. */
  deadline: number
  /** Whether an earlier exchange has used it. */
  isReused = false
  /** Whether a byte of the answer to the current request has come. */
  isHeard = false
  isDead = false
  readonly #owner: ConnectionOwner
  readonly #reader: ResponseReader
  #buffer = Buffer.allocUnsafeSlow(READ_BUFFER)
  #isOpen = false
  #isAwaiting = false
  /** Whether a client is still being sent what is in the buffer. */
  #isTaken = false

  constructor(owner: ConnectionOwner, exchange: Exchange) {
    this.#owner = owner
    this.#reader = new ResponseReader(owner.settings)
    this.exchange = exchange
    this.deadline = owner.deadline(owner.settings.connectTimeout)
    this.socket = openSocket(owner.settings, {
      buffer: () => this.#offer(),
      callback: length => this.#read(length),
    })
    this.socket.on(owner.settings.secure ? 'secureConnect' : 'connect', () => this.#opened())
    this.socket.on('drain', () => this.exchange?.uploadMore())
    this.socket.on('end', () => this.#ended())
    this.socket.on('error', (error: NodeJS.ErrnoException) => this.#broken(error.code ?? error.name))
    this.socket.on('close', () => this.#broken(CLOSED))
  }

  /** Gets ready for the answer to a request that is about to be written. */
  expect(sink: ResponseSink, headOnly: boolean): void {
    this.isHeard = false
    this.#isAwaiting = true
    this.#reader.begin(sink, headOnly)
  }

  /** Starts one of the timeouts anew. */
  wait(seconds: number): void {
    this.deadline = this.#owner.deadline(seconds)
  }

  /** Has nothing to carry, and stays as long as both sides allow. */
  rest(): void {
    const { idleTimeout } = this.#owner.settings
    const hint = this.#reader.head?.keepAlive ?? -1
    this.wait(hint < 0 ? idleTimeout : Math.min(idleTimeout, Math.max(0, hint - IDLE_MARGIN)))
  }

  resume(): void {
    this.socket.resume()
  }

  /** Ends it at once, whatever it carries. */
  destroy(): void {
    if (this.isDead) return
    this.isDead = true
    this.exchange = undefined
    this.socket.destroy()
    this.#owner.gone(this)
  }

  /** Its deadline is over. */
  expire(): void {
    const exchange = this.exchange
    this.destroy()
    if (!this.#isOpen) exchange?.lost(this, 'timeout', 'no connection in time')
    else if (exchange?.answer.hasBegun === true) exchange.fail('timeout', 'the answer stood still')
    else exchange?.fail('timeout', exchange.isSent ? 'no answer in time' : 'the request stood still')
  }

  #opened(): void {
    this.#isOpen = true
    this.exchange?.take(this)
  }

  /** Where the next bytes go: asked for while it is being opened, and after every read, where an answer of none means the same place again. */
  #offer(): Buffer {
    if (!this.#isOpen) return this.#buffer
    return this.#isTaken ? this.#renew() : (undefined as unknown as Buffer)
  }

  #renew(): Buffer {
    this.#isTaken = false
    this.#buffer = Buffer.allocUnsafeSlow(READ_BUFFER)
    return this.#buffer
  }

  /** Returns whether to go on reading. */
  #read(length: number): boolean {
    const exchange = this.exchange
    if (exchange === undefined || !this.#isAwaiting) {
      // Bytes nobody asked for would be taken for the answer to the next request.
      this.#broken('the upstream sent bytes before it was asked')
      return true
    }
    this.isHeard = true
    const progress = this.#reader.push(this.#buffer, length)
    this.#isTaken = exchange.answer.keepsBytes()
    switch (progress) {
      case 'more':
        return exchange.answer.flush()
      case 'done':
        this.#done(exchange)
        return true
      default:
        this.destroy()
        exchange.fail('bad_response', this.#reader.fault)
        return true
    }
  }

  #done(exchange: Exchange): void {
    this.#isAwaiting = false
    if (this.isDead) return
    if (!this.#isReusable(exchange)) {
      this.destroy()
      return
    }
    this.exchange = undefined
    this.isReused = true
    this.#owner.freed(this)
  }

  /** Whether both sides agree on where the next answer would begin, and mean to go on. */
  #isReusable(exchange: Exchange): boolean {
    const head = this.#reader.head
    if (head === undefined || !head.persistent || head.keepAlive === 0) return false
    return this.#reader.surplus === 0 && exchange.isSent && this.socket.writableLength === 0
  }

  /** The upstream closed its side: the end of a body that has no other, and an accident anywhere else. */
  #ended(): void {
    if (this.#isAwaiting && this.#reader.finish() === 'done') this.destroy()
    else this.#broken(this.isHeard ? this.#reader.fault : CLOSED)
  }

  #broken(cause: string): void {
    const exchange = this.exchange
    this.#isAwaiting = false
    this.destroy()
    exchange?.lost(this, this.isHeard ? 'bad_response' : 'unreachable', cause)
  }
}
