import { Agent } from 'node:http'
import { createChance } from './chance.ts'
import { Facts } from './facts.ts'
import { createLoad, type Load } from './load.ts'
import type { Owner } from './process.ts'
import { type Sample, startSampling } from './samples.ts'
import { startGateway, startProvider } from './stage.ts'
import { findTrends, type Trend } from './trend.ts'
import { type Shot, startUpstream } from './upstream.ts'
import { GOOD, type Ticket, Wallet } from './wallet.ts'
import { Weather } from './weather.ts'

/** MiB of resident memory that an allocator keeps or gives back as it likes: half of it was seen between two runs alike. */
const NOISE = 24

export interface Plan {
  readonly seed: number
  /** Of bad weather. */
  readonly seconds: number
  /** Requests a second. */
  readonly rate: number
  /** Seconds of the same load without faults, before and after. */
  readonly calm: number
  readonly onSample?: (sample: Sample, sent: number) => void
}

export interface SoakReport {
  readonly plan: Plan
  readonly requests: number
  /** Answers by kind, status and code. */
  readonly tally: ReadonlyMap<string, number>
  readonly providerEvents: ReadonlyMap<string, number>
  readonly upstreamFaults: ReadonlyMap<string, number>
  /** Everything that should not have been, with how often: answers, requests that came through, growth. */
  readonly wrong: ReadonlyMap<string, number>
  /** Seconds until everything was served: from cold with every issuer broken, and after the last fault. */
  readonly recovery: { readonly cold: number; readonly storm: number }
  /** Milliseconds of a hot token's answer. */
  readonly wait: { readonly p50: number; readonly p99: number }
  readonly samples: readonly Sample[]
  /** Seconds at which the bad weather began and ended. */
  readonly storm: readonly [number, number]
  /** At the end of the calm before and of the calm after, with everything cleared that nobody holds. */
  readonly before: Sample
  readonly after: Sample
  readonly trends: readonly Trend[]
  /** False where the run was too short for it: code is still being compiled, and pools filled. */
  readonly judgesGrowth: boolean
}

/** Milliseconds in which everything is to be well again: the longest wait between two attempts is 10 s. */
const RECOVERY = 15_000
/** Seconds below which growth is not judged. */
const LONG_CALM = 15
const LONG_STORM = 30
const CLIENTS = 64
/** Sockets of clients, of the pool of the upstream, of questions to four issuers, and what a process has open anyway. */
const MOST_DESCRIPTORS = CLIENTS + 128 + 4 * 100 + 64
/** Share of the requests that the upstream fails. */
const UPSTREAM_TROUBLE = 0.02

/** A gateway, a provider and an upstream, at a steady rate through a calm, a storm and a calm. */
export async function soak(owner: Owner, plan: Plan): Promise<SoakReport> {
  const chance = createChance(plan.seed)
  const wrong = new Map<string, number>()
  const accuse = (what: string): void => void wrong.set(what, (wrong.get(what) ?? 0) + 1)
  const shots = new Map<string, Shot>()
  const facts = new Facts()
  const { control } = await startProvider(owner)
  const upstream = await startUpstream(chance, shots, accuse)
  owner.teardown(() => upstream.close())
  const wallet = new Wallet(control, facts, chance)
  const weather = new Weather(control, facts, wallet, chance)
  await wallet.fill()
  await weather.spoilStart()
  const { gateway, origin, admin } = await startGateway(owner, control, upstream.url)
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  owner.teardown(() => agent.destroy())
  const load = createLoad(origin, { agent, chance, wallet, shots }, accuse)
  const recover = (): Promise<number> =>
    awaitAll(
      load,
      GOOD.map(kind => [kind, () => wallet.draw(kind), 200]),
      accuse,
    )

  const cold = await recover()
  const sampler = startSampling(admin, sample => plan.onSample?.(sample, load.sent()))
  const mark = () => ({ at: sampler.samples.at(-1)?.at ?? 0, count: sampler.samples.length })
  const clear = async (): Promise<Sample> => {
    for (let i = 0; i < 3; i++) {
      gateway.child.kill('SIGUSR2')
      await sampler.next()
    }
    return sampler.next()
  }
  await load.run(plan.rate, plan.calm)
  const before = await clear()

  const began = mark()
  upstream.trouble = UPSTREAM_TROUBLE
  const storm = weather.rage()
  await load.run(plan.rate, plan.seconds)
  await storm.end()
  upstream.trouble = 0
  const recovery = await recover()
  const ended = mark()

  await load.run(plan.rate, plan.calm)
  const over = [...wallet.over].map(([why, ticket]): Wish => [why, () => ticket, 401])
  await awaitAll(load, over, accuse)
  const after = await clear()
  await sampler.stop()

  const { samples } = sampler
  const trends = findTrends(samples.slice(began.count, ended.count))
  const judgesGrowth = plan.calm >= LONG_CALM && plan.seconds >= LONG_STORM
  if (judgesGrowth) {
    for (const { measure, isGrowing } of trends) if (isGrowing) accuse(`${measure} grows`)
    const room = Math.max(before.resident * 0.1, NOISE)
    if (after.resident > before.resident + room) accuse('resident memory is not back')
  }
  if (gateway.showsToken()) accuse('a token is in the log')
  if (Math.max(...samples.map(({ descriptors }) => descriptors)) > MOST_DESCRIPTORS) accuse('too many sockets')
  if (gateway.child.exitCode !== null) accuse(`the gateway ended with ${gateway.child.exitCode}`)
  return {
    plan,
    requests: load.sent(),
    tally: load.tally,
    providerEvents: weather.happened,
    upstreamFaults: upstream.failed,
    wrong,
    recovery: { cold, storm: recovery },
    wait: { p50: quantile(load.waits, 0.5), p99: quantile(load.waits, 0.99) },
    samples,
    storm: [began.at, ended.at],
    before,
    after,
    trends,
    judgesGrowth,
  }
}

type Wish = readonly [what: string, draw: () => Ticket | Promise<Ticket>, status: number]

/** Presents each until it is answered as wished; seconds that it took for all of them. */
async function awaitAll(load: Load, wishes: readonly Wish[], accuse: (what: string) => void): Promise<number> {
  const began = performance.now()
  for (const [what, draw, status] of wishes) {
    let isAsWished = (await load.present(await draw())) === status
    while (!isAsWished && performance.now() - began < RECOVERY) {
      await new Promise(resolve => setTimeout(resolve, 100))
      isAsWished = (await load.present(await draw())) === status
    }
    if (!isAsWished) accuse(`${what} was not answered with ${status} within ${RECOVERY / 1000} s`)
  }
  return (performance.now() - began) / 1000
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
}
