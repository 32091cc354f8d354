import { Agent } from 'node:http'
import { createChance } from './chance.ts'
import { TENANTS } from './control.ts'
import { Facts } from './facts.ts'
import { createLoad, type Load } from './load.ts'
import type { Owner } from './process.ts'
import { findLeftovers, findOverflows } from './queues.ts'
import { type Sample, startSampling } from './samples.ts'
import { startGateway, startProvider } from './stage.ts'
import { GOOD, type Ticket } from './ticket.ts'
import { findRemains, findTrends, type Trend } from './trend.ts'
import { type Shot, startUpstream } from './upstream.ts'
import { Wallet } from './wallet.ts'
import { Weather } from './weather.ts'

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
  /** Requests a second, while any were to be sent. */
  readonly rate: number
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
  /** Seconds at which bad weather began and ended; what is measured is the last. */
  readonly storms: readonly (readonly [number, number])[]
  /** At the end of a calm, with everything cleared that nobody holds: of the first, of the one before the measured storm and of the one after it. */
  readonly first: Sample
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
/** Seconds of bad weather before the measured ones: code that only faults reach is compiled, and pools and memories are as full as it makes them. */
const WARM_UP = 30
/** Milliseconds without a request, after which nothing idle is kept open but the clients' own connections: the gateway's are for 4 s. */
const REST = 6000
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
  const clients = Array.from({ length: CLIENTS }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  owner.teardown(() => clients.forEach(client => void client.destroy()))
  const load = createLoad(origin, { clients, chance, wallet, shots }, accuse)
  const recover = (): Promise<number> =>
    awaitAll(
      load,
      GOOD.map(kind => [kind, () => wallet.draw(kind), 200]),
      accuse,
    )

  const cold = await recover()
  const sampler = startSampling(admin, sample => plan.onSample?.(sample, load.sent()))
  const mark = (): number => sampler.samples.at(-1)?.at ?? 0
  const judgesGrowth = plan.calm >= LONG_CALM && plan.seconds >= LONG_STORM
  const settle = async (): Promise<Sample> => {
    if (!judgesGrowth) return sampler.next()
    await new Promise(resolve => setTimeout(resolve, REST))
    for (let i = 0; i < 3; i++) {
      gateway.child.kill('SIGUSR2')
      await sampler.next()
    }
    return sampler.next()
  }
  const storms: [number, number][] = []
  const rage = async (seconds: number): Promise<number> => {
    const began = mark()
    upstream.trouble = UPSTREAM_TROUBLE
    const storm = weather.rage()
    await load.run(plan.rate, seconds)
    await storm.end()
    upstream.trouble = 0
    const recovery = await recover()
    storms.push([began, mark()])
    return recovery
  }

  await load.run(plan.rate, plan.calm)
  const first = await settle()
  let before = first
  if (judgesGrowth) {
    await rage(WARM_UP)
    await load.run(plan.rate, plan.calm)
    before = await settle()
  }
  const recovery = await rage(plan.seconds)
  await load.run(plan.rate, plan.calm)
  const over = [...wallet.over].map(([why, ticket]): Wish => [why, () => ticket, 401])
  await awaitAll(load, over, accuse)
  const after = await settle()
  await sampler.stop()

  const { samples } = sampler
  const [began, ended] = storms.at(-1) ?? [0, 0]
  const trends = findTrends(samples.filter(({ at }) => at > began && at <= ended))
  if (judgesGrowth) {
    for (const { measure, isGrowing } of trends) if (isGrowing) accuse(`${measure} grows`)
    for (const measure of findRemains(before, after)) accuse(`${measure} is not back`)
    for (const leftover of findLeftovers(after)) accuse(leftover)
  }
  for (const overflow of findOverflows(samples, { clients: CLIENTS, issuers: TENANTS.length })) accuse(overflow)
  if (gateway.showsToken()) accuse('a token is in the log')
  if (Math.max(...samples.map(({ descriptors }) => descriptors)) > MOST_DESCRIPTORS) accuse('too many sockets')
  if (gateway.child.exitCode !== null) accuse(`the gateway ended with ${gateway.child.exitCode}`)
  return {
    plan,
    requests: load.sent(),
    rate: load.rate(),
    tally: load.tally,
    providerEvents: weather.happened,
    upstreamFaults: upstream.failed,
    wrong,
    recovery: { cold, storm: recovery },
    wait: { p50: quantile(load.waits, 0.5), p99: quantile(load.waits, 0.99) },
    samples,
    storms,
    first,
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
