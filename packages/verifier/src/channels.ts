import { channel } from 'node:diagnostics_channel'
import type { Outcome } from './outcome.ts'
import type { Ports } from './ports.ts'
import type { Code, Rejection } from './rejections.ts'

/** Name of the `node:diagnostics_channel` on which every stage says how it went. */
export const STAGE_CHANNEL = 'gatehouse:stage'

/** The stages of the pipeline, in order. */
export type Stage = 'extract' | 'possession' | 'resolve' | 'verify' | 'introspect' | 'authorize'

/** What is published: facts about the stage, never a token or a claim. Frozen. */
export interface StageEvent {
  readonly stage: Stage
  readonly outcome: 'ok' | 'rejected'
  readonly code?: Code
  /** The configuration's name of the issuer, where one is known. */
  readonly issuer?: string
  /** For the operator: a constant sentence. */
  readonly cause?: string
  /** Milliseconds for which somebody was waited for; 0 for what was decided at once. */
  readonly ms: number
}

const stages = channel(STAGE_CHANNEL)

/** Publishes how a stage went that is over as soon as it is begun; costs one look when nobody listens. */
export function tell<T, C extends Code>(
  stage: Stage,
  issuer: string | undefined,
  outcome: Outcome<T, C>,
): Outcome<T, C> {
  if (stages.hasSubscribers) publish(stage, issuer, outcome, 0)
  return outcome
}

/** As `tell`, of a stage that has just begun to wait for somebody. One that rejects is a bug and publishes nothing. */
export function observe<T>(
  ports: Ports,
  stage: Stage,
  issuer: string | undefined,
  waiting: Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  if (!stages.hasSubscribers) return waiting
  const start = ports.now()
  waiting.then(
    outcome => publish(stage, issuer, outcome, ports.now() - start),
    () => undefined,
  )
  return waiting
}

function publish(stage: Stage, issuer: string | undefined, outcome: Outcome<unknown>, seconds: number): void {
  if (outcome.ok) {
    stages.publish(seconds === 0 ? instantSuccess(stage, issuer) : success(stage, issuer, seconds))
    return
  }
  stages.publish(rejection(stage, issuer, outcome.rejection, seconds))
}

/** Member by member: rejections come in bursts, and to spread objects into one another is slow. */
function rejection(
  stage: Stage,
  issuer: string | undefined,
  { code, cause, issuer: named }: Rejection,
  seconds: number,
) {
  const event: { -readonly [M in keyof StageEvent]: StageEvent[M] } = {
    stage,
    outcome: 'rejected',
    code,
    ms: seconds * 1000,
  }
  const known = issuer ?? named
  if (known !== undefined) event.issuer = known
  if (cause !== undefined) event.cause = cause
  return Object.freeze(event)
}

const success = (stage: Stage, issuer: string | undefined, seconds: number): StageEvent =>
  Object.freeze({ stage, outcome: 'ok', ...ofIssuer(issuer), ms: seconds * 1000 })

/** Events that every request repeats, one for each stage and issuer of the configuration. */
const instant: { readonly [S in Stage]: Map<string | undefined, StageEvent> } = {
  extract: new Map(),
  possession: new Map(),
  resolve: new Map(),
  verify: new Map(),
  introspect: new Map(),
  authorize: new Map(),
}

function instantSuccess(stage: Stage, issuer: string | undefined): StageEvent {
  const known = instant[stage].get(issuer)
  if (known !== undefined) return known
  const event = success(stage, issuer, 0)
  instant[stage].set(issuer, event)
  return event
}

const ofIssuer = (issuer: string | undefined): { issuer?: string } => (issuer === undefined ? {} : { issuer })
