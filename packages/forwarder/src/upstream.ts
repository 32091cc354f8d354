import type { IncomingMessage, ServerResponse } from 'node:http'
import { Exchange } from './exchange.ts'
import { readOptions, type UpstreamOptions } from './options.ts'
import type { Order } from './order.ts'
import { Pool } from './pool.ts'
import { type Ports, systemPorts } from './ports.ts'

/** What an upstream is doing at the moment. */
export interface UpstreamState {
  /** Connections that are being opened or carry an exchange. */
  readonly busy: number
  readonly idle: number
  /** Exchanges that wait for a connection. */
  readonly queued: number
}

/** One origin and the connections to it. */
export interface Upstream {
  /**
   * Sends a request on and its answer back. Call it before anything has read the request's body or written to the response. Throws a
   * TypeError where `order` can not be put on the wire as it is: that is a bug of the caller, who shapes it.
   */
  forward(request: IncomingMessage, response: ServerResponse, order: Order): void
  state(): UpstreamState
  /** Closes what is idle, refuses what comes, lets the rest end; resolves when no connection is left. */
  close(): Promise<void>
}

/** Connects lazily. Throws a TypeError that names the option where one is wrong. */
export function createUpstream(options: UpstreamOptions, ports: Ports = systemPorts): Upstream {
  const pool = new Pool(readOptions(options), ports)
  return {
    forward: (request, response, order) => new Exchange(pool, request, response, order).start(),
    state: () => ({ busy: pool.busy, idle: pool.idle, queued: pool.queued }),
    close: () => pool.close(),
  }
}
