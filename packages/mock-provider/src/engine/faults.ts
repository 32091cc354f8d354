import { ConfigurationError, parseDuration } from '@gatehouse/configuration'
import { findMisbehaviour } from '../misbehaviours/index.ts'
import { type EndpointName, endpointNamed } from './endpoint-names.ts'
import { checkFault, type FaultOptions } from './fault-options.ts'

const MOST_FAULTS = 1000

/** The next number of a purpose, from 0 to below 1. */
type Draw = (purpose: string) => number

/** A fault in force. */
export interface Fault extends Omit<FaultOptions, 'endpoint' | 'times' | 'skip' | 'delay' | 'trickle'> {
  readonly id: string
  readonly endpoint?: EndpointName
  /** Calls it will still meet; absent when it meets them all. */
  readonly times?: number
  /** Matching calls that will still pass. */
  readonly skip: number
  /** Seconds. */
  readonly delay: number
  /** Seconds. */
  readonly trickle?: number
  /** Calls it has met. */
  readonly hits: number
}

/** What a fault is matched against. The parameters are read only where a fault asks for some. */
export interface Occasion {
  readonly endpoint: string
  readonly parameters: () => Readonly<Record<string, readonly string[]>>
}

/** The faults of one tenant, in the order they were added: the first that fits a call is the one it meets. */
export class Faults {
  #faults: Fault[] = []
  #made = 0
  readonly #draw: Draw

  constructor(draw: Draw = () => 0) {
    this.#draw = draw
  }

  /** Puts a fault in force. Throws ConfigurationError with every mistake. */
  add(options: FaultOptions): Fault {
    const problems = checkFault(options)
    if (this.#faults.length >= MOST_FAULTS)
      problems.push({ path: '', message: `there are ${MOST_FAULTS} faults in force already` })
    if (problems.length > 0) throw new ConfigurationError(problems)
    const { endpoint, skip, delay, trickle, misbehaviour, ...rest } = structuredClone(options)
    const name = endpoint === undefined ? undefined : endpointNamed(endpoint)
    const row = misbehaviour === undefined ? undefined : findMisbehaviour(misbehaviour)
    const { trickle: usual, ...scripted } = row?.fault ?? {}
    const drip = parseDuration(trickle ?? usual ?? 0) ?? 0
    const fault: Fault = {
      id: `fault-${++this.#made}`,
      ...(name === undefined ? {} : { endpoint: name }),
      ...(row === undefined ? {} : { ...scripted, misbehaviour: row.name }),
      ...rest,
      ...(drip === 0 ? {} : { trickle: drip }),
      skip: skip ?? 0,
      delay: (delay === undefined ? undefined : parseDuration(delay)) ?? 0,
      hits: 0,
    }
    this.#faults.push(fault)
    return fault
  }

  get size(): number {
    return this.#faults.length
  }

  list(): readonly Fault[] {
    return [...this.#faults]
  }

  /** The fault that a call meets, one of its times used up; undefined where it meets none. */
  take(occasion: Occasion): Fault | undefined {
    for (const [index, fault] of this.#faults.entries()) {
      if (!fits(fault, occasion)) continue
      if (fault.skip > 0) {
        this.#faults[index] = { ...fault, skip: fault.skip - 1 }
        continue
      }
      if (fault.chance !== undefined && this.#draw(`chance of ${fault.id}`) >= fault.chance) continue
      const met = { ...fault, hits: fault.hits + 1, ...(fault.times === undefined ? {} : { times: fault.times - 1 }) }
      if (met.times === 0) this.#faults.splice(index, 1)
      else this.#faults[index] = met
      return met
    }
    return undefined
  }

  /** Gives a fault back what `take` used up, where it turned out that there was nothing in the answer that it could spoil. */
  spare({ id, times, hits, ...fault }: Fault): void {
    const before = { ...fault, id, hits: hits - 1, ...(times === undefined ? {} : { times: times + 1 }) }
    const index = this.#faults.findIndex(other => other.id === id)
    if (index >= 0) this.#faults[index] = before
    else if (times === 0) this.#faults.unshift(before)
  }

  /** As new: the next fault is the first. */
  clear(): void {
    this.#faults = []
    this.#made = 0
  }

  /** Lifts the faults of an endpoint, one fault, or all of them; answers how many. */
  remove(which: { readonly endpoint?: EndpointName; readonly id?: string } = {}): number {
    const before = this.#faults.length
    this.#faults = this.#faults.filter(
      fault =>
        (which.endpoint !== undefined && fault.endpoint !== which.endpoint) ||
        (which.id !== undefined && fault.id !== which.id),
    )
    return before - this.#faults.length
  }
}

export const createFaults = (draw?: Draw): Faults => new Faults(draw)

function fits({ endpoint, misbehaviour, match }: Fault, occasion: Occasion): boolean {
  if (endpoint !== undefined && endpoint !== occasion.endpoint) return false
  const places = misbehaviour === undefined ? 'any' : (findMisbehaviour(misbehaviour)?.endpoints ?? 'any')
  if (places !== 'any' && !(places as readonly string[]).includes(occasion.endpoint)) return false
  if (match === undefined) return true
  const parameters = occasion.parameters()
  return Object.entries(match).every(([name, wanted]) => {
    const shown = Object.hasOwn(parameters, name) ? (parameters[name] ?? []) : []
    return typeof wanted === 'string' ? shown.includes(wanted) : wanted.some(value => shown.includes(value))
  })
}
