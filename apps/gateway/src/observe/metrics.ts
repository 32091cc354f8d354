import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { DECISION_CHANNEL, type DecisionEvent } from '@gatehouse/fastify-gateway'
import { STAGE_CHANNEL, type StageEvent } from '@gatehouse/verifier'
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** Stands for a label that does not apply. */
const NONE = 'none'

export interface Metrics {
  readonly contentType: string
  /** One answer that ended. */
  answered(status: number, seconds: number): void
  /** Something that never was a request, answered with this status. */
  malformed(status: number, code: string): void
  /** One request to an identity provider. */
  asked(kind: string, outcome: string): void
  render(): Promise<string>
  close(): void
}

/**
 * Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). Labels come from the configuration and from
 * closed tables, never from a request: their number is bounded.
 */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'gatehouse_requests_total',
    help: 'Requests, by route, outcome, status and refusal code',
    labelNames: ['route', 'outcome', 'status', 'code'] as const,
    registers,
  })
  const durations = new Histogram({
    name: 'gatehouse_request_duration_seconds',
    help: 'From the request head to the end of the answer, by class of the status',
    labelNames: ['class'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const stages = new Histogram({
    name: 'gatehouse_stage_duration_seconds',
    help: 'Duration of a stage of verification',
    labelNames: ['stage'] as const,
    buckets: [0.00001, 0.0001, 0.001, 0.01, 0.1, 1, 5],
    registers,
  })
  const rejections = new Counter({
    name: 'gatehouse_rejections_total',
    help: 'Refusals of the verifier, by stage, code and issuer',
    labelNames: ['stage', 'code', 'issuer'] as const,
    registers,
  })
  const provider = new Counter({
    name: 'gatehouse_provider_requests_total',
    help: 'Requests to identity providers, by kind (discovery, jwks, introspection) and outcome (a status class or error)',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  })

  const onStage = (message: unknown) => {
    const event = message as StageEvent
    stages.observe({ stage: event.stage }, event.ms / 1000)
    if (event.code !== undefined) rejections.inc({ stage: event.stage, code: event.code, issuer: event.issuer ?? NONE })
  }
  const onDecision = (message: unknown) => {
    const { route = NONE, outcome, status = 0, code = NONE } = message as DecisionEvent
    requests.inc({ route, outcome, status, code })
  }
  subscribe(STAGE_CHANNEL, onStage)
  subscribe(DECISION_CHANNEL, onDecision)

  return {
    contentType: registry.contentType,
    answered: (status, seconds) => durations.observe({ class: `${Math.floor(status / 100)}xx` }, seconds),
    malformed: (status, code) => requests.inc({ route: NONE, outcome: 'malformed', status, code }),
    asked: (kind, outcome) => provider.inc({ kind, outcome }),
    render: () => registry.metrics(),
    close() {
      unsubscribe(STAGE_CHANNEL, onStage)
      unsubscribe(DECISION_CHANNEL, onDecision)
      registry.clear()
    },
  }
}
