import type { Sample } from './samples.ts'
import type { SoakReport } from './soak.ts'

/** A run in lines: what was sent and answered, what failed around it, and the verdict. */
export function formatReport(report: SoakReport): string[] {
  const { plan, requests, rate, samples, tally, wrong, trends, first, before, after, recovery, wait, storms } = report
  const [began, ended] = storms.at(-1) ?? [0, 0]
  const most = (read: (sample: Sample) => number): number => Math.max(...samples.map(read))
  return [
    ...count(tally),
    `${requests} requests, ${rate.toFixed(0)} a second where ${plan.rate} were wanted, ${(ended - began).toFixed(0)} s of bad weather, seed ${plan.seed}`,
    `provider: ${sum(report.providerEvents)} events of ${report.providerEvents.size} kinds; upstream: ${sum(report.upstreamFaults)} faults of ${report.upstreamFaults.size} kinds`,
    `all was served ${recovery.cold.toFixed(1)} s after a cold start with every issuer broken, and ${recovery.storm.toFixed(1)} s after the last fault`,
    `hot tokens: p50 ${wait.p50} ms, p99 ${wait.p99} ms`,
    `resident memory: ${first.resident.toFixed(0)} MiB at first, ${before.resident.toFixed(0)} MiB before, ${after.resident.toFixed(0)} MiB after (${signed((after.resident / before.resident - 1) * 100)} %)`,
    `heap in use: ${first.heap.toFixed(1)} MiB at first, ${before.heap.toFixed(1)} MiB before, ${after.heap.toFixed(1)} MiB after (${signed((after.heap / before.heap - 1) * 100)} %)`,
    `file descriptors: ${before.descriptors} before, ${most(({ descriptors }) => descriptors)} at most, ${after.descriptors} after`,
    `at most ${most(({ underWay }) => underWay)} requests under way, ${most(({ queued }) => queued)} waiting for a connection, ${most(({ asking }) => asking)} questions to the provider`,
    ...trends.map(
      ({ measure, mean, rise, bound, isGrowing }) =>
        `${measure.padEnd(12)}${isGrowing ? 'GROWING' : 'flat'}: ${signed(rise)} over the second half of the bad weather, mean ${mean.toFixed(1)}, bound ${bound.toFixed(1)}`,
    ),
    ...(report.judgesGrowth ? [] : ['too short a run to judge growth by']),
    `wrong: ${sum(wrong)}`,
    ...count(wrong),
  ]
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((all, one) => all + one, 0)

const count = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].sort().map(([name, times]) => `${String(times).padStart(8)}  ${name}`)

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(1)}`
