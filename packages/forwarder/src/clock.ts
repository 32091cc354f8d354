import type { Ports } from './ports.ts'

const SHORTEST = 0.01
const LONGEST = 0.5

/**
 * One timer for every deadline of an upstream. It is coarse: something due is told up to two periods late, never early. It counts at most two
 * periods a tick, so that an event loop that stood still is not taken for an upstream that was silent.
 */
export class Clock {
  readonly #ports: Ports
  readonly #period: number
  readonly #onTick: () => void
  #now = 0
  #last = 0
  #stop: (() => void) | undefined

  constructor(ports: Ports, shortest: number, onTick: () => void) {
    this.#ports = ports
    this.#period = Math.min(LONGEST, Math.max(SHORTEST, shortest / 4))
    this.#onTick = onTick
  }

  /** When `seconds` from now will be over. */
  after(seconds: number): number {
    return this.#now + seconds + this.#period
  }

  isOver(deadline: number): boolean {
    return deadline <= this.#now
  }

  start(): void {
    if (this.#stop !== undefined) return
    this.#last = this.#ports.now()
    this.#stop = this.#ports.every(this.#period, () => this.#tick())
  }

  stop(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  #tick(): void {
    const now = this.#ports.now()
    this.#now += Math.min(now - this.#last, 2 * this.#period)
    this.#last = now
    this.#onTick()
  }
}
