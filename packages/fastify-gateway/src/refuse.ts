import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { corsHeaders } from './cors.ts'
import { type RefusalCode, type RefusalFacts, renderRefusal } from './errors.ts'
import type { Gateway } from './gateway.ts'
import { stopReading } from './inbound.ts'
import { logRefusal } from './log.ts'
import type { Route } from './route.ts'

/** What is known of a refusal beyond its code. */
export interface Refusal extends RefusalFacts {
  readonly route?: Route | undefined
  readonly issuer?: string | undefined
  /** For the operator only. */
  readonly cause?: string | undefined
}

/** Answers with a problem document, with the CORS headers of the route, and logs one line. */
export function refuse(
  gateway: Gateway,
  request: FastifyRequest,
  reply: FastifyReply,
  code: RefusalCode,
  { route, issuer, cause, ...facts }: Refusal = {},
): void {
  const traceId = traceIdOf(request, gateway)
  const { status, headers, body } = renderRefusal(code, { ...facts, traceId })
  logRefusal(request.log, {
    outcome: 'refused',
    status,
    code,
    traceId,
    ...(route === undefined ? {} : { route: route.path, upstream: route.upstream }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(cause === undefined ? {} : { cause }),
  })
  discardBody(request.raw, gateway.limits.body)
  reply.code(status).headers(headers)
  if (route?.cors !== undefined) setAll(reply, corsHeaders(route.cors, request.headers.origin))
  // As bytes: of text, Fastify would change the media type.
  reply.send(Buffer.from(body))
}

/** Sets a flat list of names and values. */
export function setAll(reply: FastifyReply, fields: readonly string[]): void {
  for (let index = 0; index + 1 < fields.length; index += 2) reply.header(fields[index] ?? '', fields[index + 1])
}

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

/** The caller's trace (W3C Trace Context), else a new one: what a refusal is found by in the log. */
function traceIdOf(request: FastifyRequest, { ports }: Gateway): string {
  const parent = request.headers.traceparent
  const traced = typeof parent === 'string' ? TRACEPARENT.exec(parent)?.[1] : undefined
  return traced ?? Buffer.from(ports.random(16)).toString('hex')
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
