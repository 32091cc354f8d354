import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type HotPath, KINDS, measureHotPath } from './measure.ts'

const BASELINE = new URL('../../baseline.json', import.meta.url)
/** More than the baseline that is no regression yet: another version of Node, another allocation site. */
const ROOM = { bytes: 1.25, guard: 1.25 }

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const measured = await measureHotPath()
process.stdout.write(`${JSON.stringify(measured)}\n`)
if (values.write) writeFileSync(BASELINE, `${JSON.stringify(measured, null, 2)}\n`)
const problems = findRegressions(measured, JSON.parse(readFileSync(BASELINE, 'utf8')) as HotPath)
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length === 0 ? 0 : 1

function findRegressions(now: HotPath, baseline: HotPath): string[] {
  const found: string[] = []
  const judge = (what: string, value: number, most: number) => {
    if (value > most) found.push(`${what}: ${value.toFixed(2)}, at most ${most.toFixed(2)}`)
  }
  for (const kind of KINDS) {
    const before = baseline.costs[kind]
    judge(`${kind}: promises a request`, now.costs[kind].promises, before.promises)
    judge(`${kind}: writes a request`, now.costs[kind].writes, before.writes)
    judge(`${kind}: bytes allocated a request`, now.costs[kind].bytes, before.bytes * ROOM.bytes)
  }
  judge('a guarded request by a public one, CPU time', now.guard, Math.max(1.1, baseline.guard) * ROOM.guard)
  return found
}
