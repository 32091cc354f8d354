import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Shed } from './admission.ts'
import { corsHeaders } from './cors.ts'
import { type RefusalCode, type RefusalFacts, renderRefusal } from './errors.ts'
import type { Gateway } from './gateway.ts'
import { bodyOf, stopReading } from './inbound.ts'
import { describeRefusal, logRefusal } from './log.ts'
import type { Route } from './route.ts'

/** What is known of a refusal beyond its code. */
export interface Refusal extends RefusalFacts {
  readonly route?: Route | undefined
  readonly issuer?: string | undefined
  /** For the operator only. */
  readonly cause?: string | undefined
  /** Of `overloaded`: whose limit it was. */
  readonly shed?: Shed | undefined
}

/**
 * Answers with a problem document, with the CORS headers of the route, and logs one line. Where no body follows, the answer leaves with the
 * others of this turn of the event loop: a burst of refusals would else cost a waking of its receiver each, which is most of what they cost.
 * A client that still sends its body is told at once.
 */
export function refuse(
  gateway: Gateway,
  request: FastifyRequest,
  reply: FastifyReply,
  code: RefusalCode,
  refusal: Refusal = {},
): void {
  const { route } = refusal
  const traceId = traceIdOf(request, gateway)
  const { status, headers, body } = renderRefusal(code, refusal, traceId)
  logRefusal(request.log, describeRefusal(code, status, traceId, refusal))
  reply.code(status).headers(headers)
  if (route?.cors !== undefined) setAll(reply, corsHeaders(route.cors, request.headers.origin))
  if (bodyOf(request.raw) === 'none') {
    setImmediate(send, reply, body)
    return
  }
  discardBody(request.raw, gateway.limits.body)
  send(reply, body)
}

function send(reply: FastifyReply, body: string): void {
  // As bytes: of text, Fastify would change the media type.
  if (!reply.sent && !reply.raw.destroyed) reply.send(Buffer.from(body))
}

/** Sets a flat list of names and values. */
export function setAll(reply: FastifyReply, fields: readonly string[]): void {
  for (let index = 0; index + 1 < fields.length; index += 2) reply.header(fields[index] ?? '', fields[index + 1])
}

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

/** The caller's trace (W3C Trace Context), else a new one: what a refusal is found by in the log. */
function traceIdOf(request: FastifyRequest, { traceIds }: Gateway): string {
  const parent = request.headers.traceparent
  const traced = typeof parent === 'string' ? TRACEPARENT.exec(parent)?.[1] : undefined
  return traced ?? traceIds.next()
}

/** Reads on, so that the client gets to see the answer, but not for ever: closing on unread bytes would reset the connection. */
function discardBody(request: IncomingMessage, limit: number): void {
  if (request.complete || request.destroyed) return
  let discarded = 0
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > limit) stopReading(request)
  })
  request.resume()
}
