import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { DECISION_CHANNEL, type DecisionEvent, type GatewayLoad } from '@gatehouse/fastify-gateway'
import { STAGE_CHANNEL, type StageEvent } from '@gatehouse/verifier'
import { Batch } from './batch.ts'
import { describeAsking, describeLoad } from './gauges.ts'
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
  /** Asked how much there is to do whenever the metrics are read. */
  watch(load: () => GatewayLoad): void
  /** A request to an identity provider begins. */
  asking(kind: string): void
  /** One request to an identity provider that has begun is over. */
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
    'What was turned away for want of room, by whose limit it was (event_loop, connection, waiting, upstream, or connections: not even accepted)',
    ['limit'],
  )
  const provider = new Counter(
    'gatehouse_provider_requests_total',
    'Requests to identity providers, by kind (discovery, jwks, introspection, token, userinfo) and outcome (a status class or error)',
    ['kind', 'outcome'],
  )

  const underWay = new Map<string, number>()
  const change = (kind: string, by: number) => underWay.set(kind, (underWay.get(kind) ?? 0) + by)
  let readLoad: (() => GatewayLoad) | undefined

  // Several come with every request.
  const told = new Batch(({ stage, ms, code, issuer = NONE }: StageEvent) => {
    stages.observe(ms / 1000, stage)
    if (code !== undefined) rejections.inc(stage, code, issuer)
  })
  const onStage = (message: unknown) => told.add(message as StageEvent)
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
    watch(load) {
      readLoad = load
    },
    asking: kind => void change(kind, 1),
    asked(kind, outcome) {
      change(kind, -1)
      provider.inc(kind, outcome)
    },
    read() {
      told.settle()
      return [
        ...[requests, durations, stages, rejections, shed, provider].map(metric => metric.read()),
        ...(readLoad === undefined ? [] : describeLoad(readLoad())),
        describeAsking(underWay),
      ]
    },
    close() {
      unsubscribe(STAGE_CHANNEL, onStage)
      unsubscribe(DECISION_CHANNEL, onDecision)
    },
  }
}

const CLASSES = [NONE, '1xx', '2xx', '3xx', '4xx', '5xx']
