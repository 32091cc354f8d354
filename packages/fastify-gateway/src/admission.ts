import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Throttle } from './event-loop.ts'
import { isHttp2 } from './inbound.ts'

/** Whose limit a request was turned away by: the event loop's, its connection's, that of those who wait for their turn, or its upstream's. */
export type Shed = 'event_loop' | 'connection' | 'waiting' | 'upstream'

/** Each reason as a sentence for the operator; an upstream's forwarder has its own. */
export const SHED: { readonly [S in Exclude<Shed, 'upstream'>]: string } = {
  event_loop: 'the event loop is late',
  connection: 'too many requests at once on one connection',
  waiting: 'too many requests wait for their turn',
}

/** Turns requests away before they cost anything. How many an upstream takes is the business of its forwarder. */
export class Admission {
  readonly #concurrency: number
  readonly #throttle: Throttle
  readonly #crowds = new WeakMap<object, Crowd>()

  /** `concurrency`: requests at once on one connection. `throttle`: for all of them together. */
  constructor(concurrency: number, throttle: Throttle) {
    this.#concurrency = concurrency
    this.#throttle = throttle
  }

  /** Why a request shall not even be looked at, if so. */
  refusalOf(request: IncomingMessage, response: ServerResponse): 'connection' | 'event_loop' | undefined {
    // A response without a socket waits for those before it (RFC 9112 section 9.3.2): a request that comes alone is not counted.
    const isCounted = response.socket === null || isHttp2(request)
    if (isCounted && !this.#join(request, response)) return 'connection'
    return this.#throttle.admits() ? undefined : 'event_loop'
  }

  close(): void {
    this.#throttle.close()
  }

  #join(request: IncomingMessage, response: ServerResponse): boolean {
    const isStream = isHttp2(request)
    const connection = isStream ? (request as object as Http2ServerRequest).stream.session : request.socket
    // Of a stream that is gone already.
    if (connection === undefined) return true
    const crowd = this.#crowds.get(connection) ?? new Crowd()
    if (crowd.size === 0) this.#crowds.set(connection, crowd)
    // Of pipelined requests the first is being answered, and is not in the crowd.
    if (crowd.size >= this.#concurrency - (isStream ? 0 : 1)) return false
    crowd.size += 1
    response.once(isStream ? 'close' : 'socket', crowd.leave)
    return true
  }
}

/** Requests that wait behind another of their connection (HTTP/1.1), or streams that are open (HTTP/2). */
class Crowd {
  size = 0
  readonly leave = (): void => {
    this.size -= 1
  }
}
