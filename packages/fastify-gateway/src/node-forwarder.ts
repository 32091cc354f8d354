import { type ClientRequest, Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { carry, type Send } from './carry.ts'
import type { Exchange, ForwarderFactory, Tunnel } from './forward.ts'

/** Milliseconds an idle connection is kept, unless the upstream's Keep-Alive says less. Under the 5 s of a Node upstream. */
const IDLE = 4_000

function distrust(this: Socket): void {
  this.destroy()
}

/** Forwards with `node:http`: the parser, the pool and the TLS of the platform. */
export const createNodeForwarder: ForwarderFactory = upstream => {
  const isSecure = upstream.url.protocol === 'https:'
  const request = isSecure ? requestHttps : requestHttp
  const pool = {
    keepAlive: true,
    maxSockets: upstream.connections,
    maxFreeSockets: upstream.connections,
    timeout: IDLE,
  }
  const trust = upstream.ca === undefined ? {} : { ca: upstream.ca }
  const agent = isSecure ? new HttpsAgent({ ...pool, ...trust }) : new HttpAgent(pool)
  // Bytes that nobody asked for could be taken for the answer to the next request.
  // A connection comes free once more for each request that is given up while it waits, without having been used.
  agent.on('free', (socket: Socket) => socket.off('data', distrust).on('data', distrust))
  const tunnels = new Set<Socket>()
  const most = upstream.connections + upstream.queue
  let inFlight = 0

  const send: Send = ({ method, target }, headers, isFresh): ClientRequest =>
    request({
      ...trust,
      agent: isFresh ? false : agent,
      hostname: upstream.url.hostname.replace(/^\[|\]$/g, ''),
      port: upstream.url.port,
      method,
      path: upstream.basePath + target,
      headers,
    }).on('socket', socket => socket.off('data', distrust))

  function run(exchange: Exchange, tunnel: Tunnel | undefined): void {
    if (inFlight >= most) {
      exchange.fail('overloaded', 'too many requests wait for a connection to the upstream')
      return
    }
    inFlight += 1
    carry(upstream, exchange, tunnel, send, () => {
      inFlight -= 1
    })
  }

  return {
    forward: exchange => run(exchange, undefined),
    upgrade(exchange, tunnel) {
      tunnels.add(tunnel.socket)
      tunnel.socket.once('close', () => tunnels.delete(tunnel.socket))
      run(exchange, tunnel)
    },
    endTunnels() {
      for (const socket of tunnels) socket.destroy()
    },
    load() {
      const queued = Object.values(agent.requests).reduce((sum, waiting = []) => sum + waiting.length, 0)
      return { inFlight: inFlight - queued, queued }
    },
    close: () => agent.destroy(),
  }
}
