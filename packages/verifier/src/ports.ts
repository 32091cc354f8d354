import { randomBytes, randomFillSync } from 'node:crypto'
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

/** Whether a proof is new, was seen, or can not be told for want of room. */
export type Novelty = 'new' | 'seen' | 'full'

/** Remembers which DPoP proofs were used (RFC 9449 section 11.1). */
export interface ProofMemory {
  /**
   * Asks and remembers in one step, so that of two uses at once, by whichever process, one is `new`. `digest`: of the key and the `jti`, 43
   * characters. `period`: seconds, at least, for which it is remembered from `now`, epoch seconds, on. `full` where there is no room:
   * forgetting another proof instead would let that be replayed. What throws, rejects or answers otherwise is `issuer_unavailable` (503).
   * The verifier waits as long as it takes: a memory that can be late keeps a deadline of its own.
   */
  use(digest: string, period: number, now: number): Novelty | Promise<Novelty>
}

/** What processes that serve one public URL have in common, so that to clients they are one. */
export interface ProofSharing {
  /**
   * What DPoP nonces are made from (RFC 9449 section 9): at least 32 random bytes, else a TypeError. Processes that share it accept each
   * other's. Default: random, of this verifier alone.
   */
  readonly nonceSecret?: Uint8Array
  /** Processes that share it refuse each other's used proofs. Default: one of this verifier alone, with room for 100,000. */
  readonly memory?: ProofMemory
}

/** Time, chance, the network, and what other processes know: the only doors. */
export interface Ports {
  /** Seconds since the epoch, with fraction. */
  readonly now: () => EpochSeconds
  /** Cryptographically strong bytes. */
  readonly random: (bytes: number) => Uint8Array
  /** Late-bound: looked up when called, so that interception by nock and friends works whatever the import order. */
  readonly fetch: (url: string, init: AskInit) => Promise<Response>
  /** Default: nothing is shared. */
  readonly proofs?: ProofSharing
}

/** Random bytes kept in store: to ask for sixteen costs as much as to ask for all of these. */
const store = Buffer.allocUnsafeSlow(4096)
let drawn = store.length

/** Bytes that nobody gets twice. */
function drawRandom(bytes: number): Uint8Array {
  if (bytes > store.length) return randomBytes(bytes)
  if (drawn + bytes > store.length) {
    randomFillSync(store)
    drawn = 0
  }
  const taken = Uint8Array.prototype.slice.call(store, drawn, drawn + bytes)
  store.fill(0, drawn, drawn + bytes)
  drawn += bytes
  return taken
}

const REAL: Ports = {
  now: () => (Date.now() / 1000) as EpochSeconds,
  random: drawRandom,
  fetch: (url, init) =>
    init.tls === undefined || url.startsWith('http:') ? globalThis.fetch(url, init) : fetchWithTls(url, init),
}

/** The real ports, with those given in their place. */
export const completePorts = (given: Partial<Ports> = {}): Ports => ({
  now: given.now ?? REAL.now,
  random: given.random ?? REAL.random,
  fetch: given.fetch ?? REAL.fetch,
  ...(given.proofs === undefined ? {} : { proofs: given.proofs }),
})
