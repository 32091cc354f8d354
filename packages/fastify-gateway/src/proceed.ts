import type { IncomingMessage } from 'node:http'
import type { Principal } from '@gatehouse/verifier'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { plainAddress } from './addresses.ts'
import { BoundedAnswer, BoundedLine } from './bounded.ts'
import { corsHeaders } from './cors.ts'
import { isEventStream, watchEvents } from './event-stream.ts'
import type { Exchange } from './forward.ts'
import type { Gateway } from './gateway.ts'
import { type Sender, shapeRequestHeaders, shapeResponseHeaders } from './headers.ts'
import { assertIdentity } from './identity.ts'
import { isObserved, logCut, publishDecision } from './log.ts'
import { refuse } from './refuse.ts'
import type { Route } from './route.ts'
import type { Supply } from './supply.ts'
import type { Target } from './target.ts'
import type { Line } from './tunnel.ts'
import { upgradeOf } from './upgrade.ts'

/** A request that may go to its upstream, with everything that was decided about it. */
export interface Admitted {
  readonly gateway: Gateway
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly route: Route
  readonly target: Target
  readonly authority: string
  /** Whether the client waits for `100 Continue`. */
  readonly awaitsContinue: boolean
}

const NOTHING: readonly string[] = []

/** Shapes an admitted request and hands it to the forwarder of its upstream. */
export function proceed(admitted: Admitted, principal: Principal | null, supply: Supply | undefined): void {
  const { gateway, request, reply, route, target } = admitted
  const { raw } = request
  // The client may have gone while its token was judged.
  if (reply.raw.destroyed) return
  const body = bodyOf(raw)
  const upgrade = upgradeOf(raw)
  const isTooLarge = typeof body === 'number' && body > gateway.limits.body
  if (isTooLarge) {
    refuse(gateway, request, reply, 'body_too_large', { route })
    return
  }
  if (body === 'coded') {
    // The coding would be lost on the way, and the body be read as something else (RFC 9112 section 6.1).
    refuse(gateway, request, reply, 'target_ambiguous', { route, cause: 'a transfer coding other than chunked' })
    return
  }
  if (upgrade !== undefined && body !== 'none') {
    // The bytes after the head would be content to one reader and the new protocol to another (RFC 9110 section 7.8).
    refuse(gateway, request, reply, 'target_ambiguous', { route, cause: 'an upgrade with a body' })
    return
  }
  const isWebSocket = upgrade?.protocol === 'websocket' && raw.method === 'GET'
  if (isWebSocket && gateway.lines.isEnding) {
    refuse(gateway, request, reply, 'overloaded', { route, cause: 'the gateway is going away' })
    return
  }
  request.principal = principal
  const exchange: Exchange = {
    method: raw.method ?? 'GET',
    target: route.rewrite(target.path) + target.query,
    headers: shapeRequestHeaders(
      gateway.sieve,
      raw.rawHeaders,
      senderOf(admitted),
      route.keepsCredentials,
      assert(principal, route, supply),
    ),
    request: raw,
    response: reply.raw,
    body,
    bodyLimit: gateway.limits.body,
    awaitsContinue: admitted.awaitsContinue,
    begin: (status, fields) => begin(admitted, principal, supply, status, fields),
    fail: (code, cause) => refuse(gateway, request, reply, code, { route, cause }),
    cut: cause => cut(admitted, cause),
  }
  const forwarder = gateway.forwarderOf(route)
  if (upgrade === undefined || !isWebSocket) forwarder.forward(exchange)
  else forwarder.upgrade(exchange, { ...upgrade, joined: line => hold(admitted, principal, line) })
}

const cut = ({ request, route }: Admitted, cause: string): void =>
  logCut(request.log, { outcome: 'cut', route: route.path, upstream: route.upstream, cause })

/** What the gateway says of the caller, as a flat list of names and values. */
function assert(principal: Principal | null, { sources }: Route, supply: Supply | undefined): readonly string[] {
  const asserted = principal === null ? NOTHING : assertIdentity(principal, sources, supply?.claims)
  return supply?.authorization === undefined ? asserted : [...asserted, 'authorization', supply.authorization]
}

/** A WebSocket lasts no longer than its token. */
function hold(admitted: Admitted, principal: Principal | null, line: Line): void {
  const { gateway, route } = admitted
  gateway.lines.add(line)
  if (principal === null) return
  gateway.streams.watch(line.client, new BoundedLine(principal, route.grace, line, cause => cut(admitted, cause)))
}

/** The answer's head: end-to-end fields of the upstream, then what the route and other plugins add. */
function begin(
  admitted: Admitted,
  principal: Principal | null,
  supply: Supply | undefined,
  status: number,
  fields: string[],
): string[] {
  const { gateway, request, reply, route } = admitted
  if (status === 401) supply?.refused?.()
  if (principal !== null && status !== 101) {
    const events = isEventStream(status, fields) ? watchEvents(reply.raw) : undefined
    gateway.streams.watch(
      reply.raw,
      new BoundedAnswer(principal, route.grace, reply.raw, events, cause => cut(admitted, cause)),
    )
  }
  if (isObserved()) publishDecision({ outcome: 'forwarded', route: route.path, upstream: route.upstream, status })
  const headers = route.cors === undefined ? fields : shapeResponseHeaders(fields, status, true)
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) headers.push(name, String(each))
  }
  if (route.cors !== undefined) headers.push(...corsHeaders(route.cors, request.headers.origin))
  reply.hijack()
  return headers
}

function senderOf({ gateway, request, authority }: Admitted): Sender {
  const { socket } = request.raw
  const address = plainAddress(socket.remoteAddress)
  return {
    address,
    isTrusted: gateway.isTrusted(address),
    scheme: 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http',
    authority,
  }
}

/** How the client frames its body (RFC 9112 section 6.3); the parser has refused whoever says both or says it twice. */
function bodyOf({ headers }: IncomingMessage): Exchange['body'] | 'coded' {
  const coding = headers['transfer-encoding']
  if (coding !== undefined) return coding.toLowerCase() === 'chunked' ? 'chunked' : 'coded'
  const length = Number(headers['content-length'] ?? 0)
  return length > 0 ? length : 'none'
}
