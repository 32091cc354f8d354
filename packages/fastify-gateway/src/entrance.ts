import { atEndOfTurn, type Task } from '@gatehouse/forwarder'

/** Requests that are begun in one turn of the event loop where nobody waits, and where some do. */
const AT_ONCE = 64
const SLICE = 16
/** Requests that come while others wait, by which it is judged whether too many come. */
const WINDOW = 256
/** The parts of them that are turned away where too many come, and where no more come than can be served. */
const MANY = 1 / 4
const FEW = 1 / 8
/** Time for those who wait, by the time that everything else in a turn takes. */
const SHARE = 1 / 4

/** A request whose turn has not come. Neither of these throws. */
export interface Waiting {
  begin(): void
  turnAway(): void
}

/**
 * Lets requests begin a few at a time. The event loop reads all that has arrived in one turn, and what a request costs, such as a signature,
 * would be spent on thousands before the first of them is sent on. Here those behind the first wait for the next turn; answers of upstreams come in between.
 *
 * As many may wait as the limit says, so that a burst is served. A queue that stays full serves nobody, since those in it wait for all of it: while
 * many are turned away, its room is halved time and again, and who waits beyond it is turned away, the oldest first. The room is given back bit by
 * bit when few are turned away, and with every turn that leaves nobody behind.
 *
 * To turn requests away takes time too. Where very many come, those who wait get a part of each turn that goes by everything else in it: else hardly
 * anybody would be served. A larger part would make turns so long that still more come in each.
 */
export class Entrance implements Task {
  readonly #limit: number
  readonly #defer: (task: Task) => void
  readonly #now: () => number
  readonly #waiting: Waiting[] = []
  #room: number
  /** What is left of the room at the least. */
  #least: number
  /** In this turn, while nobody waits. */
  #begun = 0
  #asked = 0
  #refused = 0
  #isPressed = false
  /** When the last of those who waited in the turn before had begun; undefined where nobody did. */
  #since: number | undefined

  /** `limit`: requests that may wait. `defer`: does a task at the end of the turn, or of the next one where this one is ending. */
  constructor(limit: number, defer: (task: Task) => void = atEndOfTurn, now: () => number = () => performance.now()) {
    this.#limit = limit
    this.#room = limit
    this.#least = Math.min(limit, AT_ONCE)
    this.#defer = defer
    this.#now = now
  }

  /** Requests that have not begun. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Whether too many come, and have for some time. */
  get isCrowded(): boolean {
    return this.#room < this.#limit
  }

  /** Whether a request may begin at once; else it is to wait. */
  passes(): boolean {
    if (this.#begun === AT_ONCE || this.#waiting.length > 0) return false
    if (this.#begun++ === 0) this.#defer(this)
    return true
  }

  /** False: there is no room for one more. */
  wait(request: Waiting): boolean {
    const isRefused = this.#waiting.length >= this.#room
    this.#asked += 1
    if (isRefused) this.#refused += 1
    else this.#waiting.push(request)
    return !isRefused
  }

  /** One for which there was no room was answered all the same: those do not make a crowd. */
  excuse(): void {
    if (this.#refused > 0) this.#refused -= 1
  }

  /** The end of a turn. */
  run(): void {
    if (this.#begun > 0) {
      // What was begun in this turn leaves first.
      this.#begun = 0
      if (this.#waiting.length > 0) this.#defer(this)
      else this.#relax()
      return
    }
    if (this.#asked >= WINDOW) this.#judge()
    this.#serve()
    if (this.#waiting.length > 0) this.#defer(this)
    else this.#since = undefined
  }

  #serve(): void {
    const began = this.#now()
    const share = (began - (this.#since ?? began)) * SHARE
    let served = 0
    do {
      const slice = this.#waiting.splice(0, SLICE)
      served += slice.length
      for (const request of slice) request.begin()
      this.#since = this.#now()
    } while (this.#waiting.length > 0 && this.#since - began < share)
    // Who is served in two turns need not be turned away.
    this.#least = Math.min(this.#limit, Math.max(AT_ONCE, 2 * served))
  }

  /** Once a turn at most: a burst arrives in one, and is none if it is not followed by another. */
  #judge(): void {
    const isPressed = this.#refused >= this.#asked * MANY
    if (isPressed && this.#isPressed) this.#narrow()
    else if (this.#refused <= this.#asked * FEW) this.#widen()
    this.#isPressed = isPressed
    this.#asked = 0
    this.#refused = 0
  }

  #narrow(): void {
    this.#room = Math.max(this.#least, this.#room >> 1)
    const tooMany = Math.max(0, this.#waiting.length - this.#room)
    for (const request of this.#waiting.splice(0, tooMany)) request.turnAway()
  }

  /** A turn has left nobody behind. */
  #relax(): void {
    this.#isPressed = false
    this.#widen()
  }

  #widen(): void {
    this.#room = Math.min(this.#limit, this.#room + AT_ONCE)
  }
}
