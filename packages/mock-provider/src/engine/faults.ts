import { ConfigurationError, checkShape, type Problem, parseDuration, type Schema } from '@gatehouse/configuration'
import type { JsonValue } from '@gatehouse/protocol'
import { type EndpointName, endpointNamed, explainEndpoint } from './endpoint-names.ts'

/** A scripted fault: which calls it meets and what then goes wrong. Without a `status`, `body`, `truncate` or `reset` the endpoint answers as ever. */
export interface FaultOptions {
  /** An endpoint's name (`jwks`, `token`, `discovery`, ...). Default: every endpoint, the control plane excepted. */
  readonly endpoint?: string
  /** Parameters that the call must have, from the query, the form, the JSON body or HTTP Basic (`client_id`); a list means any of these. */
  readonly match?: Readonly<Record<string, string | readonly string[]>>
  /** How many calls it meets before it is spent. Default: all. */
  readonly times?: number
  /** How many matching calls pass before it begins. Default 0. */
  readonly skip?: number
  /** Real time to wait before the answer: `250ms`, or seconds. The tenant's clock, frozen or not, has no part in it. */
  readonly delay?: string | number
  /** The status to answer, 200 to 599. From 300 the endpoint is not run at all. */
  readonly status?: number
  /** Headers set over those of the answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** A body in place of the endpoint's, which is then not run: text as it is, anything else as JSON. */
  readonly body?: JsonValue
  /** The connection breaks after so many bytes of the body; `true` means after half of it. */
  readonly truncate?: number | boolean
  /** The connection breaks before any answer. */
  readonly reset?: boolean
}

/** A fault in force. */
export interface Fault extends Omit<FaultOptions, 'endpoint' | 'times' | 'skip' | 'delay'> {
  readonly id: string
  readonly endpoint?: EndpointName
  /** Calls it will still meet; absent when it meets them all. */
  readonly times?: number
  /** Matching calls that will still pass. */
  readonly skip: number
  /** Seconds. */
  readonly delay: number
  /** Calls it has met. */
  readonly hits: number
}

/** What a fault is matched against. The parameters are read only where a fault asks for some. */
export interface Occasion {
  readonly endpoint: string
  readonly parameters: () => Readonly<Record<string, readonly string[]>>
}

const TEXTS = { type: 'string' } as const

export const faultSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  description: 'an object such as { "endpoint": "jwks", "status": 503, "times": 2 }',
  properties: {
    endpoint: { type: 'string', description: "an endpoint's name" },
    match: {
      type: 'object',
      description: 'an object of parameter names, each with a string or a list of strings',
      additionalProperties: {
        anyOf: [TEXTS, { type: 'array', items: TEXTS, minItems: 1 }],
        description: 'a string or a list of strings',
      },
    },
    times: { type: 'integer', minimum: 1, description: 'a whole number from 1' },
    skip: { type: 'integer', minimum: 0, description: 'a whole number from 0' },
    delay: {
      type: ['string', 'number'],
      description: 'a duration such as 250ms or 2s, at most 10m; a bare number is seconds',
    },
    status: { type: 'integer', minimum: 200, maximum: 599, description: 'a status from 200 to 599' },
    headers: {
      type: 'object',
      description: 'an object of strings',
      additionalProperties: { type: 'string', description: 'a string' },
    },
    body: { description: 'text, or JSON' },
    truncate: {
      anyOf: [{ type: 'integer', minimum: 0 }, { type: 'boolean' }],
      description: 'a number of bytes, or true',
    },
    reset: { type: 'boolean', description: 'true or false' },
  },
}

const LONGEST_DELAY = 600
const MOST_FAULTS = 1000
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// RFC 9110 section 5.5: no control character but the tab; latin-1 at most, since a Response takes no more.
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Every mistake in a fault that somebody wrote. */
export function checkFault(value: unknown, path = ''): Problem[] {
  const problems = checkShape(faultSchema, value, path)
  if (problems.length > 0) return problems
  const options = value as FaultOptions
  const at = (member: string): string => (path === '' ? member : `${path}.${member}`)
  if (options.endpoint !== undefined && endpointNamed(options.endpoint) === undefined) {
    problems.push({ path: at('endpoint'), message: explainEndpoint(options.endpoint) })
  }
  const delay = options.delay === undefined ? 0 : parseDuration(options.delay)
  if (delay === undefined || delay > LONGEST_DELAY) {
    problems.push({
      path: at('delay'),
      message: 'is not a duration that can be waited for',
      allowed: 'such as 250ms or 2s, at most 10m',
    })
  }
  for (const [name, text] of Object.entries(options.headers ?? {})) {
    if (!HEADER_NAME.test(name)) problems.push({ path: at('headers'), message: 'has a name that is no header name' })
    else if (!HEADER_VALUE.test(text)) problems.push({ path: at(`headers.${name}`), message: 'is no header value' })
  }
  if (options.reset === true && (options.status ?? options.body ?? options.headers ?? options.truncate) !== undefined) {
    problems.push({
      path: at('reset'),
      message: 'leaves no answer that could have a status, headers, a body or a truncation',
    })
  }
  return problems
}

/** The faults of one tenant, in the order they were added: the first that fits a call is the one it meets. */
export class Faults {
  #faults: Fault[] = []
  #made = 0

  /** Puts a fault in force. Throws ConfigurationError with every mistake. */
  add(options: FaultOptions): Fault {
    const problems = checkFault(options)
    if (this.#faults.length >= MOST_FAULTS)
      problems.push({ path: '', message: `there are ${MOST_FAULTS} faults in force already` })
    if (problems.length > 0) throw new ConfigurationError(problems)
    const { endpoint, skip, delay, ...rest } = structuredClone(options)
    const name = endpoint === undefined ? undefined : endpointNamed(endpoint)
    const fault: Fault = {
      id: `fault-${++this.#made}`,
      ...(name === undefined ? {} : { endpoint: name }),
      ...rest,
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
      const met = { ...fault, hits: fault.hits + 1, ...(fault.times === undefined ? {} : { times: fault.times - 1 }) }
      if (met.times === 0) this.#faults.splice(index, 1)
      else this.#faults[index] = met
      return met
    }
    return undefined
  }

  clear(): void {
    this.#faults = []
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

export const createFaults = (): Faults => new Faults()

function fits({ endpoint, match }: Fault, occasion: Occasion): boolean {
  if (endpoint !== undefined && endpoint !== occasion.endpoint) return false
  if (match === undefined) return true
  const parameters = occasion.parameters()
  return Object.entries(match).every(([name, wanted]) => {
    const shown = Object.hasOwn(parameters, name) ? (parameters[name] ?? []) : []
    return typeof wanted === 'string' ? shown.includes(wanted) : wanted.some(value => shown.includes(value))
  })
}
