import type { JsonValue } from '@gatehouse/protocol'
import type { Fault } from '../engine/faults.ts'
import type { Answer, Disruption } from './message.ts'

type Sleep = (seconds: number) => Promise<void>

/** A body that trickles comes in so many pieces, however long it takes. */
const PIECES = 20

/**
 * Answers a call that met `fault`; `run` is the endpoint, not run where the fault has an answer of its own, and `misbehave` what the fault's
 * misbehaviour makes of its answer. Waits for the fault's delay; cutting and slowing the connection is left to the adapters, by `disruption`.
 */
export async function answerWithFault(
  fault: Fault,
  run: () => Answer | Promise<Answer>,
  sleep: Sleep,
  misbehave: (answer: Answer) => Answer = answer => answer,
): Promise<Answer> {
  if (fault.delay > 0) await sleep(fault.delay)
  return disrupt(replaces(fault) ? scriptedAnswer(fault) : misbehave(await run()), fault, sleep)
}

const replaces = ({ body, status = 200, reset }: Fault): boolean =>
  body !== undefined || status >= 300 || reset === true

function disrupt(answer: Answer, fault: Fault, sleep: Sleep): Answer {
  const status = fault.status ?? answer.status
  const body = status === 204 || status === 205 || status === 304 ? '' : answer.body
  const headers = mergeHeaders(answer.headers, fault.headers ?? {})
  return { ...answer, status, headers, body, disruption: disruptionOf(fault, body, sleep) }
}

function scriptedAnswer({ status = 200, body }: Fault): Answer {
  const content = body ?? defaultBody(status)
  const headers: [string, string][] = [['cache-control', 'no-store']]
  if (content === undefined) return { status, headers, body: '' }
  headers.push(['content-type', typeof content === 'string' ? guessType(content) : 'application/json'])
  return { status, headers, body: typeof content === 'string' ? content : JSON.stringify(content) }
}

/** The errors of RFC 6749 section 4.1.2.1 that fit; below 400 there is no body. */
function defaultBody(status: number): JsonValue | undefined {
  if (status < 400) return undefined
  const isBusy = status === 503 || status === 429
  const error = isBusy ? 'temporarily_unavailable' : status >= 500 ? 'server_error' : 'invalid_request'
  return { error, error_description: 'A fault that a test scripted.' }
}

function guessType(text: string): string {
  if (/^\s*[{[]/.test(text)) return 'application/json'
  return /^\s*</.test(text) ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8'
}

function mergeHeaders(headers: Answer['headers'], over: Readonly<Record<string, string>>): Answer['headers'] {
  const set = Object.entries(over).map(([name, value]): [string, string] => [name.toLowerCase(), value])
  const names = new Set(set.map(([name]) => name))
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...set]
}

function disruptionOf({ truncate, reset, trickle }: Fault, body: Answer['body'], sleep: Sleep): Disruption {
  if (reset === true) return { reset: true }
  const length = truncate === true ? Math.floor(Buffer.byteLength(body) / 2) : truncate
  return {
    ...(length === undefined || length === false ? {} : { truncate: length }),
    ...(trickle === undefined ? {} : { trickle: { pieces: PIECES, pause: () => sleep(trickle / PIECES) } }),
  }
}
