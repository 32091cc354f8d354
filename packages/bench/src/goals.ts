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

/** Ratios of requests per CPU-second, but for memory, latency and start-up. */
export function judgeGoals({ rows, memory, startUp }: Report): Goal[] {
  const row = (scenario: string, contender: string): Row | undefined =>
    rows.find(candidate => candidate.scenario === scenario && candidate.contender === contender)
  /** How many times as much as the contender, by the median over rounds. */
  const times = (scenario: string, contender: string): number | undefined => inverse(row(scenario, contender)?.ratio)
  const byPublic = (scenario: string): number | undefined => {
    const given = row('public', GATE)?.requestsPerCpuSecond
    const guarded = row(scenario, GATE)?.requestsPerCpuSecond
    return given === undefined || guarded === undefined ? undefined : 1 - guarded / given
  }
  const byHot = (scenario: string): number | undefined => {
    const hot = row('hot-jwt', GATE)?.requestsPerCpuSecond
    const other = row(scenario, GATE)?.requestsPerCpuSecond
    return hot === undefined || other === undefined ? undefined : other / hot
  }
  const { '100000': first, '200000': second } = memory[GATE]?.after ?? {}
  return [
    atLeast('hot JWT, by the Fastify parts', times('hot-jwt', 'fastify parts'), 4),
    atLeast('hot JWT, by Apache with mod_auth_openidc', times('hot-jwt', 'apache openidc'), 4),
    atLeast('hot JWT, by @fastify/http-proxy without a check', times('hot-jwt', 'http-proxy, no check'), 2),
    atLeast('hot JWT, by nginx without a check', times('hot-jwt', 'nginx, no check'), 0.42),
    atMost('the guard, hot JWT: part of a public request', byPublic('hot-jwt'), 0.08),
    atMost('the guard, opaque token: part of a public request', byPublic('opaque'), 0.08),
    atLeast('cold JWT, by the Fastify parts', times('cold-jwt', 'fastify parts'), 2),
    atLeast('garbage, by a hot JWT', byHot('garbage'), 1),
    atMost('p99 of a hot JWT at 64 connections, ms', row('hot-jwt', GATE)?.p99, 15),
    atMost('errors at 512 connections', row('connections-512', GATE)?.errors, 0),
    atLeast('1 MiB answers, by @fastify/http-proxy', times('down-1mb', 'http-proxy, no check'), 0.8),
    atLeast('1 MiB requests, by @fastify/http-proxy', times('up-1mb', 'http-proxy, no check'), 0.8),
    atMost('resident after 100,000 tokens, MiB', first, 200),
    atMost('growth over the next 100,000, MiB', first === undefined ? undefined : (second ?? 0) - first, 10),
    atMost('start-up, ms', startUp[GATE], 400),
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
