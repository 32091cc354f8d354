import { loadavg } from 'node:os'

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

export interface Row {
  readonly scenario: string
  readonly contender: string
  readonly requestsPerCpuSecond: number
  readonly requestsPerSecond: number
  readonly megabytesPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly errors: number
  /** Median over the rounds of this row's requests per CPU-second divided by Gatehouse's in the same round. */
  readonly ratio: number
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
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

const HEAD = [
  'scenario',
  'contender',
  'req/CPU-s',
  'of gatehouse',
  'req/s',
  'MB/s',
  'p50 ms',
  'p99 ms',
  'errors',
] as const

export function printTable(rows: readonly Row[]): string {
  const number = (value: number, digits = 0): string =>
    Number.isFinite(value)
      ? value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits })
      : '-'
  const cells = rows.map(row => [
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
  const table = [[...HEAD], ...cells]
  const widths = HEAD.map((_, column) => Math.max(...table.map(line => line[column]?.length ?? 0)))
  const lines = table.map(line =>
    line
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
  lines.splice(1, 0, widths.map(width => '-'.repeat(width)).join('  '))
  return `${lines.join('\n')}\nload average ${loadavg()
    .map(value => value.toFixed(2))
    .join(' ')}\n`
}

/** Bars of requests per CPU-second, one group a scenario: readable in light and dark, no script. */
export function plot(rows: readonly Row[]): string {
  const names = [...new Set(rows.map(row => row.contender))]
  const colours = ['#2f7d5b', '#c26a2b', '#8a4fbf', '#3b78b8', '#777777', '#b03a48']
  const most = Math.max(...rows.map(row => row.requestsPerCpuSecond))
  const parts: string[] = []
  let y = 40
  for (const scenario of new Set(rows.map(row => row.scenario))) {
    parts.push(`<text x="10" y="${y + 12}" font-weight="bold">${scenario}</text>`)
    y += 20
    for (const row of rows.filter(candidate => candidate.scenario === scenario)) {
      const width = Math.max(1, (row.requestsPerCpuSecond / most) * 460)
      const colour = colours[names.indexOf(row.contender) % colours.length]
      parts.push(
        `<text x="10" y="${y + 11}">${row.contender}</text><rect x="170" y="${y}" width="${width.toFixed(1)}" height="13" fill="${colour}"/>` +
          `<text x="${(176 + width).toFixed(1)}" y="${y + 11}">${Math.round(row.requestsPerCpuSecond).toLocaleString('en-US')}</text>`,
      )
      y += 17
    }
    y += 10
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 ${y}" font-family="sans-serif" font-size="12" role="img">
<title>Requests per CPU-second</title>
<rect width="720" height="${y}" fill="#fbfbf8"/><text x="10" y="22" font-size="15">Requests per CPU-second of the gateway, medians of one interleaved run</text>
${parts.join('\n')}
</svg>
`
}
