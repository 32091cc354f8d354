import { channel } from 'node:diagnostics_channel'
import type { Outcome } from './outcome.ts'
import type { Ports } from './ports.ts'
import type { Code } from './rejections.ts'

/** Name of the `node:diagnostics_channel` on which every stage says how it went. */
export const STAGE_CHANNEL = 'gatehouse:stage'

/** The stages of the pipeline, in order. */
export type Stage = 'extract' | 'possession' | 'resolve' | 'verify' | 'introspect' | 'authorize'

/** What is published: facts about the stage, never a token or a claim. */
export interface StageEvent {
  readonly stage: Stage
  readonly outcome: 'ok' | 'rejected'
  readonly code?: Code
  /** The configuration's name of the issuer, where one is known. */
  readonly issuer?: string
  /** For the operator: a constant sentence. */
  readonly cause?: string
  /** Milliseconds. */
  readonly ms: number
}

const stages = channel(STAGE_CHANNEL)

/** Runs a stage and publishes how it went; costs one look when nobody listens. A stage that throws is a bug and publishes nothing. */
export function observe<T, R extends Outcome<T> | Promise<Outcome<T>>>(
  ports: Ports,
  stage: Stage,
  issuer: string | undefined,
  run: () => R,
): R {
  if (!stages.hasSubscribers) return run()
  const start = ports.now()
  const result = run()
  if (result instanceof Promise) {
    result.then(
      outcome => publish(stage, issuer, outcome, ports.now() - start),
      () => undefined,
    )
  } else {
    publish(stage, issuer, result, ports.now() - start)
  }
  return result
}

function publish(stage: Stage, issuer: string | undefined, outcome: Outcome<unknown>, seconds: number): void {
  const event: StageEvent = outcome.ok
    ? { stage, outcome: 'ok', ...named(issuer), ms: seconds * 1000 }
    : {
        stage,
        outcome: 'rejected',
        code: outcome.rejection.code,
        ...named(issuer ?? outcome.rejection.issuer),
        ...(outcome.rejection.cause === undefined ? {} : { cause: outcome.rejection.cause }),
        ms: seconds * 1000,
      }
  stages.publish(event)
}

const named = (issuer: string | undefined): { issuer?: string } => (issuer === undefined ? {} : { issuer })
