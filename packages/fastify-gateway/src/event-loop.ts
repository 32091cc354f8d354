/** Milliseconds between two looks. */
const PERIOD = 100

/** Tells every so often how late the event loop is, in seconds, until what it returns is called. */
export type Pulse = (tell: (late: number) => void) => () => void

/**
 * A timer that is called late is as late as everything else that waits for this turn of the loop. Only as much of it counts as the process
 * has worked in the meantime: where other processes had the processor, to turn requests away would help nobody. Keeps no process alive.
 */
export const feelPulse: Pulse = tell => {
  let last = performance.now()
  let used = process.cpuUsage()
  const timer = setInterval(() => {
    const now = performance.now()
    const worked = process.cpuUsage(used)
    const late = Math.min(now - last - PERIOD, (worked.user + worked.system) / 1000)
    tell(Math.max(0, late) / 1000)
    last = now
    used = process.cpuUsage()
  }, PERIOD).unref()
  return () => clearInterval(timer)
}

/** The least share that is let in, so that the end of an overload is found; what an overload takes from the share, and what a good look gives back. */
const LEAST = 0.05
const SHRINK = 0.7
const GROWTH = 0.1

/**
 * Lets all requests in while the event loop keeps its time, and a share of them while it does not: less with every look that finds it
 * late, more with every one that does not. One late look changes nothing: it may have been a collection of garbage, or another process.
 */
export class Throttle {
  readonly #limit: number
  readonly #pulse: Pulse
  #share = 1
  #credit = 0
  #wasLate = false
  #isAsked = false
  #stop: (() => void) | undefined

  /** `limit`: seconds; 0 lets everything in. */
  constructor(limit: number, pulse: Pulse = feelPulse) {
    this.#limit = limit
    this.#pulse = pulse
  }

  /** Whether one more request may come in. It looks at the clock only while requests come. */
  admits(): boolean {
    if (this.#limit === 0) return true
    this.#isAsked = true
    this.#stop ??= this.#pulse(this.#look)
    if (this.#share === 1) return true
    this.#credit += this.#share
    if (this.#credit < 1) return false
    this.#credit -= 1
    return true
  }

  close(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  readonly #look = (late: number): void => {
    const isLate = late > this.#limit
    if (isLate && this.#wasLate) this.#share = Math.max(LEAST, this.#share * SHRINK)
    else if (!isLate) this.#share = Math.min(1, this.#share + GROWTH)
    this.#wasLate = isLate
    if (!this.#isAsked && this.#share === 1) this.close()
    this.#isAsked = false
  }
}
