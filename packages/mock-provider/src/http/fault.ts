import type { JsonValue } from '@gatehouse/protocol'
import type { Fault } from '../engine/faults.ts'
import type { Answer, Disruption } from './message.ts'

/**
 * Answers a call that met `fault`; `run` is the endpoint, not run where the fault has an answer of its own. Waits for the fault's delay; cutting
 * the connection is left to the adapters, by `disruption`.
 */
export async function answerWithFault(
  fault: Fault,
  run: () => Answer | Promise<Answer>,
  sleep: (seconds: number) => Promise<void>,
): Promise<Answer> {
  if (fault.delay > 0) await sleep(fault.delay)
  return disrupt(replaces(fault) ? scriptedAnswer(fault) : await run(), fault)
}

const replaces = ({ body, status = 200, reset }: Fault): boolean =>
  body !== undefined || status >= 300 || reset === true

function disrupt(answer: Answer, fault: Fault): Answer {
  const status = fault.status ?? answer.status
  const body = status === 204 || status === 205 || status === 304 ? '' : answer.body
  const headers = mergeHeaders(answer.headers, fault.headers ?? {})
  return { ...answer, status, headers, body, disruption: disruptionOf(fault, body) }
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

function disruptionOf({ truncate, reset }: Fault, body: Answer['body']): Disruption {
  if (reset === true) return { reset: true }
  if (truncate === undefined || truncate === false) return {}
  return { truncate: truncate === true ? Math.floor(Buffer.byteLength(body) / 2) : truncate }
}
