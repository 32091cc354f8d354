import type { Registry } from 'prom-client'
import type { Sample } from './tally.ts'

/** Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export interface Exposition {
  readonly type: string
  readonly body: string
}

let ownProcess: Promise<Registry> | undefined

/** What this process says of itself: memory, CPU, event loop, garbage collection. The library is loaded when somebody asks. */
export async function readProcess(): Promise<Sample[]> {
  ownProcess ??= import('prom-client').then(({ collectDefaultMetrics, Registry }) => {
    const register = new Registry()
    collectDefaultMetrics({ register })
    return register
  })
  const samples: unknown = await (await ownProcess).getMetricsAsJSON()
  return samples as Sample[]
}

/** Puts the samples of one process or of several together, each by its own rule. What has no sum is said of the first process. */
export async function render(processes: readonly (readonly Sample[])[]): Promise<Exposition> {
  const { AggregatorRegistry } = await import('prom-client')
  const lists = processes.map(samples =>
    samples.map(sample => (sample.aggregator === 'omit' ? { ...sample, aggregator: 'first' } : sample)),
  )
  const registry = AggregatorRegistry.aggregate(lists)
  return { type: registry.contentType, body: await registry.metrics() }
}
