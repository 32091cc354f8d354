import type { EventEmitter } from 'node:events'
import { DENIED, type Ports, type Principal, type Revocations } from '@gatehouse/verifier'

/** Why an answer or a connection is ended before its time. */
export type Ending = 'token_expired' | 'token_inactive'

/** Something that stays open by the leave of a token. */
export interface Stream {
  readonly principal: Principal
  /** Seconds that it may go on after its token is over or revoked. */
  readonly grace: number
  /** Called once. */
  end(ending: Ending): void
}

interface Entry {
  readonly stream: Stream
  /** Epoch seconds; Infinity where the token never ends. */
  until: number
  ending: Ending
}

/** Milliseconds between two looks at the clock: how late a stream is ended at most. */
const PERIOD = 500
/** Seconds for what begins after the end of its token, which the issuer's `clockTolerance` allows. */
const LATE = 5

/**
 * Ends what is open when its token is over: one coarse timer for all, which stands while nothing is open. A revocation is looked at when
 * it comes. What is over is forgotten by the `close` event of its carrier.
 */
export class Streams {
  readonly #ports: Ports
  readonly #revocations: Revocations
  readonly #open = new Map<EventEmitter, Entry>()
  #timer: NodeJS.Timeout | undefined

  constructor(ports: Ports, revocations: Revocations) {
    this.#ports = ports
    this.#revocations = revocations
    revocations.changes.addEventListener(DENIED, this.#applyRevocations)
  }

  /** `carrier` says `close` when the stream is over. */
  watch(carrier: EventEmitter, stream: Stream): void {
    const now = this.#ports.now()
    const { expiresAt = Infinity } = stream.principal
    const end = now < expiresAt ? expiresAt : now + LATE
    this.#open.set(carrier, { stream, until: end + stream.grace, ending: 'token_expired' })
    carrier.on('close', this.#forget)
    this.#timer ??= setInterval(this.#endOverdue, PERIOD).unref()
  }

  close(): void {
    this.#revocations.changes.removeEventListener(DENIED, this.#applyRevocations)
    clearInterval(this.#timer)
    this.#open.clear()
  }

  readonly #forget = this.#makeForget()

  /** One listener for all carriers, which are its `this`: a closure for each would be paid for by each request. */
  #makeForget() {
    const open = this.#open
    return function forget(this: EventEmitter): void {
      open.delete(this)
    }
  }

  readonly #endOverdue = (): void => {
    if (this.#open.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
      return
    }
    const now = this.#ports.now()
    for (const [carrier, entry] of this.#open) {
      if (now < entry.until) continue
      this.#open.delete(carrier)
      entry.stream.end(entry.ending)
    }
  }

  readonly #applyRevocations = (): void => {
    const now = this.#ports.now()
    for (const entry of this.#open.values()) {
      const { principal, grace } = entry.stream
      if (entry.ending === 'token_inactive' || !this.#revocations.isDenied(principal)) continue
      entry.ending = 'token_inactive'
      entry.until = Math.min(entry.until, now + grace)
    }
    this.#endOverdue()
  }
}
