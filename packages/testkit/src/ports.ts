import type { EpochSeconds } from '@gatehouse/protocol'

/** What a fake network was asked. */
export interface Call {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export type Reply = (call: Call) => Response | Promise<Response>

interface FetchInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface FakePorts {
  /** What the subject under test is given in place of the real ports. */
  readonly ports: {
    readonly now: () => EpochSeconds
    readonly random: (bytes: number) => Uint8Array
    readonly fetch: (url: string, init: FetchInit) => Promise<Response>
  }
  /** Moves the clock, in seconds. */
  advance(seconds: number): void
  now(): number
  /** Scripts what a URL answers from now on. A URL without a script refuses connections. */
  on(url: string, reply: Reply): void
  /** Takes a URL off the network. */
  off(url: string): void
  /** Every call, in order. */
  readonly calls: readonly Call[]
  /** Calls to one URL, its query left aside. */
  count(url: string): number
}

/** A clock that the test moves, chance that is always the same, and a network that the test scripts and reads back. */
export function fakePorts({ now = 1_800_000_000 } = {}): FakePorts {
  let time = now
  const replies = new Map<string, Reply>()
  const calls: Call[] = []
  return {
    ports: {
      now: () => time as EpochSeconds,
      random: bytes => new Uint8Array(bytes),
      fetch: async (url, { method, headers, body }) => {
        const call = { url, method, headers, body }
        calls.push(call)
        const reply = replies.get(withoutQuery(url))
        if (reply === undefined) throw new TypeError('fetch failed')
        return reply(call)
      },
    },
    advance: seconds => {
      time += seconds
    },
    now: () => time,
    on: (url, reply) => {
      replies.set(url, reply)
    },
    off: url => {
      replies.delete(url)
    },
    calls,
    count: url => calls.filter(call => withoutQuery(call.url) === url).length,
  }
}

const withoutQuery = (url: string): string => url.split('?', 1)[0] ?? url

/** A reply with a JSON body. */
export const json = (
  value: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response =>
  new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } })
