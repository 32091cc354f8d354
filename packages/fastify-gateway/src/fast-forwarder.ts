import { createUpstream, type Failure, type Order } from '@gatehouse/forwarder'
import { relayInformation } from './answer.ts'
import type { Exchange, ForwarderFactory, ForwardFailure } from './forward.ts'
import { createNodeForwarder } from './node-forwarder.ts'

/** Requests that may wait for a connection, for each connection allowed; more than that is refused at once. */
const QUEUE_PER_CONNECTION = 16

/** Seconds: a day, longer than any client waits. */
const FOREVER = 86_400

/** May be repeated when the first try may have arrived (RFC 9110 section 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

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
  const { url, basePath, connections, connectTimeout, headersTimeout, bodyTimeout, retries, ca } = upstream
  const patience = connectTimeout > 0 ? connectTimeout : FOREVER
  const origin = createUpstream({
    url: url.origin,
    connections,
    connectTimeout: patience,
    headersTimeout,
    bodyTimeout,
    ...(ca === undefined || url.protocol !== 'https:' ? {} : { ca }),
    limits: { queue: connections * QUEUE_PER_CONNECTION, queueTimeout: patience },
  })
  const tunnels = createNodeForwarder(upstream)
  const host = `host: ${url.host}\r\n`

  function forward(exchange: Exchange): void {
    const { method, target, headers, request, response, body, bodyLimit, awaitsContinue, begin, fail, cut } = exchange
    let triesLeft = body === 'none' && IDEMPOTENT.has(method) ? retries : 0
    const order: Order = {
      method,
      target: basePath + target,
      headers: host + writeFields(headers),
      bodyLimit,
      awaitsContinue,
      response: begin,
      interim: (status, fields) => relayInformation(response, status, fields),
      refuse(failure, cause) {
        if (failure !== 'unreachable' || triesLeft-- <= 0) fail(FAILURES[failure], cause)
        else origin.forward(request, response, order)
      },
      broken: (failure, cause) =>
        cut(
          `${failure === 'timeout' ? 'the upstream stalled in its answer' : 'the upstream cut its answer short'}: ${cause}`,
        ),
    }
    origin.forward(request, response, order)
  }

  return {
    forward,
    upgrade: tunnels.upgrade,
    endTunnels: tunnels.endTunnels,
    close() {
      tunnels.close()
      void origin.close()
    },
  }
}

/** Field lines of a flat list of names and values. */
function writeFields(fields: readonly string[]): string {
  let lines = ''
  for (let at = 0; at + 1 < fields.length; at += 2) lines += `${fields[at]}: ${fields[at + 1]}\r\n`
  return lines
}
