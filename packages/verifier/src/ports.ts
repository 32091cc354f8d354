import type { EpochSeconds } from '@gatehouse/protocol'

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
