import type { Logger } from 'pino'
import { type Ending, type Member, spawnMember } from './member.ts'
import type { ToPrimary, ToWorker } from './messages.ts'

/** How often in a row one worker may fail to start. */
const ATTEMPTS = 3
/** Milliseconds between a death and the next life: none after the first, then doubling. */
const FIRST_WAIT = 100
const LONGEST_WAIT = 10_000
/** Milliseconds after which a worker has proved itself, and its earlier deaths are forgotten. */
const PROBATION = 10_000
/** Milliseconds for all workers to stop accepting, and beyond the grace for the last to be gone. */
const SOON = 1000
const MERCY = 5000

interface Orders {
  readonly size: number
  readonly log: Logger
  readonly onLines: (lines: string) => void
  /** What a new worker is told; `port` is the one to listen on, undefined for the configured one. */
  readonly briefing: (slot: number, port: number | undefined) => ToWorker
  readonly onMessage: (member: Member, message: ToPrimary) => void
  readonly onGone: (member: Member) => void
}

interface Slot {
  readonly number: number
  member: Member | undefined
  isListening: boolean
  /** Deaths in a row: of all kinds, and before listening. */
  deaths: number
  stillborn: number
  sentence: string | undefined
  timer: NodeJS.Timeout | undefined
}

/** Keeps as many worker processes alive as there should be. */
export class Crew {
  /** Resolves to the port once every worker has listened. */
  readonly whole: Promise<number>
  /** Resolves to a sentence when there is no point in going on. */
  readonly failed: Promise<string>
  readonly #orders: Orders
  readonly #slots: readonly Slot[]
  #becomeWhole: (port: number) => void = () => undefined
  #fail: (sentence: string) => void = () => undefined
  #wasWhole = false
  #isStopping = false
  #port: number | undefined
  #isPortLost = false
  #restarts = 0
  #cut = 0
  /** While stopping: who still accepts, and who did not say what it cut. */
  readonly #accepting = new Set<Member>()
  readonly #unsettled = new Set<Member>()
  #onStopped: () => void = () => undefined

  constructor(orders: Orders) {
    this.#orders = orders
    this.whole = new Promise(resolve => {
      this.#becomeWhole = resolve
    })
    this.failed = new Promise(resolve => {
      this.#fail = resolve
    })
    this.#slots = Array.from({ length: orders.size }, (_, index) => ({
      number: index + 1,
      member: undefined,
      isListening: false,
      deaths: 0,
      stillborn: 0,
      sentence: undefined,
      timer: undefined,
    }))
  }

  start(): void {
    for (const slot of this.#slots) this.#spawn(slot)
  }

  get members(): readonly Member[] {
    return this.#slots.map(({ member }) => member).filter(member => member !== undefined)
  }

  /** Those who can be asked for a report. */
  get serving(): readonly Member[] {
    return this.#slots.flatMap(({ member, isListening }) => (isListening && member !== undefined ? [member] : []))
  }

  get isWhole(): boolean {
    return this.#wasWhole
  }

  get restarts(): number {
    return this.#restarts
  }

  #spawn(slot: Slot): void {
    const member = spawnMember(message => this.#hear(slot, member, message), this.#orders.onLines)
    slot.member = member
    void member.ended.then(ending => this.#bury(slot, member, ending))
  }

  #hear(slot: Slot, member: Member, message: ToPrimary): void {
    switch (message.gatehouse) {
      case 'hello':
        member.send(this.#orders.briefing(slot.number, this.#isPortLost ? this.#port : undefined))
        break
      case 'listening':
        this.#welcome(slot, message.port)
        break
      case 'failed':
        slot.sentence = message.sentence
        break
      case 'draining':
        this.#release(member)
        break
      case 'stopped':
        this.#cut += message.cut
        this.#unsettled.delete(member)
    }
    this.#orders.onMessage(member, message)
  }

  #welcome(slot: Slot, port: number): void {
    slot.isListening = true
    slot.stillborn = 0
    this.#port = port
    slot.timer = setTimeout(() => {
      slot.deaths = 0
    }, PROBATION)
    slot.timer.unref()
    if (this.#wasWhole) this.#orders.log.info({ worker: slot.number, pid: slot.member?.pid }, 'worker replaced')
    else if (this.serving.length === this.#slots.length) {
      this.#wasWhole = true
      this.#becomeWhole(port)
    }
  }

  #bury(slot: Slot, member: Member, ending: Ending): void {
    clearTimeout(slot.timer)
    if (!slot.isListening) slot.stillborn += 1
    slot.member = undefined
    slot.isListening = false
    this.#orders.onGone(member)
    this.#release(member)
    if (this.#isStopping) return
    // With the last listener the port was given up: whoever comes first takes it by its number.
    if (this.serving.length === 0 && this.#port !== undefined) this.#isPortLost = true
    if (this.#isHopeless(slot)) {
      this.#isStopping = true
      this.#fail(slot.sentence ?? describeEnding(slot, ending))
      return
    }
    this.#orders.log.error({ worker: slot.number, pid: member.pid, ...ending }, 'worker died')
    slot.sentence = undefined
    slot.deaths += 1
    slot.timer = setTimeout(() => {
      this.#restarts += 1
      this.#spawn(slot)
    }, waitAfter(slot.deaths))
  }

  /** Until all have listened no excuse is taken; later it takes that none is left and the next does not come up either. */
  #isHopeless({ stillborn, sentence }: Slot): boolean {
    if (this.#wasWhole) return this.serving.length === 0 && stillborn >= ATTEMPTS
    return sentence !== undefined || stillborn >= ATTEMPTS
  }

  /**
   * Tells how many requests were cut. `grace` is in seconds; a worker that is not gone soon after it is killed. `hasStopped` is called once
   * nobody accepts any more.
   */
  async stop(grace: number, hasStopped: () => void): Promise<number> {
    this.#isStopping = true
    const { members } = this
    for (const { member, isListening, timer } of this.#slots) {
      clearTimeout(timer)
      if (member === undefined) continue
      if (!isListening) {
        member.kill()
        continue
      }
      this.#accepting.add(member)
      this.#unsettled.add(member)
      member.send({ gatehouse: 'stop' })
    }
    const gone = Promise.all(members.map(({ ended }) => ended))
    const stopped = new Promise<void>(resolve => {
      this.#onStopped = resolve
    })
    const soon = setTimeout(() => this.#onStopped(), SOON)
    const mercy = setTimeout(() => this.kill(), grace * 1000 + MERCY)
    await Promise.race([stopped, gone])
    hasStopped()
    await gone
    clearTimeout(soon)
    clearTimeout(mercy)
    // Whoever went without a word took at least one request with it, for all that is known.
    return this.#cut + this.#unsettled.size
  }

  kill(): void {
    this.#isStopping = true
    for (const member of this.members) member.kill()
  }

  #release(member: Member): void {
    this.#accepting.delete(member)
    if (this.#isStopping && this.#accepting.size === 0) this.#onStopped()
  }
}

const waitAfter = (deaths: number): number =>
  deaths === 1 ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (deaths - 2))

function describeEnding({ number }: Slot, { code, signal }: Ending): string {
  const how = signal === null ? `exit code ${code}` : signal
  return `Worker ${number} ended ${ATTEMPTS} times in a row before it listened, the last time with ${how}.`
}
