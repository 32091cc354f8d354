import { parseDuration } from '@gatehouse/configuration'

/** A tenant's time. Real until it is set, moved or frozen; drives every lifetime and the `Date` header. */
export class Clock {
  readonly #real: () => number
  #offset = 0
  #stopped: number | undefined

  /** `real` answers seconds since the epoch, with fraction. */
  constructor(real: () => number) {
    this.#real = real
  }

  /** Whole seconds since the epoch, as tokens carry them. */
  now(): number {
    return Math.floor(this.#stopped ?? this.#real() + this.#offset)
  }

  get frozen(): boolean {
    return this.#stopped !== undefined
  }

  /** Sets the time, in seconds since the epoch, and freezes it there, so that what is issued next repeats to the byte. */
  set(now: number): void {
    if (!Number.isFinite(now) || now < 0 || now > LATEST)
      throw new RangeError(`now: must be seconds between 0 and ${LATEST}`)
    this.#stopped = now
  }

  /** Moves the time on by seconds or by a duration such as `1h` (a leading `-` moves it back); a frozen clock stays frozen. */
  advance(by: string | number): void {
    const seconds = parseShift(by)
    if (seconds === undefined) throw new RangeError('advance: must be a duration such as 30s, 10m, 1h or -5m')
    const next = (this.#stopped ?? this.#real() + this.#offset) + seconds
    if (next < 0 || next > LATEST) throw new RangeError('advance: leaves the years 1970 to 9999')
    if (this.#stopped === undefined) this.#offset += seconds
    else this.#stopped = next
  }

  freeze(): void {
    this.#stopped ??= this.#real() + this.#offset
  }

  /** Lets the time run on from where it stands. */
  resume(): void {
    if (this.#stopped === undefined) return
    this.#offset = this.#stopped - this.#real()
    this.#stopped = undefined
  }

  /** Real time again. */
  reset(): void {
    this.#offset = 0
    this.#stopped = undefined
  }
}

/** 9999-12-31T23:59:59Z: later dates have no HTTP form (RFC 9110 section 5.6.7). */
const LATEST = 253_402_300_799

/** Seconds of a duration that may go back: `1h`, `-5m`, -300. Undefined for what is none. */
export function parseShift(by: unknown): number | undefined {
  if (typeof by !== 'string' && typeof by !== 'number') return undefined
  const isBack = typeof by === 'number' ? by < 0 : by.startsWith('-')
  if (!isBack) return parseDuration(by)
  const size = parseDuration(typeof by === 'number' ? -by : by.slice(1))
  return size === undefined ? undefined : -size
}
