import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CONTENDERS, type Contender } from './contenders.ts'
import { type BenchIssuer, startIssuer } from './issuer.ts'
import { applyLoad, type Load } from './load.ts'
import { freePort, residentMemory, type Served, serve } from './process.ts'
import { SCENARIOS, type Scenario, toLoad } from './scenarios.ts'
import { measureSlice, type Slice } from './slice.ts'
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
  /** After as many different tokens as the key says, of a process that has served nothing else. */
  readonly after?: Readonly<Record<string, number>>
  /** The same of the process that has been through all scenarios. */
  readonly afterLoad?: Readonly<Record<string, number>>
}

export interface GatewayResult {
  readonly slices: readonly Slice[]
  readonly startUp: Readonly<Record<string, number>>
  readonly memory: Readonly<Record<string, Memory>>
}

/**
 * Every contender at once on core 0, loaded in turn from core 1 in short slices: in each round every scenario, in each scenario every
 * contender, so that noise falls on all alike and what is compared is seconds apart.
 */
export async function benchGateways(plan: Plan): Promise<GatewayResult> {
  const issuer = await startIssuer()
  const upstreamPort = await freePort()
  const upstream = `http://127.0.0.1:${upstreamPort}`
  const back = await serve(await upstreamCommand(upstreamPort, await folderOf(plan, 'upstream')), upstream, 1)
  const entrants: Entrant[] = []
  try {
    const start = async (contender: Contender): Promise<Entrant> => {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const setting = {
        issuer: issuer.issuer,
        publicKey: issuer.publicKey,
        upstream,
        port,
        folder: await folderOf(plan, `${contender.name.replaceAll(/\W+/g, '-')}-${port}`),
        fromSource: plan.fromSource,
      }
      return { contender, url, served: await serve(await contender.command(setting), `${url}/public/7`, 0) }
    }
    for (const contender of CONTENDERS) {
      if (plan.contenders.length > 0 && !plan.contenders.includes(contender.name)) continue
      if (!contender.available()) {
        plan.say(`${contender.name}: not installed here, left out`)
        continue
      }
      entrants.push(await start(contender))
    }
    const startUp = Object.fromEntries(entrants.map(entrant => [entrant.contender.name, entrant.served.startUp]))
    const rest = new Map(entrants.map(entrant => [entrant, residentMemory(pidOf(entrant))]))
    const slices = await runRounds(plan, entrants, issuer)
    const memory: Record<string, Memory> = {}
    for (const entrant of entrants) {
      const { name } = entrant.contender
      memory[name] = { rest: rest.get(entrant) ?? 0, loaded: residentMemory(pidOf(entrant)) }
    }
    const gate = entrants.find(({ contender }) => contender.opaque)
    if (plan.memory && gate !== undefined) {
      const tokens = [issuer.many(TOKENS), issuer.many(TOKENS)]
      const afterLoad = await fillMemory(plan, gate, tokens)
      const fresh = await start(gate.contender)
      entrants.push(fresh)
      const { name } = gate.contender
      memory[name] = { rest: 0, loaded: 0, ...memory[name], after: await fillMemory(plan, fresh, tokens), afterLoad }
    }
    return { slices, startUp, memory }
  } finally {
    await Promise.all([...entrants.map(entrant => entrant.served.stop()), back.stop()])
    issuer.close()
  }
}

/** The first round warms up: it is run and not counted. */
async function runRounds(plan: Plan, entrants: readonly Entrant[], issuer: BenchIssuer): Promise<Slice[]> {
  const slices: Slice[] = []
  const chosen = SCENARIOS.filter(each => plan.scenarios.length === 0 || plan.scenarios.includes(each.name))
  for (let round = 0; round <= plan.rounds; round++) {
    for (const scenario of inTurns(chosen)) {
      const tokens = await scenario.tokens(issuer)
      for (const entrant of entrants) {
        if (!takesPart(entrant.contender, scenario)) continue
        const what = { scenario: scenario.name, contender: entrant.contender.name, pid: pidOf(entrant) }
        const slice = await measureSlice(what, toLoad(scenario, entrant.url, plan.seconds, tokens), plan.folder)
        if (round > 0) slices.push(slice)
      }
    }
    plan.say(`round ${round} of ${plan.rounds}`)
  }
  return slices
}

const TURNS = 4

/** Back and forth, so that a drifting machine favours neither of two that are compared. */
function inTurns(scenarios: readonly Scenario[]): readonly Scenario[] {
  const fine = scenarios.filter(each => each.fine === true)
  const turns = Array.from({ length: TURNS }, (_, turn) => (turn % 2 === 0 ? fine : [...fine].reverse()))
  return [...scenarios.filter(each => each.fine !== true), ...turns.flat()]
}

/**
 * Who checks nothing is measured where its figure says what the check costs, not where there is only the check to measure; opaque tokens are
 * for who can judge them, and so is what tells one route of a contender from another.
 */
function takesPart({ guards, opaque }: Contender, scenario: Scenario): boolean {
  if (scenario.opaque === true) return opaque
  return guards || !(scenario.cold === true || scenario.refused === true)
}

const TOKENS = 100_000

/** Twice as many different tokens: what is kept of the first must make room for the second. */
async function fillMemory(
  plan: Plan,
  entrant: Entrant,
  batches: readonly (readonly string[])[],
): Promise<Record<string, number>> {
  const after: Record<string, number> = {}
  let total = 0
  for (const tokens of batches) {
    const load: Load = { url: `${entrant.url}/guarded/7`, connections: 64, seconds: 60, tokens, once: true }
    const { requests, errors } = await applyLoad(load, plan.folder)
    total += tokens.length
    const resident = residentMemory(pidOf(entrant))
    after[total] = resident
    plan.say(`${entrant.contender.name}: ${requests} different tokens, ${errors} errors, ${Math.round(resident)} MiB`)
  }
  return after
}

const pidOf = (entrant: Entrant): number => entrant.served.child.pid ?? 0

async function folderOf(plan: Plan, name: string): Promise<string> {
  const folder = join(plan.folder, name)
  await mkdir(folder, { recursive: true })
  return folder
}
