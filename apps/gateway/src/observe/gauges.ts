import type { GatewayLoad } from '@gatehouse/fastify-gateway'
import type { Sample, SampleValue } from './tally.ts'

const gauge = (name: string, help: string, values: readonly SampleValue[]): Sample => ({
  name,
  help,
  type: 'gauge',
  aggregator: 'sum',
  values,
})

/** What waits and what is under way, at the moment of asking. None of it has a place where nothing bounds it. */
export function describeLoad({ waiting, upstreams }: GatewayLoad): Sample[] {
  const each = (read: (upstream: GatewayLoad['upstreams'][number]) => number): SampleValue[] =>
    upstreams.map(upstream => ({ labels: { upstream: upstream.name }, value: read(upstream) }))
  return [
    gauge('gatehouse_requests_waiting', 'Requests that wait for their turn to be judged', [
      { labels: {}, value: waiting },
    ]),
    gauge(
      'gatehouse_upstream_requests_in_flight',
      'Requests under way to an upstream',
      each(({ inFlight }) => inFlight),
    ),
    gauge(
      'gatehouse_upstream_requests_queued',
      'Requests that wait for a connection to an upstream',
      each(({ queued }) => queued),
    ),
  ]
}

/** Questions to identity providers that have no answer yet, by kind. */
export const describeAsking = (asking: ReadonlyMap<string, number>): Sample =>
  gauge(
    'gatehouse_provider_requests_in_flight',
    'Requests to identity providers that are under way, by kind',
    [...asking].map(([kind, value]) => ({ labels: { kind }, value })),
  )
