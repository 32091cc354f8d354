import type { IncomingMessage } from 'node:http'
import type { Principal } from '@gatehouse/verifier'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { plainAddress } from './addresses.ts'
import { corsHeaders } from './cors.ts'
import type { Exchange } from './forward.ts'
import type { Gateway } from './gateway.ts'
import { type Sender, shapeRequestHeaders, shapeResponseHeaders } from './headers.ts'
import { assertIdentity } from './identity.ts'
import { isObserved, logCut, publishDecision } from './log.ts'
import { refuse } from './refuse.ts'
import type { Route } from './route.ts'
import type { Target } from './target.ts'
import { upgradeOf } from './upgrade.ts'

/** A request that may go to its upstream, with everything that was decided about it. */
export interface Admitted {
  readonly gateway: Gateway
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly route: Route
  readonly target: Target
  readonly authority: string
}

const NOTHING: readonly string[] = []

/** Shapes an admitted request and hands it to the forwarder of its upstream. */
export function proceed(admitted: Admitted, principal: Principal | null): void {
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
  if (upgrade !== undefined && body !== 'none') {
    // The bytes after the head would be content to one reader and the new protocol to another (RFC 9110 section 7.8).
    refuse(gateway, request, reply, 'target_ambiguous', { route, cause: 'an upgrade with a body' })
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
      principal === null ? NOTHING : assertIdentity(principal, route.sources),
    ),
    request: raw,
    response: reply.raw,
    body,
    bodyLimit: gateway.limits.body,
    begin: (status, rawHeaders) => begin(admitted, status, rawHeaders),
    fail: (code, cause) => refuse(gateway, request, reply, code, { route, cause }),
    cut: cause => logCut(request.log, { outcome: 'cut', route: route.path, upstream: route.upstream, cause }),
  }
  const forwarder = gateway.forwarderOf(route)
  if (upgrade?.protocol === 'websocket' && exchange.method === 'GET') forwarder.upgrade(exchange, upgrade)
  else forwarder.forward(exchange)
}

/** The answer's head: end-to-end fields of the upstream, then what the route and other plugins add. */
function begin({ request, reply, route }: Admitted, status: number, rawHeaders: readonly string[]): string[] {
  if (isObserved()) publishDecision({ outcome: 'forwarded', route: route.path, upstream: route.upstream, status })
  const headers = shapeResponseHeaders(rawHeaders, status, route.cors !== undefined)
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
function bodyOf({ headers }: IncomingMessage): Exchange['body'] {
  if (headers['transfer-encoding'] !== undefined) return 'chunked'
  const length = Number(headers['content-length'] ?? 0)
  return length > 0 ? length : 'none'
}
