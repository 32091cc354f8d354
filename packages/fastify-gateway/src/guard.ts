import type { Outcome, Principal, Rejection } from '@gatehouse/verifier'
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { SHED } from './admission.ts'
import { preflightHeaders } from './cors.ts'
import { takeExpectation } from './expect.ts'
import type { Gateway } from './gateway.ts'
import { fieldsOf, isHttp2 } from './inbound.ts'
import { takeStatement } from './intake.ts'
import { locate, type Place, type Surroundings } from './locate.ts'
import { isObserved, publishDecision } from './log.ts'
import { type Admitted, proceed } from './proceed.ts'
import { refuse, setAll } from './refuse.ts'
import type { Route } from './route.ts'
import type { Supply } from './supply.ts'

/**
 * Judges every request before a byte of its body is read, and hands it on or answers. Never calls the next hook: nothing comes after it.
 */
export function createGuard(gateway: Gateway, surroundings: Surroundings): onRequestHookHandler {
  return (request, reply, _next) => {
    try {
      const awaitsContinue = takeExpectation(request.raw)
      const shed = gateway.admission.refusalOf(request.raw, reply.raw)
      if (shed !== undefined) turnAway(gateway, request, reply, shed)
      else if (gateway.entrance.passes())
        settle(gateway, request, reply, locate(gateway, surroundings, request.raw), awaitsContinue)
      else wait(gateway, surroundings, request, reply, awaitsContinue)
    } catch (error) {
      fail(gateway, request, reply, error)
    }
  }
}

function wait(
  gateway: Gateway,
  surroundings: Surroundings,
  request: FastifyRequest,
  reply: FastifyReply,
  awaitsContinue: boolean,
): void {
  const attempt = (answer: () => void): void => {
    // The client may have gone while others went before it.
    if (reply.raw.destroyed) return
    try {
      answer()
    } catch (error) {
      fail(gateway, request, reply, error)
    }
  }
  const find = (): Place => locate(gateway, surroundings, request.raw)
  const turn = {
    begin: () => attempt(() => settle(gateway, request, reply, find(), awaitsContinue)),
    turnAway: () =>
      attempt(() =>
        gateway.entrance.isCrowded
          ? turnAway(gateway, request, reply, 'waiting')
          : spare(gateway, request, reply, find(), awaitsContinue),
      ),
  }
  if (!gateway.entrance.wait(turn)) turn.turnAway()
}

/**
 * Where there is no room: what costs hardly anything is answered as ever, a token that is bad at a glance among it. The rest is turned away;
 * where too many come for that, all are, and nothing of them is looked at.
 */
function spare(
  gateway: Gateway,
  request: FastifyRequest,
  reply: FastifyReply,
  place: Place,
  awaitsContinue: boolean,
): void {
  if (place.kind === 'intake') turnAway(gateway, request, reply, 'waiting')
  else if (place.kind !== 'route') {
    gateway.entrance.excuse()
    settle(gateway, request, reply, place, awaitsContinue)
  } else if (rejectAtGlance(gateway, request, reply, place.route)) gateway.entrance.excuse()
  else turnAway(gateway, request, reply, 'waiting')
}

function rejectAtGlance(gateway: Gateway, request: FastifyRequest, reply: FastifyReply, route: Route): boolean {
  if (route.policy === undefined) return false
  const bad = gateway.verifier.glance({ rawHeaders: fieldsOf(request.raw) }, route.policy)
  if (bad === undefined) return false
  request.gatehouseRoute = route.path
  reject({ gateway, request, reply, route }, bad.rejection)
  return true
}

function turnAway(gateway: Gateway, request: FastifyRequest, reply: FastifyReply, shed: keyof typeof SHED): void {
  // What else it has sent would only be refused as well. HTTP/2 has no such field (RFC 9113 section 8.2.2).
  if (shed === 'connection' && !isHttp2(request.raw)) reply.header('connection', 'close')
  refuse(gateway, request, reply, 'overloaded', { shed, cause: SHED[shed] })
}

function settle(
  gateway: Gateway,
  request: FastifyRequest,
  reply: FastifyReply,
  place: Place,
  awaitsContinue: boolean,
): void {
  switch (place.kind) {
    case 'route':
      request.gatehouseRoute = place.route.path
      authenticate({
        gateway,
        request,
        reply,
        awaitsContinue,
        route: place.route,
        target: place.target,
        authority: place.authority,
      })
      break
    case 'preflight':
      request.gatehouseRoute = place.route.path
      sendPreflight(request, reply, place)
      break
    case 'metadata':
      sendMetadata(reply, place.document)
      break
    case 'intake':
      if (awaitsContinue) reply.raw.writeContinue()
      takeStatement(gateway, request, reply, place.intake).catch(error => fail(gateway, request, reply, error))
      break
    case 'nowhere':
      request.gatehouseRoute = place.route?.path ?? place.path ?? null
      refuse(gateway, request, reply, place.code, place)
  }
}

function authenticate(admitted: Admitted): void {
  const { gateway, request, reply, route, target } = admitted
  if (route.policy === undefined) {
    equip(admitted, null)
    return
  }
  const { method = '' } = request.raw
  const rawHeaders = fieldsOf(request.raw)
  const verdict = gateway.verifier.authenticate(
    { method, target: target.path + target.query, rawHeaders, certificate: () => gateway.certificateOf(request.raw) },
    route.policy,
  )
  // What is remembered is decided at once: a promise would cost a turn of the loop.
  if (verdict instanceof Promise) {
    verdict.then(outcome => conclude(admitted, outcome)).catch(error => fail(gateway, request, reply, error))
  } else conclude(admitted, verdict)
}

function conclude(admitted: Admitted, outcome: Outcome<Principal>): void {
  if (outcome.ok) equip(admitted, outcome.value)
  else reject(admitted, outcome.rejection)
}

/** Gets what the upstream is given beyond the caller's own claims, where the route says so. */
function equip(admitted: Admitted, principal: Principal | null): void {
  const { gateway, request, reply, route } = admitted
  if (route.supply === undefined) {
    proceed(admitted, principal, undefined)
    return
  }
  const supplied = route.supply(principal, () => tokenOf(request))
  const hand = (outcome: Outcome<Supply>) => {
    if (outcome.ok) proceed(admitted, principal, outcome.value)
    else reject(admitted, outcome.rejection)
  }
  if (supplied instanceof Promise) supplied.then(hand).catch(error => fail(gateway, request, reply, error))
  else hand(supplied)
}

/** Of a request that was admitted: one scheme, spaces, the token. */
const tokenOf = ({ headers }: FastifyRequest): string => headers.authorization?.trim().split(/ +/)[1] ?? ''

function reject(
  { gateway, request, reply, route }: Pick<Admitted, 'gateway' | 'request' | 'reply' | 'route'>,
  rejection: Rejection,
): void {
  const nonce =
    'detail' in rejection && rejection.detail !== undefined && 'nonce' in rejection.detail
      ? rejection.detail.nonce
      : undefined
  // RFC 9449 section 8: the next proof is to hold it.
  if (nonce !== undefined) reply.header('dpop-nonce', nonce)
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
