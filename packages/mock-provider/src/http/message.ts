import type { Delivery } from '../engine/delivery.ts'

/** The most that any endpoint reads of a body, in bytes. Adapters stop there and say `oversized`. */
export const BODY_LIMIT = 1_048_576

/**
 * A request as every adapter hands it over: plain data, so that a listener need not build web streams. Names of headers are lower-case;
 * repeated ones are joined by `, `, so that a second `Authorization` is seen and refused.
 */
export interface Question {
  readonly method: string
  /** `http://host:port` as the client addressed it. */
  readonly origin: string
  /** As received, percent-encoding untouched, without the query. */
  readonly path: string
  /** Without the question mark; empty where there is none. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** The body was longer than BODY_LIMIT and was cut. */
  readonly oversized?: boolean
  /** Client certificate, PEM, where the adapter has one (RFC 8705). */
  readonly certificate?: string
  /** The listener asks for client certificates, whether or not this client showed one. */
  readonly asksCertificate?: true
  /** Calls `leave` if the client goes before it has its answer. For what waits; an adapter without this never says so. */
  readonly onGone?: (leave: () => void) => void
}

export interface Answer {
  readonly status: number
  /** In order; a name may be repeated (Set-Cookie). */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | Uint8Array
  /** What a scripted fault asks of the transport. */
  readonly disruption?: Disruption
  /** What clients answered to what they were sent meanwhile; for the journal. */
  readonly sent?: readonly Delivery[]
}

export interface Disruption {
  /** The body goes out in so many pieces, with a pause before each. */
  readonly trickle?: { readonly pieces: number; readonly pause: () => Promise<void> }
  /** Bytes of the body after which the connection is cut. */
  readonly truncate?: number
  /** Cut the connection before any byte. */
  readonly reset?: boolean
}
