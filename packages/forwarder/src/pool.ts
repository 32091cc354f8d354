import { Clock } from './clock.ts'
import { Connection, type ConnectionOwner } from './connection.ts'
import type { Exchange } from './exchange.ts'
import type { Settings } from './options.ts'
import type { Failure } from './order.ts'
import type { Ports } from './ports.ts'

/**
 * The connections to one upstream, never more than allowed, and the exchanges that wait for one. The connection used last is used
 * first, so that the others can grow old and be closed.
 */
export class Pool implements ConnectionOwner {
  readonly settings: Settings
  readonly #clock: Clock
  readonly #connections = new Set<Connection>()
  readonly #idle: Connection[] = []
  /** Exchanges that wait for a connection, and until when. */
  readonly #queue = new Map<Exchange, number>()
  /** Exchanges that wait for a small body, and until when. */
  readonly #collecting = new Map<Exchange, number>()
  #isClosed = false
  #onEmpty: (() => void) | undefined

  constructor(settings: Settings, ports: Ports) {
    this.settings = settings
    const { connectTimeout, headersTimeout, bodyTimeout, idleTimeout, queueTimeout } = settings
    const shortest = Math.min(connectTimeout, headersTimeout, bodyTimeout, idleTimeout, queueTimeout)
    this.#clock = new Clock(ports, shortest, () => this.#expire())
  }

  get idle(): number {
    return this.#idle.length
  }

  get busy(): number {
    return this.#connections.size - this.#idle.length
  }

  get queued(): number {
    return this.#queue.size
  }

  deadline(seconds: number): number {
    return this.#clock.after(seconds)
  }

  /** Gives the exchange a connection, now or later, or fails it. `fresh`: one that no exchange has used before. */
  acquire(exchange: Exchange, fresh = false): void {
    if (fresh) this.#makeRoom()
    const connection = fresh ? undefined : this.#idle.pop()
    if (this.#isClosed) exchange.fail('unreachable', 'the forwarder is closed')
    else if (connection !== undefined) exchange.take(connection)
    else if (this.#connections.size < this.settings.connections) this.#open(exchange)
    else if (this.#queue.size < this.settings.queue) {
      this.#queue.set(exchange, this.deadline(this.settings.queueTimeout))
    } else exchange.fail('overloaded', 'too many requests wait')
  }

  /** The exchange waits for the body of its request, which a client may send slowly and on purpose. */
  watch(exchange: Exchange): void {
    this.#clock.start()
    this.#collecting.set(exchange, this.deadline(this.settings.bodyTimeout))
  }

  /** The exchange waits for nothing any more. */
  forget(exchange: Exchange): void {
    this.#queue.delete(exchange)
    this.#collecting.delete(exchange)
  }

  freed(connection: Connection): void {
    const next = this.#next()
    if (next !== undefined) next.take(connection)
    else if (this.#isClosed) connection.destroy()
    else {
      this.#idle.push(connection)
      connection.rest()
    }
  }

  gone(connection: Connection): void {
    this.#connections.delete(connection)
    const at = this.#idle.indexOf(connection)
    if (at >= 0) this.#idle.splice(at, 1)
    const next = this.#next()
    if (next !== undefined) this.#open(next)
    else if (this.#connections.size === 0) this.#onEmpty?.()
  }

  /** Takes no more exchanges, lets the present ones end and resolves when no connection is left. */
  close(): Promise<void> {
    this.#isClosed = true
    for (const connection of [...this.#idle]) connection.destroy()
    if (this.#connections.size === 0) return Promise.resolve()
    return new Promise(resolve => {
      const previous = this.#onEmpty
      this.#onEmpty = () => {
        previous?.()
        resolve()
      }
    })
  }

  #open(exchange: Exchange): void {
    this.#clock.start()
    const connection = new Connection(this, exchange)
    exchange.await(connection)
    this.#connections.add(connection)
  }

  #makeRoom(): void {
    if (this.#connections.size >= this.settings.connections) this.#idle[0]?.destroy()
  }

  #next(): Exchange | undefined {
    for (const exchange of this.#queue.keys()) {
      this.#queue.delete(exchange)
      return exchange
    }
    return undefined
  }

  #expire(): void {
    for (const connection of this.#connections) if (this.#clock.isOver(connection.deadline)) connection.expire()
    this.#expireAll(this.#queue, 'overloaded', 'no connection became free in time')
    this.#expireAll(this.#collecting, 'timeout', 'the request stood still')
    if (this.#connections.size === 0 && this.#collecting.size === 0) this.#clock.stop()
  }

  /** Deadlines of one kind are in the order of insertion. */
  #expireAll(waiting: Map<Exchange, number>, failure: Failure, cause: string): void {
    for (const [exchange, deadline] of waiting) {
      if (!this.#clock.isOver(deadline)) return
      waiting.delete(exchange)
      exchange.fail(failure, cause)
    }
  }
}
