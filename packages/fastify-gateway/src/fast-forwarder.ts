import {
  checkFieldLines,
  createUpstream,
  type Failure,
  type FieldLines,
  isIdempotent,
  joinFieldLines,
  type Order,
  type Upstream as Origin,
} from '@gatehouse/forwarder'
import { relayInformation } from './answer.ts'
import type { Exchange, ForwarderFactory, ForwardFailure } from './forward.ts'
import { isHttp2 } from './inbound.ts'
import { createNodeForwarder } from './node-forwarder.ts'

/** Seconds: a day, longer than any client waits. */
const FOREVER = 86_400

/** What a failure of the transport is to the caller. Of an upstream, what it sent wrong is as bad as nothing. */
const FAILURES: { readonly [F in Failure]: ForwardFailure } = {
  unreachable: 'upstream_unreachable',
  bad_response: 'upstream_unreachable',
  timeout: 'upstream_timeout',
  overloaded: 'overloaded',
  body_too_large: 'body_too_large',
  bad_request: 'target_ambiguous',
}

/** Forwards with `@gatehouse/forwarder`, and switches protocols with `node:http`. */
export const createFastForwarder: ForwarderFactory = upstream => {
  const { url, basePath, connections, queue, connectTimeout, headersTimeout, bodyTimeout, retries, ca } = upstream
  const patience = connectTimeout > 0 ? connectTimeout : FOREVER
  const origin = createUpstream({
    url: url.origin,
    connections,
    connectTimeout: patience,
    headersTimeout,
    bodyTimeout,
    ...(ca === undefined || url.protocol !== 'https:' ? {} : { ca }),
    limits: { queue, queueTimeout: patience },
  })
  const tunnels = createNodeForwarder(upstream)
  const host = checkFieldLines(`host: ${url.host}\r\n`)

  return {
    forward(exchange) {
      // The transport writes to the connections of HTTP/1.1 only.
      if (isHttp2(exchange.request)) tunnels.forward(exchange)
      else new Leg(origin, exchange, basePath, host, retries).run()
    },
    upgrade: tunnels.upgrade,
    endTunnels: tunnels.endTunnels,
    load() {
      const { busy, queued } = origin.state()
      const { inFlight = 0, queued: others = 0 } = tunnels.load?.() ?? {}
      return { inFlight: busy + inFlight, queued: queued + others }
    },
    close() {
      tunnels.close()
      void origin.close()
    },
  }
}

/** An exchange as the transport sees it. */
class Leg implements Order {
  readonly method: string
  readonly target: string
  readonly standing: FieldLines
  readonly headers: string
  readonly bodyLimit: number
  readonly awaitsContinue: boolean
  readonly #origin: Origin
  readonly #exchange: Exchange
  #triesLeft: number

  constructor(origin: Origin, exchange: Exchange, basePath: string, host: FieldLines, retries: number) {
    const { method, target, standing, headers, body, bodyLimit, awaitsContinue } = exchange
    this.method = method
    this.target = basePath + target
    this.standing = joinFieldLines(host, standing)
    this.headers = headers
    this.bodyLimit = bodyLimit
    this.awaitsContinue = awaitsContinue
    this.#origin = origin
    this.#exchange = exchange
    this.#triesLeft = body === 'none' && isIdempotent(method) ? retries : 0
  }

  run(): void {
    this.#origin.forward(this.#exchange.request, this.#exchange.response, this)
  }

  response(status: number, fields: string[], isWhole: boolean): string[] {
    return this.#exchange.begin(status, fields, isWhole)
  }

  interim(status: number, fields: readonly string[]): void {
    relayInformation(this.#exchange.response, status, fields)
  }

  refuse(failure: Failure, cause: string): void {
    if (failure === 'unreachable' && this.#triesLeft-- > 0) this.run()
    else this.#exchange.fail(FAILURES[failure], cause)
  }

  broken(failure: Failure, cause: string): void {
    const what = failure === 'timeout' ? 'the upstream stalled in its answer' : 'the upstream cut its answer short'
    this.#exchange.cut(`${what}: ${cause}`)
  }
}
