import type { Memory } from './gateways.ts'
import { judgeGoals } from './goals.ts'
import type { Slice } from './slice.ts'

export interface Row extends Slice {
  /** Median over the rounds of this row's requests per CPU-second divided by ours in the same round: Gatehouse's, or mock-oidc's. */
  readonly ratio: number
}

export interface Report {
  readonly setting: {
    readonly node: string
    readonly cpu: string
    readonly loadAverage: readonly number[]
    readonly rounds: number
    readonly seconds: number
    readonly precedence: boolean
  }
  readonly rows: readonly Row[]
  /** Of one contender, by name of the comparison: requests per CPU-second in one scenario by those in another, the median over rounds. */
  readonly within: Readonly<Record<string, number>>
  /** Milliseconds from spawn to the first answer. */
  readonly startUp: Readonly<Record<string, number>>
  /** Milliseconds from an imported provider to its first answer in process. */
  readonly ready?: Readonly<Record<string, number>>
  readonly memory: Readonly<Record<string, Memory>>
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const [low = Number.NaN, high = low] = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1)
  return (low + high) / 2
}

/** One row a contender and scenario: medians over the rounds, ratios taken round by round so that a drifting machine cancels out. */
export function summarize(slices: readonly Slice[], reference: string): Row[] {
  const keys = new Map(slices.map(slice => [`${slice.scenario}\n${slice.contender}`, slice]))
  return [...keys.values()].map(({ scenario, contender }) => {
    const own = slices.filter(slice => slice.scenario === scenario && slice.contender === contender)
    const base = slices.filter(slice => slice.scenario === scenario && slice.contender === reference)
    const of = (pick: (slice: Slice) => number): number => median(own.map(pick))
    return {
      scenario,
      contender,
      requestsPerCpuSecond: of(slice => slice.requestsPerCpuSecond),
      requestsPerSecond: of(slice => slice.requestsPerSecond),
      megabytesPerSecond: of(slice => slice.megabytesPerSecond),
      p50: of(slice => slice.p50),
      p99: of(slice => slice.p99),
      errors: own.reduce((sum, slice) => sum + slice.errors, 0),
      ratio: median(
        own.map((slice, round) => slice.requestsPerCpuSecond / (base[round]?.requestsPerCpuSecond ?? Number.NaN)),
      ),
    }
  })
}

/** Two scenarios that one contender went through seconds apart. */
const PAIRS = {
  jwt: ['guard-jwt', 'guard-jwt-public'],
  opaque: ['guard-opaque', 'guard-opaque-public'],
  garbage: ['garbage', 'guard-jwt'],
} as const

/** Taken round by round as well: what is compared differs by less than a machine drifts. */
export function compareScenarios(slices: readonly Slice[], contender: string): Record<keyof typeof PAIRS, number> {
  const of = (scenario: string): readonly number[] =>
    slices
      .filter(slice => slice.scenario === scenario && slice.contender === contender)
      .map(slice => slice.requestsPerCpuSecond)
  const compare = ([one, other]: readonly [string, string]): number => {
    const base = of(other)
    return median(of(one).map((value, round) => value / (base[round] ?? Number.NaN)))
  }
  return { jwt: compare(PAIRS.jwt), opaque: compare(PAIRS.opaque), garbage: compare(PAIRS.garbage) }
}

const HEAD = ['scenario', 'contender', 'req/CPU-s', 'of ours', 'req/s', 'MB/s', 'p50 ms', 'p99 ms', 'errors'] as const

/** Columns of text, the first two to the left and the others to the right. */
function layOut(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const all = [head, ...lines]
  const widths = head.map((_, column) => Math.max(...all.map(line => line[column]?.length ?? 0)))
  const write = (line: readonly string[]): string =>
    line
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [write(head), widths.map(width => '-'.repeat(width)).join('  '), ...lines.map(write), ''].join('\n')
}

/** JSON has no NaN: what was not measured is null there. */
const number = (value: number | null | undefined, digits = 0): string =>
  typeof value === 'number' && Number.isFinite(value)
    ? value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits })
    : '-'

/** One table of figures, one of processes, one of what the project promises, and the setting. */
export function printReport(report: Report): string {
  const { rows, startUp, ready = {}, memory, setting } = report
  const figures = rows.map(row => [
    row.scenario,
    row.contender,
    number(row.requestsPerCpuSecond),
    number(row.ratio, 2),
    number(row.requestsPerSecond),
    number(row.megabytesPerSecond),
    number(row.p50, 1),
    number(row.p99, 1),
    number(row.errors),
  ])
  const processes = Object.keys(startUp).map(name => {
    const { rest, loaded, after = {}, afterLoad = {} } = memory[name] ?? {}
    return [
      'process',
      name,
      number(startUp[name]),
      number(ready[name], 1),
      number(rest),
      number(loaded),
      ...[...Object.values(after), ...Object.values(afterLoad)].map(mib => number(mib)),
    ]
  })
  const goals = judgeGoals(report).map(({ what, measured, bound, holds }) => [
    'goal',
    what,
    number(measured, 2),
    bound,
    measured === undefined ? '-' : holds ? 'holds' : 'DOES NOT HOLD',
  ])
  return [
    layOut(HEAD, figures),
    layOut(
      [
        '',
        '',
        'start-up ms',
        'in process ms',
        'MiB at rest',
        'after load',
        'fresh, 100,000 tokens',
        '200,000',
        'after load, 100,000 tokens',
        '200,000',
      ],
      processes,
    ),
    layOut(['', '', 'measured', 'bound', ''], goals),
    `Node ${setting.node}, ${setting.cpu}, load average ${setting.loadAverage.map(value => value.toFixed(1)).join(' ')}, ` +
      `${setting.rounds} rounds of ${setting.seconds} s${setting.precedence ? ', measured processes in a real-time class' : ''}`,
    '',
  ].join('\n')
}
