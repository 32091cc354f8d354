import { channel } from 'node:diagnostics_channel'
import type { FastifyBaseLogger } from 'fastify'
import type { Shed } from './admission.ts'
import type { RefusalCode } from './errors.ts'

/** Name of the `node:diagnostics_channel` on which every decision about a request is published. */
export const DECISION_CHANNEL = 'gatehouse:decision'

/** What was decided about one request. Names from the configuration and constant sentences, never a token, a claim or a path. */
export interface DecisionEvent {
  readonly outcome: 'forwarded' | 'refused' | 'preflight' | 'cut'
  /** Path pattern of the route, where one was found. */
  readonly route?: string
  /** The configuration's name of the issuer, where one is known. */
  readonly issuer?: string
  readonly upstream?: string
  /** Status of the answer; for `forwarded` the upstream's. */
  readonly status?: number
  readonly code?: RefusalCode
  readonly cause?: string
  /** Of `overloaded`: whose limit the request was turned away by. */
  readonly shed?: Shed
  readonly traceId?: string
}

const decisions = channel(DECISION_CHANNEL)

export function publishDecision(event: DecisionEvent): void {
  if (decisions.hasSubscribers) decisions.publish(event)
}

/** Whether making an event is worth its cost. */
export const isObserved = (): boolean => decisions.hasSubscribers

interface Circumstances {
  readonly route?: { readonly path: string; readonly upstream: string } | undefined
  readonly issuer?: string | undefined
  readonly cause?: string | undefined
  readonly shed?: Shed | undefined
}

/** Member by member: refusals come in bursts, and to spread objects into one another is slow. */
export function describeRefusal(
  code: RefusalCode,
  status: number,
  traceId: string,
  { route, issuer, cause, shed }: Circumstances,
): DecisionEvent {
  const event: { -readonly [M in keyof DecisionEvent]: DecisionEvent[M] } = {
    outcome: 'refused',
    status,
    code,
    traceId,
  }
  if (route !== undefined) {
    event.route = route.path
    event.upstream = route.upstream
  }
  if (issuer !== undefined) event.issuer = issuer
  if (cause !== undefined) event.cause = cause
  if (shed !== undefined) event.shed = shed
  return Object.freeze(event)
}

/** One line a refusal: information where the caller is wrong, a warning where a server is, an error where the gateway is. */
export function logRefusal(log: FastifyBaseLogger, event: DecisionEvent): void {
  const status = event.status ?? 500
  const level = event.code === 'internal_error' ? 'error' : status >= 500 ? 'warn' : 'info'
  log[level](event, 'request refused')
  publishDecision(event)
}

/** An answer that had begun and could not be finished. */
export function logCut(log: FastifyBaseLogger, event: DecisionEvent): void {
  log.warn({ ...event }, 'answer cut')
  publishDecision(event)
}
