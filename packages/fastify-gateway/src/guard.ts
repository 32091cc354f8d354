import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Outcome, Principal, Rejection } from '@gatehouse/verifier'
import { isPreflight, preflightHeaders } from './cors.ts'
import type { Gateway } from './gateway.ts'
import { isObserved, publishDecision } from './log.ts'
import { type Admitted, proceed } from './proceed.ts'
import { type Refusal, refuse, setAll } from './refuse.ts'
import type { Route } from './route.ts'
import { allowedMethods, type Resource, routeFor } from './routes.ts'
import { judgeTarget, readAuthority, type Target } from './target.ts'
import type { RefusalCode } from './errors.ts'

/** What the application around the gateway decides. */
export interface Surroundings {
  /** Where the plugin is mounted: no part of what is matched and sent. */
  readonly prefix: string
  /** Methods that the server routes. */
  readonly methods: readonly string[]
}

/**
 * Judges every request before a byte of its body is read: target, host, route, method, credential, in this order, and hands it on or
 * answers. Never calls the next hook: nothing comes after it.
 */
export function createGuard(gateway: Gateway, surroundings: Surroundings): onRequestHookHandler {
  return (request, reply, _next) => {
    try {
      judge(gateway, surroundings, request, reply)
    } catch (error) {
      fail(gateway, request, reply, error)
    }
  }
}

function judge(gateway: Gateway, { prefix, methods }: Surroundings, request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = request
  const method = raw.method ?? ''
  const no = (code: RefusalCode, refusal?: Refusal) => refuse(gateway, request, reply, code, refusal)

  if (sizeOf(raw.rawHeaders) > gateway.limits.headers) return no('headers_too_large')
  const target = judgeTarget(raw.url?.slice(prefix.length) || '/')
  if (target === undefined) return no('target_ambiguous', { cause: 'the request target' })
  const authority = readAuthority(raw.rawHeaders)
  if (authority === undefined) return no('target_ambiguous', { cause: 'the Host header' })

  const resource = gateway.table.find(target.key, authority)
  if (resource === undefined || resource.path === '/*') {
    const document = gateway.metadata.find(target.key)
    if (document !== undefined && (method === 'GET' || method === 'HEAD')) return sendMetadata(reply, document)
  }
  if (resource === undefined) return no(target.concerns.length > 0 ? 'target_ambiguous' : 'route_not_found')

  if (isPreflight(method, request.headers)) {
    const asked = routeFor(resource, String(request.headers['access-control-request-method']))
    const route = asked ?? resource.routes.find(({ cors }) => cors !== undefined)
    if (route?.cors !== undefined && isClear(gateway, target, authority, resource, route)) {
      return sendPreflight(request, reply, resource, route, methods)
    }
  }
  const route = routeFor(resource, method)
  if (route === undefined) {
    const some = resource.routes.find(({ cors }) => cors !== undefined)
    return no('method_not_allowed', { allow: allowedMethods(resource.routes, methods), route: some })
  }
  if (!isClear(gateway, target, authority, resource, route)) {
    return no('target_ambiguous', { route, cause: `the path has ${target.concerns.join(' and ')}` })
  }

  const admitted = { gateway, request, reply, route, target, authority }
  if (route.policy === undefined) return proceed(admitted, null)
  const verdict = gateway.verifier.authenticate(
    {
      method,
      target: target.path + target.query,
      rawHeaders: raw.rawHeaders,
      certificate: () => peerCertificate(raw.socket),
    },
    route.policy,
  )
  if (!(verdict instanceof Promise)) return conclude(admitted, verdict)
  verdict.then(outcome => conclude(admitted, outcome)).catch(error => fail(gateway, request, reply, error))
}

/** Only what the route allows, and only where every reading of the path leads to the same place. */
function isClear(gateway: Gateway, target: Target, authority: string, resource: Resource<Route>, route: Route): boolean {
  if (target.concerns.length === 0) return true
  return (
    target.concerns.every(concern => route.allows.has(concern)) &&
    gateway.table.find(target.reading, authority) === resource
  )
}

function conclude(admitted: Admitted, outcome: Outcome<Principal>): void {
  if (outcome.ok) return proceed(admitted, outcome.value)
  const { gateway, request, reply, route } = admitted
  refuse(gateway, request, reply, outcome.rejection.code, describe(gateway, route, outcome.rejection))
}

function describe({ verifier, metadata }: Gateway, route: Route, rejection: Rejection): Refusal {
  const challenge =
    route.policy === undefined ? undefined : verifier.challenge(rejection, route.policy, metadata.urlOf(route.path))
  const retryAfter = rejection.code === 'issuer_unavailable' ? rejection.detail.retryAfter : undefined
  return { route, issuer: rejection.issuer, cause: rejection.cause, challenge, retryAfter }
}

/** A bug of ours. The caller learns nothing of it, and nothing is forwarded. */
function fail(gateway: Gateway, request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  request.log.error({ err: error }, 'gateway failed')
  if (!reply.sent) refuse(gateway, request, reply, 'internal_error')
  else reply.raw.destroy()
}

function sendPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  resource: Resource<Route>,
  route: Route,
  methods: readonly string[],
): void {
  const { origin, 'access-control-request-headers': wanted } = request.headers
  if (isObserved()) publishDecision({ outcome: 'preflight', route: route.path, status: 204 })
  const open = allowedMethods(
    resource.routes.filter(({ cors }) => cors !== undefined),
    methods,
  )
  if (route.cors !== undefined) setAll(reply, preflightHeaders(route.cors, origin, open, wanted))
  reply.code(204).send()
}

function sendMetadata(reply: FastifyReply, document: string): void {
  reply.code(200).headers({ 'content-type': 'application/json', 'access-control-allow-origin': '*' }).send(Buffer.from(document))
}

function sizeOf(rawHeaders: readonly string[]): number {
  let size = 0
  // Each field costs a colon, a space and a line end besides (RFC 9112 section 5).
  for (const part of rawHeaders) size += part.length + 2
  return size
}

function peerCertificate(socket: object): Uint8Array | undefined {
  if (!('getPeerCertificate' in socket) || typeof socket.getPeerCertificate !== 'function') return undefined
  const certificate: { raw?: Uint8Array } | null = socket.getPeerCertificate()
  return certificate?.raw
}
