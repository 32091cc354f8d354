import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchGateways } from './gateways.ts'
import { plot, printTable, summarize } from './report.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    scenario: { type: 'string', multiple: true, default: [] },
    contender: { type: 'string', multiple: true, default: [] },
    plot: { type: 'string' },
  },
})

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
await chmod(folder, 0o755)
const say = (line: string): void => void process.stderr.write(`${line}\n`)

try {
  const result = await benchGateways({
    folder,
    say,
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    scenarios: values.scenario,
    contenders: values.contender,
  })
  const rows = summarize(result.slices, 'gatehouse')
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ rows, startUp: result.startUp, memory: result.memory }, null, 2)}\n`)
  } else {
    process.stdout.write(`\n${printTable(rows)}`)
    for (const [name, milliseconds] of Object.entries(result.startUp)) {
      const memory = result.memory[name]
      say(
        `${name}: first answer after ${Math.round(milliseconds)} ms, resident ${Math.round(memory?.rest ?? 0)} MiB at rest, ${Math.round(memory?.loaded ?? 0)} MiB after the run`,
      )
    }
  }
  if (values.plot !== undefined) await writeFile(values.plot, plot(rows))
} finally {
  await rm(folder, { recursive: true, force: true })
}
