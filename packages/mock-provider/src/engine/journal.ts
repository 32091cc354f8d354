import { parseDuration } from '@gatehouse/configuration'
import { parseCall } from './call.ts'
import { endpointNamed, explainEndpoint } from './endpoint-names.ts'
import type { ClientFacts } from './findings.ts'
import { describe, type JournalEntry, type JournalInput, type Recorded } from './journal-entry.ts'

export type { JournalEntry, JournalInput } from './journal-entry.ts'

/** Answers what the tenant knows of a client; undefined for one that it does not know. */
export type KnowClient = (clientId: string) => ClientFacts | undefined

/** Rings after real seconds, unless it is turned off by what it answers. */
export type Alarm = (seconds: number, ring: () => void) => () => void

/** Which request is waited for; every member narrows. */
export interface TakeOptions {
  /** An endpoint's name, such as `token`. */
  readonly endpoint?: string
  readonly client_id?: string
  /** Any other condition. */
  readonly where?: (entry: JournalEntry) => boolean
  /** Real time, as a duration or seconds. Default `5s`; 0 takes only what is already there. */
  readonly timeout?: string | number
}

/** Judges a request; answers it as it is shown if it is the one. */
type Pick = (recorded: Recorded, number: number) => JournalEntry | undefined

interface Waiting {
  readonly pick: Pick
  readonly resolve: (entry: JournalEntry) => void
}

/** Bytes of bodies that are kept at most. */
const MOST_BYTES = 2 ** 26

/** What one tenant was asked: the newest `limit` requests, or fewer where their bodies are long. */
export class Journal {
  readonly #know: KnowClient
  readonly #limit: number
  readonly #alarm: Alarm
  #recorded: Recorded[] = []
  #dropped = 0
  /** Of all bodies that are kept. */
  #bytes = 0
  #taken = new WeakSet<Recorded>()
  readonly #waiting = new Set<Waiting>()

  constructor(know: KnowClient = () => undefined, limit = 1000, alarm: Alarm = () => () => {}) {
    this.#know = know
    this.#limit = limit
    this.#alarm = alarm
  }

  record(input: JournalInput): void {
    const { clientId } = parseCall(input.endpoint, input)
    const recorded = { input, client: clientId === undefined ? undefined : this.#know(clientId) }
    this.#recorded.push(recorded)
    this.#bytes += input.body.byteLength
    if (this.#waiting.size > 0) this.#hand(recorded, this.#dropped + this.#recorded.length)
    // Cut by half: shifting one off a full list at every request would cost its length each time.
    if (this.#recorded.length >= this.#limit * 2 || this.#bytes > MOST_BYTES) this.#cut()
  }

  /** The requests in order, the oldest first; only those to `endpoint` where one is given, and of these the newest `limit`. */
  list({ endpoint, limit }: { readonly endpoint?: string; readonly limit?: number } = {}): readonly JournalEntry[] {
    const start = Math.max(0, this.#recorded.length - this.#limit)
    return this.#recorded
      .slice(start)
      .map((recorded, index) => ({ recorded, number: this.#dropped + start + index + 1 }))
      .filter(({ recorded }) => endpoint === undefined || recorded.input.endpoint === endpoint)
      .slice(-(limit ?? this.#limit))
      .map(({ recorded, number }) => describe(recorded, number))
  }

  /**
   * The oldest request of its kind that nobody has taken yet, waited for if there is none. Each is taken once; `list` shows it all the same.
   * Rejects with an Error whose name is TimeoutError, and that says what was asked instead; with a TypeError for options that make no sense.
   * `onGone` calls back when nobody waits any more: the request is then for whoever asks next.
   */
  async take(options: TakeOptions = {}, onGone: (leave: () => void) => void = () => {}): Promise<JournalEntry> {
    const { seconds, pick } = readOptions(options)
    let isGone = false
    let giveUp = (): void => {
      isGone = true
    }
    onGone(() => giveUp())
    const entry = isGone ? undefined : this.#find(pick)
    if (entry !== undefined) return entry
    if (seconds === 0 || isGone) throw this.#late(options, seconds)
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        pick,
        resolve: entry => {
          silence()
          resolve(entry)
        },
      }
      const end = (): void => {
        this.#waiting.delete(waiting)
        reject(this.#late(options, seconds))
      }
      const silence = this.#alarm(seconds, end)
      giveUp = () => {
        silence()
        end()
      }
      this.#waiting.add(waiting)
    })
  }

  /** How many requests it holds. */
  get size(): number {
    return Math.min(this.#recorded.length, this.#limit)
  }

  clear(): void {
    this.#recorded = []
    this.#dropped = 0
    this.#bytes = 0
    this.#taken = new WeakSet()
  }

  #cut(): void {
    const newest = this.#recorded.slice(-this.#limit)
    let bytes = newest.reduce((sum, { input }) => sum + input.body.byteLength, 0)
    let from = 0
    while (bytes > MOST_BYTES / 2) bytes -= newest[from++]?.input.body.byteLength ?? 0
    this.#dropped += this.#recorded.length - newest.length + from
    this.#recorded = newest.slice(from)
    this.#bytes = bytes
  }

  /** The oldest that nobody has taken yet. */
  #find(pick: Pick): JournalEntry | undefined {
    for (const [index, recorded] of this.#recorded.entries()) {
      const entry = this.#taken.has(recorded) ? undefined : pick(recorded, this.#dropped + index + 1)
      if (entry === undefined) continue
      this.#taken.add(recorded)
      return entry
    }
    return undefined
  }

  /** Whoever waits longest is first. */
  #hand(recorded: Recorded, number: number): void {
    for (const waiting of this.#waiting) {
      const entry = waiting.pick(recorded, number)
      if (entry === undefined) continue
      this.#taken.add(recorded)
      this.#waiting.delete(waiting)
      waiting.resolve(entry)
      return
    }
  }

  #late({ endpoint = 'any endpoint', client_id }: TakeOptions, seconds: number): Error {
    const whose = client_id === undefined ? '' : ` by ${client_id}`
    const asked = this.#recorded.map(({ input }) => `${input.method} ${input.endpoint} ${input.status}`).slice(-20)
    const instead = asked.length === 0 ? 'nothing' : asked.join(', ')
    const error = new Error(
      `no request to ${endpoint}${whose} within ${seconds}s that was not taken yet; asked was ${instead}`,
    )
    error.name = 'TimeoutError'
    return error
  }
}

function readOptions({ endpoint, client_id, where, timeout = 5 }: TakeOptions): { seconds: number; pick: Pick } {
  const seconds = parseDuration(timeout)
  if (seconds === undefined) throw new TypeError('timeout: must be a duration such as 500ms or 5s, or seconds')
  const name = endpoint === undefined ? undefined : endpointNamed(endpoint)
  if (endpoint !== undefined && name === undefined) throw new TypeError(`endpoint: ${explainEndpoint(endpoint)}`)
  const pick: Pick = (recorded, number) => {
    if (name !== undefined && recorded.input.endpoint !== name) return undefined
    const entry = describe(recorded, number)
    const isIt = (client_id === undefined || entry.client_id === client_id) && (where === undefined || where(entry))
    return isIt ? entry : undefined
  }
  return { seconds, pick }
}

export const createJournal = (know?: KnowClient, alarm?: Alarm): Journal => new Journal(know, 1000, alarm)
