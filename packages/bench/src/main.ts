import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { benchFlood, printFlood } from './flood.ts'
import { benchGateways } from './gateways.ts'
import { benchMocks } from './mocks.ts'
import { benchOverload, printOverload } from './overload.ts'
import { plot } from './plot.ts'
import { takePrecedence } from './process.ts'
import { publish } from './publish.ts'
import { compareScenarios, printReport, type Report, summarize } from './report.ts'
import { withFolder } from './single.ts'

const HELP = `npm run bench -- [options]
  --rounds N          slices of each contender in each scenario (5), after one that warms up
  --seconds N         length of a slice (1)
  --scenario NAME     only this one; may be repeated
  --contender NAME    only this one; may be repeated
  --only WHAT         gateways or mocks; or, only where named, flood (a thousand connections that trickle headers)
                      or overload (twice as many requests as can be served)
  --memory            two hundred thousand different tokens at the end, also where scenarios are named
  --from-source       the gateway from its sources instead of the build
  --precedence        a real-time class for all that is measured, on a machine that has other work (needs root)
  --json              JSON instead of the table
  --save FILE         the JSON besides
  --read FILE         the table of an earlier run; measures nothing
  --plot FILE         an SVG of requests per CPU-second
  --publish           keeps the run: results/, and the tables in this README and in the front page`

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    scenario: { type: 'string', multiple: true, default: [] },
    contender: { type: 'string', multiple: true, default: [] },
    only: { type: 'string' },
    memory: { type: 'boolean', default: false },
    'from-source': { type: 'boolean', default: false },
    precedence: { type: 'boolean', default: false },
    save: { type: 'string' },
    read: { type: 'string' },
    plot: { type: 'string' },
    publish: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const plan = {
  say,
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  fromSource: values['from-source'],
}

const measure = (): Promise<Report> =>
  withFolder(async folder => {
    const isWhole = values.scenario.length === 0
    const options = {
      folder,
      scenarios: values.scenario,
      contenders: values.contender,
      memory: values.memory || isWhole,
    }
    const gateways = values.only === 'mocks' ? undefined : await benchGateways({ ...plan, ...options })
    const mocks =
      values.only === 'gateways' || !isWhole
        ? undefined
        : await benchMocks({ ...plan, rounds: plan.rounds * 3, folder })
    return {
      setting: {
        node: process.version,
        cpu: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}`,
        loadAverage: loadavg(),
        rounds: plan.rounds,
        seconds: plan.seconds,
        precedence: values.precedence,
      },
      within: compareScenarios(gateways?.slices ?? [], 'gatehouse'),
      rows: [...summarize(gateways?.slices ?? [], 'gatehouse'), ...summarize(mocks?.slices ?? [], 'mock-oidc')],
      startUp: { ...gateways?.startUp, ...mocks?.startUp },
      ...(mocks === undefined ? {} : { ready: mocks.ready }),
      memory: { ...gateways?.memory, ...mocks?.memory },
    }
  })

/** What is measured of the gateway alone, and is no part of the report. */
const APART: Readonly<Record<string, () => Promise<{ readonly rounds: unknown; readonly text: string }>>> = {
  flood: async () => {
    const rounds = await benchFlood(plan)
    return { rounds, text: printFlood(rounds) }
  },
  overload: async () => {
    const rounds = await benchOverload(plan)
    return { rounds, text: printOverload(rounds) }
  },
}

if (values.precedence) takePrecedence()
const apart = APART[values.only ?? '']
if (values.help) say(HELP)
else if (apart !== undefined) {
  const { rounds, text } = await apart()
  process.stdout.write(values.json ? `${JSON.stringify(rounds, null, 2)}\n` : text)
} else {
  const report =
    values.read === undefined ? await measure() : (JSON.parse(await readFile(values.read, 'utf8')) as Report)
  const json = `${JSON.stringify(report, null, 2)}\n`
  process.stdout.write(values.json ? json : printReport(report))
  if (values.save !== undefined) await writeFile(values.save, json)
  if (values.publish) await publish(report)
  if (values.plot !== undefined) await writeFile(values.plot, plot(report.rows))
}
