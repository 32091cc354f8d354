import type { Report, Row } from './report.ts'

/** One thing the project promises of its speed, and whether this run bears it out. */
export interface Goal {
  readonly what: string
  /** Undefined where it was not measured. */
  readonly measured: number | undefined
  readonly bound: string
  readonly holds: boolean
}

const GATE = 'gatehouse'
const MOCK = 'mock-oidc'

/** Ratios of requests per CPU-second, but for memory, latency and start-up. */
export function judgeGoals({ rows, within, memory, startUp, ready }: Report): Goal[] {
  const row = (scenario: string, contender: string): Row | undefined =>
    rows.find(candidate => candidate.scenario === scenario && candidate.contender === contender)
  /** How many times as much as the contender, by the median over rounds. */
  const times = (scenario: string, contender: string): number | undefined => inverse(row(scenario, contender)?.ratio)
  /** JSON has no NaN: what was not measured is null there. */
  const ratio = (name: string): number | undefined => {
    const value: number | null | undefined = within?.[name]
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined
  }
  const lost = (name: string): number | undefined => {
    const kept = ratio(name)
    return kept === undefined ? undefined : 1 - kept
  }
  const { '100000': first, '200000': second } = memory[GATE]?.after ?? {}
  const { '100000': loaded } = memory[GATE]?.afterLoad ?? {}
  return [
    atLeast('hot JWT, by the Fastify parts', times('hot-jwt', 'fastify parts'), 4),
    atLeast('hot JWT, by Apache with mod_auth_openidc', times('hot-jwt', 'apache openidc'), 4),
    atLeast('hot JWT, by @fastify/http-proxy without a check', times('hot-jwt', 'http-proxy, no check'), 2),
    atLeast('hot JWT, by nginx without a check', times('hot-jwt', 'nginx, no check'), 0.42),
    atMost('the guard, hot JWT: part of a public request', lost('jwt'), 0.08),
    atMost('the guard, opaque token: part of a public request', lost('opaque'), 0.08),
    atLeast('cold JWT, by the Fastify parts', times('cold-jwt', 'fastify parts'), 2),
    atLeast('garbage, by a hot JWT', ratio('garbage'), 1),
    atMost('p99 of a hot JWT at 64 connections, ms', row('hot-jwt', GATE)?.p99, 15),
    atMost('errors at 512 connections', row('connections-512', GATE)?.errors, 0),
    atLeast('1 MiB answers, by @fastify/http-proxy', times('down-1mb', 'http-proxy, no check'), 0.8),
    atLeast('1 MiB requests, by @fastify/http-proxy', times('up-1mb', 'http-proxy, no check'), 0.8),
    atMost('resident after 100,000 tokens, MiB', first, 200),
    atMost('the same after all scenarios, MiB', loaded, 200),
    atMost('growth over the next 100,000, MiB', first === undefined ? undefined : (second ?? 0) - first, 10),
    atMost('start-up, ms', startUp[GATE], 400),
    atLeast('RS256 tokens of the mock, by oidc-provider', times('client-credentials', 'oidc-provider'), 2),
    atLeast('RS256 tokens of the mock, by oauth2-mock-server', times('client-credentials', 'oauth2-mock-server'), 2),
    atMost('mock-oidc start to discovery, ms', startUp[MOCK], 250),
    atMost('a mock ready in process, ms', ready?.[MOCK], 10),
  ]
}

const inverse = (ratio: number | null | undefined): number | undefined =>
  typeof ratio === 'number' && ratio > 0 ? 1 / ratio : undefined

const atLeast = (what: string, measured: number | undefined, bound: number): Goal => ({
  what,
  measured,
  bound: `>= ${bound}`,
  holds: measured !== undefined && measured >= bound,
})

const atMost = (what: string, measured: number | undefined, bound: number): Goal => ({
  what,
  measured,
  bound: `<= ${bound}`,
  holds: measured !== undefined && measured <= bound,
})
