import { type Agent, request } from 'node:http'
import type { MockProvider } from '@gatehouse/mock-provider'

/** Mulberry32: a small generator whose whole state is the seed that is printed. */
export function createChance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const pick = <T>(chance: () => number, list: readonly T[]): T => {
  const chosen = list[Math.floor(chance() * list.length)]
  if (chosen === undefined) throw new Error('nothing to pick from')
  return chosen
}

/** Ways in which an identity provider fails for a moment. */
const PROVIDER_FAULTS = [
  { status: 500 },
  { status: 503 },
  { status: 200, body: '<!doctype html><title>Maintenance</title>', headers: { 'content-type': 'text/html' } },
  { delay: '300ms' },
  { truncate: 10 },
  { reset: true },
  { status: 302, headers: { location: 'http://127.0.0.1:9/' } },
  { status: 429, headers: { 'retry-after': '1' } },
] as const

/** Scripts one more fault of the provider: an endpoint, a kind, and how often. */
export function troubleProvider(provider: MockProvider, chance: () => number): void {
  const endpoint = pick(chance, ['discovery', 'jwks', 'introspect'] as const)
  provider.faults.add({ endpoint, times: 1 + Math.floor(chance() * 3), ...pick(chance, PROVIDER_FAULTS) })
}

export interface Reply {
  /** 0 where the connection ended without an answer. */
  readonly status: number
  readonly code: string | undefined
}

/** One request over a kept-alive connection. */
export function ask(agent: Agent, url: string, token: string | undefined): Promise<Reply> {
  return new Promise(resolve => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const outgoing = request(url, { agent, headers }, incoming => {
      let body = ''
      incoming.on('data', chunk => {
        body += String(chunk)
      })
      incoming.on('error', () => resolve({ status: 0, code: undefined }))
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, code: /"code":"(\w+)"/.exec(body)?.[1] }))
    })
    outgoing.on('error', () => resolve({ status: 0, code: undefined }))
    outgoing.end()
  })
}
