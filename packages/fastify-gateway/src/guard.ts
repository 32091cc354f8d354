import type { Outcome, Principal } from '@gatehouse/verifier'
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { preflightHeaders } from './cors.ts'
import type { Gateway } from './gateway.ts'
import { locate, type Place, type Surroundings } from './locate.ts'
import { isObserved, publishDecision } from './log.ts'
import { type Admitted, proceed } from './proceed.ts'
import { refuse, setAll } from './refuse.ts'

/**
 * Judges every request before a byte of its body is read, and hands it on or answers. Never calls the next hook: nothing comes after it.
 */
export function createGuard(gateway: Gateway, surroundings: Surroundings): onRequestHookHandler {
  return (request, reply, _next) => {
    try {
      settle(gateway, request, reply, locate(gateway, surroundings, request.raw))
    } catch (error) {
      fail(gateway, request, reply, error)
    }
  }
}

function settle(gateway: Gateway, request: FastifyRequest, reply: FastifyReply, place: Place): void {
  switch (place.kind) {
    case 'route':
      authenticate({ gateway, request, reply, ...place })
      break
    case 'preflight':
      sendPreflight(request, reply, place)
      break
    case 'metadata':
      sendMetadata(reply, place.document)
      break
    case 'nowhere':
      refuse(gateway, request, reply, place.code, place)
  }
}

function authenticate(admitted: Admitted): void {
  const { gateway, request, reply, route, target } = admitted
  if (route.policy === undefined) {
    proceed(admitted, null)
    return
  }
  const { method = '', rawHeaders, socket } = request.raw
  const verdict = gateway.verifier.authenticate(
    { method, target: target.path + target.query, rawHeaders, certificate: () => peerCertificate(socket) },
    route.policy,
  )
  // What is remembered is decided at once: a promise would cost a turn of the loop.
  if (verdict instanceof Promise) {
    verdict.then(outcome => conclude(admitted, outcome)).catch(error => fail(gateway, request, reply, error))
  } else conclude(admitted, verdict)
}

function conclude(admitted: Admitted, outcome: Outcome<Principal>): void {
  if (outcome.ok) {
    proceed(admitted, outcome.value)
    return
  }
  const { gateway, request, reply, route } = admitted
  const { rejection } = outcome
  refuse(gateway, request, reply, rejection.code, {
    route,
    issuer: rejection.issuer,
    cause: rejection.cause,
    challenge: route.policy && gateway.verifier.challenge(rejection, route.policy, gateway.metadata.urlOf(route.path)),
    retryAfter: rejection.code === 'issuer_unavailable' ? rejection.detail.retryAfter : undefined,
  })
}

/** A bug of ours. The caller learns nothing of it, and nothing is forwarded. */
function fail(gateway: Gateway, request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  request.log.error({ err: error }, 'gateway failed')
  if (reply.sent) reply.raw.destroy()
  else refuse(gateway, request, reply, 'internal_error')
}

function sendPreflight(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { route, methods }: Place & { kind: 'preflight' },
): void {
  if (isObserved()) publishDecision({ outcome: 'preflight', route: route.path, status: 204 })
  const wanted = headers['access-control-request-headers']
  if (route.cors !== undefined) setAll(reply, preflightHeaders(route.cors, headers.origin, methods, wanted))
  reply.code(204).send()
}

function sendMetadata(reply: FastifyReply, document: string): void {
  // For scripts of any origin: what it says is public.
  reply.code(200).headers({ 'content-type': 'application/json', 'access-control-allow-origin': '*' })
  reply.send(Buffer.from(document))
}

function peerCertificate(socket: object): Uint8Array | undefined {
  if (!('getPeerCertificate' in socket) || typeof socket.getPeerCertificate !== 'function') return undefined
  const certificate: { raw?: Uint8Array } | null = socket.getPeerCertificate()
  return certificate?.raw
}
