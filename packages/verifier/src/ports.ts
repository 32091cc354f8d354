import { randomBytes } from 'node:crypto'
import type { EpochSeconds } from '@gatehouse/protocol'
import { fetchWithTls } from './private-tls.ts'

/** What a request to an identity provider is sent with beyond HTTP. PEM text, never a path. */
export interface TlsMaterial {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export interface AskInit {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Deadline of the whole exchange, body included. */
  readonly signal: AbortSignal
  readonly redirect: 'manual'
  readonly tls?: TlsMaterial
}

/** Time, chance and the network: the only doors. */
export interface Ports {
  /** Seconds since the epoch, with fraction. */
  readonly now: () => EpochSeconds
  /** Cryptographically strong bytes. */
  readonly random: (bytes: number) => Uint8Array
  /** Late-bound: looked up when called, so that interception by nock and friends works whatever the import order. */
  readonly fetch: (url: string, init: AskInit) => Promise<Response>
}

const REAL: Ports = {
  now: () => (Date.now() / 1000) as EpochSeconds,
  random: bytes => randomBytes(bytes),
  fetch: (url, init) =>
    init.tls === undefined || url.startsWith('http:') ? globalThis.fetch(url, init) : fetchWithTls(url, init),
}

/** The real ports, with those given in their place. */
export const completePorts = (given: Partial<Ports> = {}): Ports => ({
  now: given.now ?? REAL.now,
  random: given.random ?? REAL.random,
  fetch: given.fetch ?? REAL.fetch,
})
