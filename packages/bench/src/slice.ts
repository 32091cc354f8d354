import { applyLoad, type Load } from './load.ts'
import { cpuSeconds, untilIdle } from './process.ts'

/** One contender under one load for a moment. */
export interface Slice {
  readonly scenario: string
  readonly contender: string
  readonly requestsPerCpuSecond: number
  readonly requestsPerSecond: number
  readonly megabytesPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly errors: number
}

/** Begins when the contender has nothing left to do of the slice before: to let go of five hundred connections takes longer than any request. */
export async function measureSlice(
  { scenario, contender, pid }: { readonly scenario: string; readonly contender: string; readonly pid: number },
  load: Load,
  folder: string,
): Promise<Slice> {
  await untilIdle(pid)
  const before = cpuSeconds(pid)
  const { requests, seconds, bytes, p50, p99, errors } = await applyLoad(load, folder)
  const cpu = cpuSeconds(pid) - before
  const carried = load.bodyBytes === undefined ? bytes : load.bodyBytes * requests
  return {
    scenario,
    contender,
    requestsPerCpuSecond: requests / Math.max(cpu, 0.01),
    requestsPerSecond: requests / seconds,
    megabytesPerSecond: carried / seconds / 1e6,
    p50,
    p99,
    errors,
  }
}
