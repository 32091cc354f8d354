import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchGateways } from './gateways.ts'
import { benchMocks } from './mocks.ts'
import { plot, printTable, summarize } from './report.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    scenario: { type: 'string', multiple: true, default: [] },
    contender: { type: 'string', multiple: true, default: [] },
    only: { type: 'string' },
    plot: { type: 'string' },
  },
})

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
await chmod(folder, 0o755)
const say = (line: string): void => void process.stderr.write(`${line}\n`)

try {
  const plan = { folder, say, rounds: Number(values.rounds), seconds: Number(values.seconds) }
  const gateways =
    values.only === 'mocks'
      ? undefined
      : await benchGateways({ ...plan, scenarios: values.scenario, contenders: values.contender })
  const mocks = values.only === 'gateways' || values.scenario.length > 0 ? undefined : await benchMocks(plan)
  const rows = [...summarize(gateways?.slices ?? [], 'gatehouse'), ...summarize(mocks?.slices ?? [], 'mock-oidc')]
  const startUp = { ...gateways?.startUp, ...mocks?.startUp }
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ rows, startUp, memory: { ...gateways?.memory, ...mocks?.memory } }, null, 2)}\n`,
    )
  } else {
    process.stdout.write(`\n${printTable(rows)}`)
    for (const [name, { rest, loaded }] of Object.entries(gateways?.memory ?? {}))
      say(`${name}: resident ${Math.round(rest)} MiB at rest, ${Math.round(loaded)} MiB after the run`)
    for (const [name, milliseconds] of Object.entries(startUp))
      say(`${name}: first answer after ${Math.round(milliseconds)} ms`)
  }
  if (values.plot !== undefined)
    await writeFile(values.plot, plot(rows.filter(row => row.scenario !== 'client-credentials')))
} finally {
  await rm(folder, { recursive: true, force: true })
}
