import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CONTENDERS, type Contender } from './contenders.ts'
import { type BenchIssuer, startIssuer } from './issuer.ts'
import { applyLoad, type Load } from './load.ts'
import { cpuSeconds, freePort, residentMemory, type Served, serve } from './process.ts'
import type { Slice } from './report.ts'
import { SCENARIOS, type Scenario, toLoad } from './scenarios.ts'
import { upstreamCommand } from './upstream.ts'

interface Entrant {
  readonly contender: Contender
  readonly url: string
  readonly served: Served
}

export interface Plan {
  readonly folder: string
  readonly rounds: number
  readonly seconds: number
  readonly scenarios: readonly string[]
  readonly contenders: readonly string[]
  /** Whether to send two hundred thousand different tokens at the end. */
  readonly memory: boolean
  /** The gateway from its sources instead of the build. */
  readonly fromSource: boolean
  readonly say: (line: string) => void
}

/** Resident memory in MiB. */
export interface Memory {
  readonly rest: number
  /** After all scenarios. */
  readonly loaded: number
  /** After as many different tokens as the key says. */
  readonly after?: Readonly<Record<string, number>>
}

export interface GatewayResult {
  readonly slices: readonly Slice[]
  readonly startUp: Readonly<Record<string, number>>
  readonly memory: Readonly<Record<string, Memory>>
}

/** Every contender at once on core 0, loaded in turn from core 1 in short slices: A B C A B C, so that noise falls on all alike. */
export async function benchGateways(plan: Plan): Promise<GatewayResult> {
  const issuer = await startIssuer()
  const upstreamPort = await freePort()
  const upstream = `http://127.0.0.1:${upstreamPort}`
  const back = await serve(await upstreamCommand(upstreamPort, await folderOf(plan, 'upstream')), upstream, 1)
  const entrants: Entrant[] = []
  try {
    for (const contender of CONTENDERS) {
      if (plan.contenders.length > 0 && !plan.contenders.includes(contender.name)) continue
      if (!contender.available()) {
        plan.say(`${contender.name}: not installed here, left out`)
        continue
      }
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const setting = {
        issuer: issuer.issuer,
        publicKey: issuer.publicKey,
        upstream,
        port,
        folder: await folderOf(plan, contender.name.replaceAll(/\W+/g, '-')),
        fromSource: plan.fromSource,
      }
      entrants.push({ contender, url, served: await serve(await contender.command(setting), `${url}/public/7`, 0) })
    }
    const startUp = Object.fromEntries(entrants.map(entrant => [entrant.contender.name, entrant.served.startUp]))
    const rest = new Map(entrants.map(entrant => [entrant, residentMemory(pidOf(entrant))]))
    const slices: Slice[] = []
    const chosen = SCENARIOS.filter(each => plan.scenarios.length === 0 || plan.scenarios.includes(each.name))
    for (const scenario of chosen) slices.push(...(await runScenario(plan, scenario, entrants, issuer)))
    const memory: Record<string, Memory> = {}
    for (const entrant of entrants) {
      const loaded = residentMemory(pidOf(entrant))
      const after = plan.memory && entrant.contender.opaque ? await fillMemory(plan, entrant, issuer) : undefined
      memory[entrant.contender.name] = { rest: rest.get(entrant) ?? 0, loaded, ...(after && { after }) }
    }
    return { slices, startUp, memory }
  } finally {
    await Promise.all([...entrants.map(entrant => entrant.served.stop()), back.stop()])
    issuer.close()
  }
}

async function runScenario(
  plan: Plan,
  scenario: Scenario,
  entrants: readonly Entrant[],
  issuer: BenchIssuer,
): Promise<Slice[]> {
  const slices: Slice[] = []
  const takesPart = entrants.filter(
    ({ contender }) => (contender.opaque || scenario.opaque !== true) && judges(contender, scenario),
  )
  const warm = scenario.cold === true ? undefined : await scenario.tokens(issuer)
  for (let round = 0; round <= plan.rounds; round++) {
    const tokens = warm ?? (await scenario.tokens(issuer))
    for (const entrant of takesPart) {
      const pid = pidOf(entrant)
      const before = cpuSeconds(pid)
      const sample = await applyLoad(toLoad(scenario, entrant.url, plan.seconds, tokens), plan.folder)
      const cpu = cpuSeconds(pid) - before
      // The first round warms up: it is run and not counted.
      if (round === 0) continue
      slices.push({
        scenario: scenario.name,
        contender: entrant.contender.name,
        requestsPerCpuSecond: sample.requests / Math.max(cpu, 0.01),
        requestsPerSecond: sample.requests / sample.seconds,
        megabytesPerSecond:
          (scenario.bodyBytes ?? sample.bytes / Math.max(1, sample.requests)) *
          (sample.requests / sample.seconds / 1e6),
        p50: sample.p50,
        p99: sample.p99,
        errors: sample.errors,
      })
    }
    plan.say(`${scenario.name}: round ${round} of ${plan.rounds}`)
  }
  return slices
}

/** Who checks nothing is measured where its figure says what the check costs, not where there is only the check to measure. */
const judges = (contender: Contender, scenario: Scenario): boolean =>
  contender.guards || !(scenario.cold === true || scenario.opaque === true || scenario.refused === true)

const TOKENS = 100_000

/** Twice as many different tokens: what is kept of the first must make room for the second. */
async function fillMemory(plan: Plan, entrant: Entrant, issuer: BenchIssuer): Promise<Record<string, number>> {
  const after: Record<string, number> = {}
  for (const total of [TOKENS, 2 * TOKENS]) {
    const load: Load = {
      url: `${entrant.url}/guarded/7`,
      connections: 64,
      seconds: 60,
      tokens: issuer.many(TOKENS),
      once: true,
    }
    const { requests, errors } = await applyLoad(load, plan.folder)
    after[total] = residentMemory(pidOf(entrant))
    plan.say(
      `${entrant.contender.name}: ${requests} different tokens, ${errors} errors, ${Math.round(after[total])} MiB`,
    )
  }
  return after
}

const pidOf = (entrant: Entrant): number => entrant.served.child.pid ?? 0

async function folderOf(plan: Plan, name: string): Promise<string> {
  const folder = join(plan.folder, name)
  await mkdir(folder, { recursive: true })
  return folder
}
