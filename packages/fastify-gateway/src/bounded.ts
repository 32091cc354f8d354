import type { ServerResponse } from 'node:http'
import type { Principal } from '@gatehouse/verifier'
import type { EventStream } from './event-stream.ts'
import { sever } from './inbound.ts'
import type { Ending, Stream } from './streams.ts'
import type { Line } from './tunnel.ts'

/** Told that something was cut, with a constant sentence for the operator. */
type OnCut = (cause: string) => void

const CAUSES: { readonly [E in Ending]: string } = {
  token_expired: 'the token expired',
  token_inactive: 'the token was revoked',
}

/** An answer that lasts no longer than its token. */
export class BoundedAnswer implements Stream {
  readonly principal: Principal
  readonly grace: number
  readonly #response: ServerResponse
  readonly #events: EventStream | undefined
  readonly #onCut: OnCut

  constructor(
    principal: Principal,
    grace: number,
    response: ServerResponse,
    events: EventStream | undefined,
    onCut: OnCut,
  ) {
    this.principal = principal
    this.grace = grace
    this.#response = response
    this.#events = events
    this.#onCut = onCut
  }

  end(ending: Ending): void {
    if (this.#response.writableEnded || this.#response.destroyed) return
    this.#onCut(CAUSES[ending])
    if (this.#events?.end('gatehouse', ending) === true) return
    sever(this.#response)
  }
}

/** RFC 6455 section 7.4.1: the endpoint received a message that violates its policy. */
const POLICY_VIOLATION = 1008

/** A WebSocket that lasts no longer than its token. */
export class BoundedLine implements Stream {
  readonly principal: Principal
  readonly grace: number
  readonly #line: Line
  readonly #onCut: OnCut

  constructor(principal: Principal, grace: number, line: Line, onCut: OnCut) {
    this.principal = principal
    this.grace = grace
    this.#line = line
    this.#onCut = onCut
  }

  end(ending: Ending): void {
    this.#onCut(CAUSES[ending])
    this.#line.close(POLICY_VIOLATION, CAUSES[ending])
  }
}
