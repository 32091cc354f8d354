import { fstatSync, write, writeSync } from 'node:fs'

/** Where lines go: the parts of `node:fs` that are used, for tests. */
export interface Sink {
  readonly write: typeof write
  readonly writeSync: typeof writeSync
}

/** Bytes that wait for a reader who is slow; beyond them lines are lost, and counted. */
const MOST_WAITING = 4 * 1024 * 1024
/** Milliseconds for which lines wait for each other: each write is a task for another thread, and a burst of refusals a burst of lines. */
const TOGETHER = 20
/** Milliseconds between two attempts at a reader that takes nothing, and attempts that are made at exit. */
const PAUSE = 10
const LAST_ATTEMPTS = 50
/** Bytes that a pipe never mixes with those of another process (PIPE_BUF). */
const PIECE = 4096
/** Bytes that go at once to what mixes nothing, however much it is given: a file, or a device. */
const LARGE_PIECE = 256 * 1024
const NOTHING = new Uint8Array(0)

/**
 * Writes lines to a file descriptor without blocking whoever logs. A reader that went away is given up on, so that nobody waits for it,
 * not even at exit; one that is slow gets what there is room for.
 */
export class Output {
  readonly #fd: number
  readonly #sink: Sink
  readonly #piece: number
  #waiting: string[] = []
  /** How many of them have been taken: a backlog is not copied for every piece of it. */
  #taken = 0
  /** Characters in the others. */
  #bytes = 0
  #lost = 0
  #rest: Uint8Array = NOTHING
  #isBusy = false
  #isBroken = false

  /** `piece`: bytes that are written at once, at most. */
  constructor(fd: number, sink: Sink = { write, writeSync }, piece = PIECE) {
    this.#fd = fd
    this.#sink = sink
    this.#piece = piece
  }

  write(line: string): void {
    if (this.#isBroken) return
    if (this.#bytes >= MOST_WAITING) {
      this.#lost++
      return
    }
    this.#waiting.push(line)
    this.#bytes += line.length
    this.#later(TOGETHER)
  }

  /** What still waits, at exit. What is on its way is taken for written. */
  flushSync(): void {
    let attempts = 0
    for (this.#gather(); this.#rest.length > 0 && attempts < LAST_ATTEMPTS; this.#gather()) {
      try {
        this.#rest = this.#rest.subarray(this.#sink.writeSync(this.#fd, this.#rest))
      } catch (error) {
        if (!isFull(error)) this.#giveUp()
        attempts++
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
      }
    }
  }

  #later(milliseconds: number): void {
    if (this.#isBusy) return
    this.#isBusy = true
    setTimeout(() => this.#begin(), milliseconds).unref()
  }

  #begin(): void {
    this.#gather()
    const flying = this.#rest
    this.#rest = NOTHING
    this.#sink.write(this.#fd, flying, 0, flying.length, null, (error, written) => {
      this.#isBusy = false
      if (error !== null && !isFull(error)) {
        this.#giveUp()
        return
      }
      this.#rest = flying.subarray(error === null ? written : 0)
      if (error !== null) this.#later(PAUSE)
      else if (this.#rest.length > 0 || this.#bytes >= this.#piece) this.#later(0)
      else if (this.#waiting.length > this.#taken) this.#later(TOGETHER)
    })
  }

  /** Whole lines up to what is written at once. */
  #gather(): void {
    if (this.#rest.length > 0 || this.#waiting.length === this.#taken) return
    if (this.#lost > 0) {
      const line = `${JSON.stringify({ level: 40, lost: this.#lost, msg: 'log lines lost' })}\n`
      this.#waiting.push(line)
      this.#bytes += line.length
    }
    this.#lost = 0
    let lines = ''
    for (let bytes = 0; this.#taken < this.#waiting.length; this.#taken++) {
      const next = this.#waiting[this.#taken] ?? ''
      bytes += Buffer.byteLength(next)
      if (lines !== '' && bytes > this.#piece) break
      lines += next
    }
    if (this.#taken * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#taken)
      this.#taken = 0
    }
    this.#bytes -= lines.length
    this.#rest = Buffer.from(lines)
  }

  #giveUp(): void {
    this.#isBroken = true
    this.#waiting = []
    this.#taken = 0
    this.#rest = NOTHING
  }
}

/** How much may be written at once to what has other writers too. */
export function pieceFor(fd: number): number {
  const kind = fstatSync(fd)
  return kind.isFile() || kind.isCharacterDevice() ? LARGE_PIECE : PIECE
}

/** The reader is there and takes nothing at the moment. */
const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY')
