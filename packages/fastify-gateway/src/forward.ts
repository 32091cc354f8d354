import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FieldLines } from '@gatehouse/forwarder'
import type { ShellCode } from './errors.ts'
import type { Line } from './tunnel.ts'

/** One upstream, parsed. Durations are seconds. */
export interface Upstream {
  readonly name: string
  readonly url: URL
  /** Path of `url` without its final slash; goes before every path. */
  readonly basePath: string
  readonly connections: number
  /** Requests that may wait for one. */
  readonly queue: number
  readonly connectTimeout: number
  readonly headersTimeout: number
  readonly bodyTimeout: number
  readonly retries: number
  /** Whether it speaks HTTP/2. */
  readonly http2: boolean
  /** PEM text of the authorities trusted instead of the system's. */
  readonly ca: string | undefined
}

/** Why an exchange failed before the answer began. */
export type ForwardFailure = Extract<
  ShellCode,
  'upstream_unreachable' | 'upstream_timeout' | 'overloaded' | 'body_too_large' | 'target_ambiguous'
>

/** One request on its way: judged, shaped, and not begun. */
export interface Exchange {
  readonly method: string
  /** Path and query for the upstream, byte for byte. */
  readonly target: string
  /** Field lines, `name: value` and a line end each, of the gateway's own: what it says of the connection and of the caller. */
  readonly standing: FieldLines
  /** Field lines of the client's, and what else is of this request alone. Without Host, framing and hop-by-hop fields, like the others. */
  readonly headers: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Declared length; `chunked` where the client streams without one; `none` without a body. */
  readonly body: number | 'chunked' | 'none'
  /** Bytes; a longer body fails with `body_too_large` when the limit is passed. */
  readonly bodyLimit: number
  /** Whether the client waits for `100 Continue` before it sends the body. */
  readonly awaitsContinue: boolean
  /**
   * The upstream's end-to-end fields in, the client's out: flat lists. Called once, when the answer begins. `isWhole`: the whole of it is
   * there and leaves at once.
   */
  begin(status: number, fields: string[], isWhole: boolean): string[]
  /** Called at most once, and only while nothing of an answer was sent. */
  fail(code: ForwardFailure, cause: string): void
  /** Told when an answer that had begun was cut. */
  cut(cause: string): void
}

/** The other half of an upgrade: the client's connection and what it sent before the answer. */
export interface Tunnel {
  readonly socket: Socket
  readonly head: Buffer
  /** The one protocol that may be switched to, lower-cased. */
  readonly protocol: string
  /** Told when the two connections are joined. */
  readonly joined?: (line: Line) => void
}

/** What a forwarder has to do at the moment. */
export interface ForwarderLoad {
  /** Exchanges that a connection is used for, or is being opened for. */
  readonly inFlight: number
  /** Exchanges that wait for one. */
  readonly queued: number
}

/**
 * Carries exchanges to one upstream. The seam behind which the transport can be changed: the plugin knows nothing else of it.
 *
 * Promises: bytes stream both ways with backpressure; a client that goes away cancels the exchange upstream; an answer cut short
 * destroys the client's connection and is never completed; redirects and errors of the upstream are passed on as they are; no
 * hop-by-hop field of either side is seen by the other.
 */
export interface Forwarder {
  forward(exchange: Exchange): void
  /** Like `forward`, for a request to switch protocols; an answer other than 101 is passed on as an answer. */
  upgrade(exchange: Exchange, tunnel: Tunnel): void
  /** Ends every tunnel: they would keep a server from closing. Exchanges go on to their end. */
  endTunnels(): void
  /** For metrics; a forwarder without it has nothing to say. */
  load?(): ForwarderLoad
  /** Ends every connection. */
  close(): void
}

export type ForwarderFactory = (upstream: Upstream) => Forwarder
