import type { BenchIssuer } from './issuer.ts'
import type { Load } from './load.ts'

export interface Scenario {
  readonly name: string
  readonly note: string
  readonly path: '/guarded/7' | '/public/7' | '/guarded/big'
  readonly connections: number
  /** Every token is sent once. */
  readonly cold?: boolean
  /** Only for a contender that judges opaque tokens. */
  readonly opaque?: boolean
  /** Part of a comparison in which a few per cent count: it has several turns in each round. */
  readonly fine?: boolean
  readonly method?: 'GET' | 'POST'
  readonly bodyBytes?: number
  readonly close?: boolean
  readonly refused?: boolean
  readonly tokens: (issuer: BenchIssuer) => Promise<readonly string[]>
}

const MEGABYTE = 1 << 20
const hot = async (issuer: BenchIssuer): Promise<readonly string[]> => [await issuer.jwt()]
const opaque = async (issuer: BenchIssuer): Promise<readonly string[]> => [issuer.opaque()]
const COLD_TOKENS = 5000
/** As long as the slowest may take for them. */
const COLD_SECONDS = 10

export const SCENARIOS: readonly Scenario[] = [
  { name: 'hot-jwt', note: 'one JWT, seen before', path: '/guarded/7', connections: 64, tokens: hot },
  {
    name: 'cold-jwt',
    note: `${COLD_TOKENS} JWTs, each sent once: every one is verified`,
    path: '/guarded/7',
    connections: 64,
    cold: true,
    tokens: issuer => Promise.all(Array.from({ length: COLD_TOKENS }, () => issuer.jwt())),
  },
  { name: 'public', note: 'a public route, given the same bytes', path: '/public/7', connections: 64, tokens: hot },
  // Of one contender, one after the other.
  {
    name: 'guard-jwt',
    note: 'one JWT, seen before',
    path: '/guarded/7',
    connections: 64,
    opaque: true,
    fine: true,
    tokens: hot,
  },
  {
    name: 'guard-jwt-public',
    note: 'a public route, given the same bytes',
    path: '/public/7',
    connections: 64,
    opaque: true,
    fine: true,
    tokens: hot,
  },
  {
    name: 'guard-opaque',
    note: 'one opaque token, its answer cached',
    path: '/guarded/7',
    connections: 64,
    opaque: true,
    fine: true,
    tokens: opaque,
  },
  {
    name: 'guard-opaque-public',
    note: 'a public route, given the same bytes',
    path: '/public/7',
    connections: 64,
    opaque: true,
    fine: true,
    tokens: opaque,
  },
  {
    name: 'garbage',
    note: 'JWTs of another issuer, expired, unsigned, of another type',
    path: '/guarded/7',
    connections: 64,
    refused: true,
    fine: true,
    tokens: async issuer => issuer.garbage(1000),
  },
  { name: 'down-1mb', note: '1 MiB answers', path: '/guarded/big', connections: 16, tokens: hot },
  {
    name: 'up-1mb',
    note: '1 MiB requests',
    path: '/guarded/7',
    connections: 16,
    method: 'POST',
    bodyBytes: MEGABYTE,
    tokens: hot,
  },
  {
    name: 'new-connections',
    note: 'a connection a request',
    path: '/guarded/7',
    connections: 64,
    close: true,
    tokens: hot,
  },
  { name: 'connections-512', note: '512 connections', path: '/guarded/7', connections: 512, tokens: hot },
]

export const toLoad = (scenario: Scenario, url: string, seconds: number, tokens: readonly string[]): Load => ({
  url: `${url}${scenario.path}`,
  connections: scenario.connections,
  seconds: scenario.cold === true ? Math.max(seconds, COLD_SECONDS) : seconds,
  tokens,
  ...(scenario.cold === true ? { once: true } : {}),
  ...(scenario.refused === true ? { refused: true } : {}),
  ...(scenario.method === undefined ? {} : { method: scenario.method }),
  ...(scenario.bodyBytes === undefined ? {} : { bodyBytes: scenario.bodyBytes }),
  ...(scenario.close === undefined ? {} : { close: scenario.close }),
})
