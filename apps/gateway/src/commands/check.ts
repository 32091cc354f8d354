import type { Environment } from '../config.ts'
import { judgeConfiguration } from '../configuration/judge.ts'
import { printProblems, type Terminal } from '../terminal.ts'
import { HEAD, rowOf } from './policy-table.ts'
import { renderTable } from './table.ts'

/** `gatehouse check`: the policy table, or every mistake. Answers the exit code. */
export function check(
  { config, json }: { config: string; json: boolean },
  environment: Environment,
  terminal: Terminal,
): 0 | 2 {
  const judged = judgeConfiguration(config, environment)
  if (!judged.ok) {
    printProblems(judged.problems, terminal)
    if (json) terminal.out(JSON.stringify({ ok: false, problems: judged.problems }, null, 2))
    return 2
  }
  const { routes, shown } = judged.configuration
  if (json) terminal.out(JSON.stringify({ ok: true, configuration: shown, routes }, null, 2))
  else {
    const isBold = terminal.width !== undefined && !environment.noColor
    terminal.out(renderTable(HEAD, routes.map(rowOf), { width: terminal.width, isBold }))
  }
  return 0
}
