import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { DECISION_CHANNEL, type DecisionEvent } from '@gatehouse/fastify-gateway'
import { STAGE_CHANNEL, type StageEvent } from '@gatehouse/verifier'
import { Counter, Histogram, type Sample } from './tally.ts'

/** Stands for a label that does not apply. */
const NONE = 'none'

export interface Metrics {
  /** One answer that ended; `route` is the pattern that its request matched. */
  answered(route: string | undefined, status: number, seconds: number): void
  /** Something that never was a request, answered with this status. */
  malformed(status: number, code: string): void
  /** A connection that was closed because there are too many. */
  dropped(): void
  /** One request to an identity provider. */
  asked(kind: string, outcome: string): void
  read(): Sample[]
  close(): void
}

/** Labels come from the configuration and from closed tables, never from a request: their number is bounded. */
export function createMetrics(): Metrics {
  const requests = new Counter('gatehouse_requests_total', 'Requests, by route, outcome, status and refusal code', [
    'route',
    'outcome',
    'status',
    'code',
  ])
  const durations = new Histogram(
    'gatehouse_request_duration_seconds',
    'From the request head to the end of the answer, by route and class of the status',
    ['route', 'class'],
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  )
  const stages = new Histogram(
    'gatehouse_stage_duration_seconds',
    'Duration of a stage of verification',
    ['stage'],
    [0.00001, 0.0001, 0.001, 0.01, 0.1, 1, 5],
  )
  const rejections = new Counter('gatehouse_rejections_total', 'Refusals of the verifier, by stage, code and issuer', [
    'stage',
    'code',
    'issuer',
  ])
  const shed = new Counter(
    'gatehouse_shed_total',
    'What was turned away for want of room, by whose limit it was (event_loop, connection, upstream, or connections: not even accepted)',
    ['limit'],
  )
  const provider = new Counter(
    'gatehouse_provider_requests_total',
    'Requests to identity providers, by kind (discovery, jwks, introspection, token, userinfo) and outcome (a status class or error)',
    ['kind', 'outcome'],
  )

  const onStage = (message: unknown) => {
    const event = message as StageEvent
    stages.observe(event.ms / 1000, event.stage)
    if (event.code !== undefined) rejections.inc(event.stage, event.code, event.issuer ?? NONE)
  }
  const onDecision = (message: unknown) => {
    const event = message as DecisionEvent
    const { route = NONE, outcome, status = 0, code = NONE } = event
    requests.inc(route, outcome, status, code)
    if (event.shed !== undefined) shed.inc(event.shed)
  }
  subscribe(STAGE_CHANNEL, onStage)
  subscribe(DECISION_CHANNEL, onDecision)

  return {
    answered: (route, status, seconds) =>
      durations.observe(seconds, route ?? NONE, CLASSES[(status / 100) | 0] ?? NONE),
    malformed: (status, code) => requests.inc(NONE, 'malformed', status, code),
    dropped: () => shed.inc('connections'),
    asked: (kind, outcome) => provider.inc(kind, outcome),
    read: () => [requests, durations, stages, rejections, shed, provider].map(metric => metric.read()),
    close() {
      unsubscribe(STAGE_CHANNEL, onStage)
      unsubscribe(DECISION_CHANNEL, onDecision)
    },
  }
}

const CLASSES = [NONE, '1xx', '2xx', '3xx', '4xx', '5xx']
