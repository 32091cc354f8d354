import type { IncomingMessage, ServerResponse } from 'node:http'
import { type FieldLines, joinFieldLines } from '@gatehouse/forwarder'
import type { Principal } from '@gatehouse/verifier'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { BoundedAnswer, BoundedLine } from './bounded.ts'
import { corsHeaders } from './cors.ts'
import { isEventStream, watchEvents } from './event-stream.ts'
import { addFields } from './fields.ts'
import type { Exchange, ForwardFailure } from './forward.ts'
import type { Gateway } from './gateway.ts'
import { shapeResponseHeaders, writeRequestHeaders } from './headers.ts'
import { bodyOf, fieldsOf } from './inbound.ts'
import { isObserved, logCut, publishDecision } from './log.ts'
import { refuse } from './refuse.ts'
import type { Route } from './route.ts'
import { describeSender } from './sender.ts'
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

/** Shapes an admitted request and hands it to the forwarder of its upstream. */
export function proceed(admitted: Admitted, principal: Principal | null, supply: Supply | undefined): void {
  const { gateway, request, reply, route } = admitted
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
  const passage = new Passage(admitted, principal, supply, body)
  const forwarder = gateway.forwarderOf(route)
  if (upgrade === undefined || !isWebSocket) forwarder.forward(passage)
  else forwarder.upgrade(passage, { ...upgrade, joined: line => passage.hold(line) })
}

/** One admitted request on its way. */
class Passage implements Exchange {
  readonly method: string
  readonly target: string
  readonly standing: FieldLines
  readonly headers: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Exchange['body']
  readonly bodyLimit: number
  readonly awaitsContinue: boolean
  readonly #admitted: Admitted
  readonly #principal: Principal | null
  readonly #supply: Supply | undefined

  constructor(admitted: Admitted, principal: Principal | null, supply: Supply | undefined, body: Exchange['body']) {
    const { gateway, request, reply, route, target, authority, awaitsContinue } = admitted
    const { raw } = request
    const sender = gateway.senderOf(raw, authority)
    this.method = raw.method ?? 'GET'
    this.target = route.rewrite(target.path) + target.query
    const origin = describeSender(sender)
    this.standing = principal === null ? origin : joinFieldLines(origin, route.describe(principal, supply?.claims))
    const headers = writeRequestHeaders(gateway.sieve, fieldsOf(raw), sender, route.keepsCredentials)
    this.headers =
      supply?.authorization === undefined ? headers : `${headers}authorization: ${supply.authorization}\r\n`
    this.request = raw
    this.response = reply.raw
    this.body = body
    this.bodyLimit = gateway.limits.body
    this.awaitsContinue = awaitsContinue
    this.#admitted = admitted
    this.#principal = principal
    this.#supply = supply
  }

  /** End-to-end fields of the upstream, then what the route and other plugins add. */
  begin(status: number, fields: string[], isWhole: boolean): string[] {
    const { request, reply, route } = this.#admitted
    if (status === 401) this.#supply?.refused?.()
    if (!isWhole && status !== 101) this.#watch(status, fields)
    if (isObserved()) publishDecision({ outcome: 'forwarded', route: route.path, upstream: route.upstream, status })
    const headers = route.cors === undefined ? fields : shapeResponseHeaders(fields, status, true)
    addFields(headers, reply.getHeaders())
    if (route.cors !== undefined) headers.push(...corsHeaders(route.cors, request.headers.origin))
    reply.hijack()
    return headers
  }

  fail(code: ForwardFailure, cause: string): void {
    const { gateway, request, reply, route } = this.#admitted
    refuse(gateway, request, reply, code, { route, cause, shed: code === 'overloaded' ? 'upstream' : undefined })
  }

  cut(cause: string): void {
    const { request, route } = this.#admitted
    logCut(request.log, { outcome: 'cut', route: route.path, upstream: route.upstream, cause })
  }

  /** An answer that takes its time lasts no longer than its token. */
  #watch(status: number, fields: readonly string[]): void {
    const { gateway, reply, route } = this.#admitted
    if (this.#principal === null) return
    const events = isEventStream(status, fields) ? watchEvents(reply.raw) : undefined
    const answer = new BoundedAnswer(this.#principal, route.grace, reply.raw, events, cause => this.cut(cause))
    gateway.streams.watch(reply.raw, answer)
  }

  /** Nor does a WebSocket. */
  hold(line: Line): void {
    const { gateway, route } = this.#admitted
    gateway.lines.add(line)
    if (this.#principal === null) return
    gateway.streams.watch(line.client, new BoundedLine(this.#principal, route.grace, line, cause => this.cut(cause)))
  }
}
