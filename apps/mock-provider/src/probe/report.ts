import { VERDICTS, type Verdict } from './judge.ts'
import { countVerdicts, type ProbeReport, type Result } from './run.ts'

/** The report for a terminal: a table, then what is in it but fine. */
export function writeReport(report: ProbeReport): string {
  const { target, issuer, results, notes } = report
  const lines = [`mock-oidc probe: ${target}, which trusts ${issuer}`, '']
  if (results.length > 0) lines.push(...writeTable(results), '')
  for (const verdict of VERDICTS.slice(0, 3)) lines.push(...writeList(results, verdict))
  for (const note of notes) lines.push(`note: ${note}`)
  return `${[...lines, conclude(report)].join('\n')}\n`
}

function writeTable(results: readonly Result[]): string[] {
  const rows = [...countVerdicts(results)].map(([attack, counts]) => [
    attack,
    ...VERDICTS.map(verdict => String(counts[verdict] ?? 0)),
  ])
  const table = [['class', ...VERDICTS], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map(row => row[column]?.length ?? 0))) ?? []
  return table.map(row =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd(),
  )
}

function writeList(results: readonly Result[], wanted: Verdict): string[] {
  const found = results.filter(({ verdict }) => verdict === wanted)
  if (found.length === 0) return []
  return [
    `${wanted}:`,
    ...found.flatMap(({ name, route, why, say, section }) => [
      `  ${name}  ${route}  ${why}`,
      `    ${say} (${section})`,
    ]),
    '',
  ]
}

/** The last line. */
export function conclude({ results, inconclusive }: ProbeReport): string {
  if (inconclusive.length > 0) return `Nothing can be concluded: ${inconclusive.join('; ')}.`
  const count = (wanted: Verdict): number => results.filter(({ verdict }) => verdict === wanted).length
  const through = count('let through')
  const tail = `${count('refused wrongly')} refused wrongly, ${count('tolerated')} tolerated, ${results.length} in all.`
  return through === 0 ? `Nothing was let through; ${tail}` : `${through} let through; ${tail}`
}

/** 0: nothing was let through. 1: something was. 2: nothing can be concluded. */
export const exitCodeOf = ({ results, inconclusive }: ProbeReport): 0 | 1 | 2 =>
  inconclusive.length > 0 ? 2 : results.some(({ verdict }) => verdict === 'let through') ? 1 : 0
