import type { IncomingMessage, ServerResponse } from 'node:http'
import { Answer } from './answer.ts'
import type { Connection } from './connection.ts'
import { type Companion, unwatchClient, watchClient } from './departure.ts'
import { areFieldLines, isIdempotent, isRequestLine } from './grammar.ts'
import type { Failure, Order } from './order.ts'
import type { Pool } from './pool.ts'
import { type BodyListener, BodySender, collectBody, NO_BODY, readFraming } from './request-body.ts'
import { atEndOfTurn, type Task } from './turn.ts'

/** Bodies of requests up to this many bytes are collected and leave in one write with their head. */
const SMALL = 16384

/**
 * One request of a client on its way: waiting for its body, for a connection, or for the answer. Over as soon as the answer is complete,
 * the failure told, or the client gone; nothing it is told after that has an effect.
 */
export class Exchange implements BodyListener, Companion, Task {
  /** Whether the whole request has been handed to the connection. */
  isSent = false
  readonly answer: Answer
  readonly #pool: Pool
  readonly #request: IncomingMessage
  readonly #order: Order
  #framing = NO_BODY
  #head = ''
  #body = ''
  #connection: Connection | undefined
  #sender: BodySender | undefined
  #hasLeft = false
  #isReplayed = false
  #isOver = false
  #isWatching = false
  #attempts = 0

  constructor(pool: Pool, request: IncomingMessage, response: ServerResponse, order: Order) {
    this.#pool = pool
    this.#request = request
    this.#order = order
    this.answer = new Answer(this, request, response, order)
  }

  start(): void {
    const { method, target, standing = '', headers, bodyLimit } = this.#order
    const response = this.answer.response
    if (response.destroyed || this.#request.socket.destroyed) return
    const framing = readFraming(this.#request, method)
    if (framing === undefined) {
      this.fail('bad_request', 'a transfer coding other than chunked')
      return
    }
    if (bodyLimit !== undefined && framing.length > bodyLimit) {
      this.fail('body_too_large', 'the length of the body is over the limit')
      return
    }
    this.#framing = framing
    if (!isRequestLine(method, target) || !areFieldLines(headers)) throw new TypeError('order: not a request head')
    this.#head = `${method} ${target} HTTP/1.1\r\n${standing}${headers}${framing.line}connection: keep-alive\r\n\r\n`
    response.on('close', () => this.clientGone())
    this.#isWatching = response.socket === null
    if (this.#isWatching) watchClient(this.#request.socket, this)
    if (framing.length <= 0 || framing.length > SMALL) {
      this.#pool.acquire(this)
      return
    }
    this.#invite()
    this.#pool.watch(this)
    collectBody(this.#request, framing.length, body => {
      if (this.#isOver) return
      this.#body = body
      this.#pool.forget(this)
      this.#pool.acquire(this)
    })
  }

  /** A connection is being opened for this exchange. */
  await(connection: Connection): void {
    this.#connection = connection
  }

  /** A connection is this exchange's now; the request leaves with the others of this turn. */
  take(connection: Connection): void {
    connection.exchange = this
    this.#connection = connection
    atEndOfTurn(this)
  }

  run(): void {
    const connection = this.#connection
    if (connection?.exchange === this && !this.#hasLeft && !this.#isOver) this.#send(connection)
  }

  #send(connection: Connection): void {
    const { method, bodyLimit } = this.#order
    this.#hasLeft = true
    connection.expect(this.answer, method === 'HEAD')
    connection.socket.write(this.#head + this.#body, 'latin1')
    if (this.#framing.length === this.#body.length) {
      this.bodySent()
      return
    }
    this.bodyMoved()
    this.#invite()
    const limit = bodyLimit ?? Number.POSITIVE_INFINITY
    this.#sender = new BodySender(this.#request, this.#framing, limit, connection, this)
  }

  #invite(): void {
    if (this.#order.awaitsContinue === true) this.answer.response.writeContinue()
  }

  uploadMore(): void {
    this.#sender?.resume()
  }

  bodyMoved(): void {
    this.#connection?.wait(this.#pool.settings.bodyTimeout)
  }

  bodySent(): void {
    this.isSent = true
    this.#await()
  }

  bodyTooLarge(): void {
    this.#connection?.destroy()
    this.fail('body_too_large', 'the body is over the limit')
  }

  /** Bytes of the answer have come, or have been taken by the client. */
  moved(): void {
    this.#await()
  }

  #await(): void {
    if (this.#isOver) return
    const { headersTimeout, bodyTimeout } = this.#pool.settings
    this.#connection?.wait(this.isSent && !this.answer.hasBegun ? headersTimeout : bodyTimeout)
  }

  resume(): void {
    if (!this.#isOver) this.#connection?.resume()
  }

  /** The answer is complete. */
  end(): void {
    this.#close()
  }

  /** The connection broke, or could not be opened. Tries again where the upstream can not have acted on the request. */
  lost(connection: Connection, failure: Failure, cause: string): void {
    if (this.#isOver) return
    this.#connection = undefined
    if (!this.#hasLeft) {
      if (connection.isReused || this.#mayRetry()) this.#pool.acquire(this)
      else this.fail(failure, cause)
    } else if (connection.isReused && !connection.isHeard && !this.#isReplayed && this.#isReplayable()) {
      this.#isReplayed = true
      this.#hasLeft = false
      this.isSent = false
      this.#pool.acquire(this, true)
    } else this.fail(failure, cause)
  }

  #mayRetry(): boolean {
    return isIdempotent(this.#order.method) && this.#attempts++ < this.#pool.settings.retries
  }

  #isReplayable(): boolean {
    return this.#framing.length === 0 && isIdempotent(this.#order.method)
  }

  fail(failure: Failure, cause: string): void {
    if (this.#isOver) return
    this.#close()
    if (this.answer.abandon()) this.#order.refuse(failure, cause)
    else this.#order.broken?.(failure, cause)
  }

  clientGone(): void {
    if (this.#isOver) return
    this.#pool.forget(this)
    this.#close()
    this.#connection?.destroy()
  }

  #close(): void {
    this.#isOver = true
    if (!this.isSent) this.#sender?.stop()
    if (this.#isWatching) unwatchClient(this.#request.socket, this)
  }
}
