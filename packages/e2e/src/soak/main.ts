import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { drawSoak } from './plot.ts'
import { formatReport } from './report.ts'
import type { Sample } from './samples.ts'
import { soak } from './soak.ts'

const USAGE = `npm run soak -- [--seconds 600] [--rate 500] [--calm 20] [--seed NUMBER] [--out soak.svg]

Runs the gateway as a process at a steady rate while its provider and its upstream fail at random, and plots what becomes of it.
Exit 1 if an answer was wrong or anything grew.
`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    rate: { type: 'string', default: '500' },
    calm: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    out: { type: 'string', default: 'soak.svg' },
    help: { type: 'boolean', default: false },
  },
})

// Whoever is interrupted takes the processes along.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code))

if (values.help) process.stdout.write(USAGE)
else process.exitCode = await run()

async function run(): Promise<number> {
  const ends: (() => unknown)[] = []
  const [seconds, rate, calm, seed] = [values.seconds, values.rate, values.calm, values.seed].map(toNumber)
  try {
    process.stdout.write(`seed ${seed}\n`)
    const report = await soak({ teardown: end => ends.push(end) }, {
      seconds,
      rate,
      calm,
      seed,
      onSample: createTable(),
    } as Parameters<typeof soak>[1])
    const file = resolve(process.env.INIT_CWD ?? process.cwd(), values.out)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, drawSoak(report))
    process.stdout.write(`\n${formatReport(report).join('\n')}\nplot: ${file}\n`)
    return report.wrong.size === 0 ? 0 : 1
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

function toNumber(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  process.stderr.write(`${text} is no number\n${USAGE}`)
  process.exit(2)
}

/** A line every ten seconds. */
function createTable(): (sample: Sample, sent: number) => void {
  const columns = [
    'seconds',
    'requests',
    'resident',
    'heap',
    'sockets',
    'timers',
    'under way',
    'queued',
    'asking',
    'delay ms',
  ]
  const row = (cells: readonly string[]): void =>
    void process.stdout.write(`${cells.map(cell => cell.padStart(10)).join('')}\n`)
  row(columns)
  let next = 0
  return ({ at, resident, heap, descriptors, timers, underWay, queued, asking, delay }, sent) => {
    if (at < next) return
    next += 10
    row([at, sent, resident, heap, descriptors, timers, underWay, queued, asking, delay].map(value => value.toFixed(0)))
  }
}
