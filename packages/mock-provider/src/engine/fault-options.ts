import { checkShape, nearest, type Problem, parseDuration, type Schema } from '@gatehouse/configuration'
import type { JsonValue } from '@gatehouse/protocol'
import { findMisbehaviour, MISBEHAVIOUR_NAMES } from '../misbehaviours/index.ts'
import { endpointNamed, explainEndpoint } from './endpoint-names.ts'

/**
 * A scripted fault: which calls it meets and what then goes wrong. Without a misbehaviour, `status`, `body`, `truncate` or `reset` the endpoint
 * answers as ever.
 */
export interface FaultOptions {
  /** An endpoint's name (`jwks`, `token`, `discovery`, ...). Default: every endpoint, the control plane excepted. */
  readonly endpoint?: string
  /** One of MISBEHAVIOURS, or one of DEFECTS, which the ID token in the answer then has, else the access token. What else is said here goes over it. */
  readonly misbehaviour?: string
  /** Parameters that the call must have, from the query, the form, the JSON body or HTTP Basic (`client_id`); a list means any of these. */
  readonly match?: Readonly<Record<string, string | readonly string[]>>
  /** How many calls it meets before it is spent. Default: all. */
  readonly times?: number
  /** How many matching calls pass before it begins. Default 0. */
  readonly skip?: number
  /** How likely a matching call meets it, from 0 to 1. Follows from the seed, so that a run repeats. Default 1. */
  readonly chance?: number
  /** Real time to wait before the answer: `250ms`, or seconds. The tenant's clock, frozen or not, has no part in it. */
  readonly delay?: string | number
  /** The status to answer, 200 to 599. From 300 the endpoint is not run at all. */
  readonly status?: number
  /** Headers set over those of the answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** A body in place of the endpoint's, which is then not run: text as it is, anything else as JSON. */
  readonly body?: JsonValue
  /** Real time over which the body comes in small pieces: `2s`, or seconds. */
  readonly trickle?: string | number
  /** The connection breaks after so many bytes of the body; `true` means after half of it. */
  readonly truncate?: number | boolean
  /** The connection breaks before any answer. */
  readonly reset?: boolean
}

const TEXTS = { type: 'string' } as const
const DURATION: Schema = {
  type: ['string', 'number'],
  description: 'a duration such as 250ms or 2s, at most 10m; a bare number is seconds',
}

export const faultSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  description: 'an object such as { "endpoint": "jwks", "status": 503, "times": 2 }',
  properties: {
    endpoint: { type: 'string', description: "an endpoint's name" },
    misbehaviour: { type: 'string', description: 'a name that GET /_mock/defects lists' },
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
    chance: { type: 'number', minimum: 0, maximum: 1, description: 'a number from 0 to 1' },
    delay: DURATION,
    trickle: DURATION,
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

/** What a fault can do; one that does none of it would only be counted. */
const EFFECTS = ['delay', 'trickle', 'status', 'headers', 'body', 'truncate', 'reset', 'misbehaviour'] as const

const LONGEST_DELAY = 600
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
  for (const member of ['delay', 'trickle'] as const) {
    const value = options[member]
    const seconds = value === undefined ? 0 : parseDuration(value)
    if (seconds !== undefined && seconds <= LONGEST_DELAY) continue
    problems.push({
      path: at(member),
      message: 'is not a duration that can be waited for',
      allowed: 'such as 250ms or 2s, at most 10m',
    })
  }
  if (EFFECTS.every(member => options[member] === undefined))
    problems.push({ path, message: 'says nothing of what goes wrong', allowed: `any of ${EFFECTS.join(', ')}` })
  problems.push(...checkMisbehaviour(options).map(message => ({ path: at('misbehaviour'), message })))
  for (const [name, text] of Object.entries(options.headers ?? {})) {
    if (!HEADER_NAME.test(name)) problems.push({ path: at('headers'), message: 'has a name that is no header name' })
    else if (!HEADER_VALUE.test(text)) problems.push({ path: at(`headers.${name}`), message: 'is no header value' })
  }
  if (
    options.reset === true &&
    (options.status ??
      options.body ??
      options.headers ??
      options.truncate ??
      options.trickle ??
      options.misbehaviour) !== undefined
  ) {
    problems.push({
      path: at('reset'),
      message: 'leaves no answer that could have a status, headers, a body or a truncation',
    })
  }
  return problems
}

function checkMisbehaviour({ misbehaviour: name, endpoint }: FaultOptions): string[] {
  if (name === undefined) return []
  const row = findMisbehaviour(name)
  if (row === undefined) {
    const meant = nearest(name, MISBEHAVIOUR_NAMES)
    return [
      `is not known${meant === undefined ? '' : `, did you mean ${meant}?`} (GET /_mock/misbehaviours and /_mock/defects list them)`,
    ]
  }
  const where = endpoint === undefined ? undefined : endpointNamed(endpoint)
  if (where === undefined || row.endpoints === 'any' || row.endpoints.includes(where)) return []
  return [`is none of ${where}: it happens at ${row.endpoints.join(', ')}`]
}
