import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { judgeGoals } from './goals.ts'
import { plot } from './plot.ts'
import type { Report } from './report.ts'

const OWN = new URL('../README.md', import.meta.url)
const FRONT = new URL('../../../README.md', import.meta.url)
const RESULTS = new URL('../results/', import.meta.url)

/** What a reader wants to know first, by scenario. */
const FIGURES: Readonly<Record<string, string>> = {
  'hot-jwt': 'a JWT that was seen before',
  'cold-jwt': 'JWTs that nobody has seen',
  public: 'a public route, the same bytes',
  garbage: 'tokens that are garbage',
  'down-1mb': 'answers of 1 MiB',
  'up-1mb': 'requests of 1 MiB',
  'new-connections': 'a connection a request',
  'connections-512': '512 connections',
}

/** Keeps a run: as JSON, as a picture, and as tables in this package's README and the front page. */
export async function publish(report: Report): Promise<void> {
  await mkdir(RESULTS, { recursive: true })
  const figures = new URL('latest.json', RESULTS)
  await writeFile(figures, `${JSON.stringify(report, null, 2)}\n`)
  // As `check` wants all that is committed.
  execFileSync('npx', ['--no', '--', 'biome', 'format', '--write', fileURLToPath(figures)], { stdio: 'inherit' })
  await writeFile(new URL('latest.svg', RESULTS), plot(report.rows))
  await replace(OWN, `${describeSetting(report)}\n\n${tabulateFigures(report, 8)}\n\n${tabulateGoals(report)}`)
  await replace(FRONT, `${tabulateFigures(report, 4)}\n\n${describeSetting(report)}`)
}

async function replace(file: URL, text: string): Promise<void> {
  const before = await readFile(file, 'utf8')
  const marked = /(<!-- bench -->\n)[\s\S]*?(\n<!-- \/bench -->)/
  if (!marked.test(before)) throw new Error(`${file.pathname} has no place for the figures`)
  await writeFile(
    file,
    before.replace(marked, (_, begin: string, end: string) => `${begin}\n${text}\n${end}`),
  )
}

const describeSetting = ({ setting }: Report): string =>
  `Requests per CPU-second of the gateway, medians of ${setting.rounds} interleaved rounds of ${setting.seconds} s; Node ${setting.node.slice(1)}, ` +
  `${setting.cpu}, load average ${setting.loadAverage.map(value => value.toFixed(1)).join(', ')}` +
  `${setting.precedence ? ', what is measured in a real-time class' : ''}.`

/** One line a scenario, as many of them as wanted; a dash for what a contender can not do. */
function tabulateFigures({ rows }: Report, most: number): string {
  const scenarios = Object.keys(FIGURES).filter(name => rows.some(row => row.scenario === name))
  const contenders = [...new Set(rows.filter(row => row.scenario in FIGURES).map(row => row.contender))]
  const cell = (scenario: string, contender: string): string => {
    const row = rows.find(each => each.scenario === scenario && each.contender === contender)
    return row === undefined ? '-' : Math.round(row.requestsPerCpuSecond).toLocaleString('en-US')
  }
  return table([
    ['', ...contenders],
    ...scenarios.slice(0, most).map(name => [FIGURES[name] ?? name, ...contenders.map(each => cell(name, each))]),
  ])
}

function tabulateGoals(report: Report): string {
  const lines = judgeGoals(report).map(({ what, measured, bound, holds }) => [
    what,
    measured?.toFixed(2) ?? '-',
    bound,
    measured === undefined ? '-' : holds ? 'yes' : '**no**',
  ])
  return table([['goal', 'measured', 'bound', 'holds'], ...lines])
}

const table = ([head = [], ...lines]: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map(cells => `| ${cells.join(' | ')} |`).join('\n')
