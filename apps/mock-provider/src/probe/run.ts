import { ConfigurationError, nearest } from '@gatehouse/configuration'
import type { World } from '@gatehouse/mock-provider'
import { type AttackClass, credential, type Material, type ProbeCase, writeRequest } from './case.ts'
import { listCredentials } from './cases/credentials.ts'
import { listFraming } from './cases/framing.ts'
import { listTargets } from './cases/targets.ts'
import { describeToken, listDefects, listGoodTokens } from './cases/tokens.ts'
import { type Judgement, judge } from './judge.ts'
import type { ProbeRoute, ProbeSettings } from './settings.ts'
import { exchange, type Target } from './wire.ts'

export interface Result extends Judgement, Pick<ProbeCase, 'name' | 'attack' | 'say' | 'section'> {
  /** `GET /orders/1` */
  readonly route: string
}

export interface ProbeReport {
  readonly target: string
  readonly issuer: string
  readonly results: readonly Result[]
  /** Why nothing can be concluded; empty where the controls passed. */
  readonly inconclusive: readonly string[]
  /** What was left out, and why. */
  readonly notes: readonly string[]
}

/** A well-formed request is answered sooner or later; the timeout is for messages that a server may go on reading. */
const patience = ({ timeout }: ProbeSettings): number => timeout * 10

/** Connections at a time. */
const WIDTH = 8

/** Sends everything there is to every route, controls first and last. Throws ConfigurationError for an `allow` of no case. */
export async function runProbe(target: Target, settings: ProbeSettings, world: World): Promise<ProbeReport> {
  const { host, origin } = target.url
  const report = { target: origin, issuer: settings.issuer }
  const notes: string[] = []
  const results: Result[] = []
  for (const route of settings.routes) {
    const format = settings.tokens === 'opaque' ? 'opaque' : 'jwt'
    const { token: good } = await world.mint({ ...describeToken(settings), format })
    const material: Material = { settings, route, host, good }
    const before = await checkControls(target, material, world)
    if (before !== undefined) return { ...report, results: [], inconclusive: [before], notes }
    const isOpen = await answersAnything(target, material)
    if (isOpen)
      notes.push(
        `${name(route)}: a path that does not exist is answered without a token as well, so other spellings of the path show nothing and were left out`,
      )
    const cases = [
      ...(await listGoodTokens(material, world)),
      ...(await listDefects(material, world)),
      ...listCredentials(material),
      ...listFraming(material),
      ...(isOpen ? [] : listTargets(material)),
    ]
    refuseUnknownAllowances(settings, cases)
    results.push(...(await sendAll(target, settings, route, cases)))
    const after = await checkControls(target, material, world)
    if (after !== undefined) {
      const say = `${after}, though it passed before: what was refused from then on shows nothing`
      return { ...report, results, inconclusive: [say], notes }
    }
  }
  return { ...report, results, inconclusive: [], notes }
}

const name = ({ method, path }: ProbeRoute): string => `${method} ${path}`

/** A good token must pass; else every refusal may have another reason. Answers what is wrong. */
async function checkControls(target: Target, material: Material, world: World): Promise<string | undefined> {
  const { settings, route } = material
  const tokens: [string, string][] = [['a good token', material.good]]
  if (settings.tokens === 'either' || settings.tokens === 'both') {
    const { token } = await world.mint({ ...describeToken(settings), format: 'opaque' })
    tokens.push(['a good opaque token', token])
  }
  for (const [say, token] of tokens) {
    const bytes = writeRequest(material, { fields: [credential(settings, token)] })
    const { replies, unreachable } = await exchange(target, bytes, patience(settings))
    if (unreachable) return `${target.url.origin} does not answer`
    const status = replies[0]?.status
    if (status !== route.expect) return `${name(route)} with ${say} is ${status ?? 'not answered'}, not ${route.expect}`
  }
  if (settings.publicPath === undefined) return undefined
  const { replies } = await exchange(target, writeRequest(material, { path: settings.publicPath }), patience(settings))
  const status = replies[0]?.status ?? 0
  return status >= 200 && status < 300 ? undefined : `${settings.publicPath} without a token is ${status}, not public`
}

async function answersAnything(target: Target, material: Material): Promise<boolean> {
  const { replies } = await exchange(
    target,
    writeRequest(material, { path: '/no-such-path-of-the-probe' }),
    patience(material.settings),
  )
  const status = replies[0]?.status ?? 0
  return status >= 200 && status < 300
}

async function sendAll(
  target: Target,
  settings: ProbeSettings,
  route: ProbeRoute,
  cases: readonly ProbeCase[],
): Promise<readonly Result[]> {
  const results: Result[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < cases.length; index = next++) {
      const item = cases[index]
      if (item === undefined) return
      const wait = item.demand === 'shut' ? settings.timeout : patience(settings)
      const judgement = judge(item, route, await exchange(target, item.bytes, wait))
      const { name: id, attack, say, section } = item
      results[index] = { name: id, attack, say, section, route: name(route), ...waive(judgement, settings.allow[id]) }
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, work))
  return results
}

/** A reason of the user's own lets a case pass; it stays in the report. */
const waive = (judgement: Judgement, reason: string | undefined): Judgement =>
  reason === undefined || judgement.verdict === 'fine'
    ? judgement
    : { verdict: 'tolerated', why: `${judgement.why}; allowed: ${reason}` }

function refuseUnknownAllowances({ allow }: ProbeSettings, cases: readonly ProbeCase[]): void {
  const names = new Set(cases.map(item => item.name))
  const problems = Object.keys(allow)
    .filter(each => !names.has(each))
    .map(each => {
      const meant = nearest(each, names)
      return { path: `allow.${each}`, message: `is no case${meant === undefined ? '' : `, did you mean ${meant}?`}` }
    })
  if (problems.length > 0) throw new ConfigurationError(problems)
}

/** By class, how many came to each verdict. */
export function countVerdicts(results: readonly Result[]): ReadonlyMap<AttackClass, Readonly<Record<string, number>>> {
  const table = new Map<AttackClass, Record<string, number>>()
  for (const { attack, verdict } of results) {
    const row = table.get(attack) ?? {}
    row[verdict] = (row[verdict] ?? 0) + 1
    table.set(attack, row)
  }
  return table
}
