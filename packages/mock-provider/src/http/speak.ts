import type { JsonObject } from '@gatehouse/protocol'
import type { EndpointName } from '../engine/endpoint-names.ts'
import { isObject } from '../engine/members.ts'
import type { Call, Manner, Preset, RefusalRow, Refused } from '../presets/preset.ts'
import { parametersOf } from '../presets/readings.ts'
import { json, say } from './answers.ts'
import type { Exchange } from './endpoint.ts'
import type { Answer } from './message.ts'

type Run = (exchange: Exchange) => Answer | Promise<Answer>

/**
 * One call as a system has it: what it takes is put where the standard takes it, the engine answers, and the answer is said in the system's
 * words. What is no JSON object and no redirect passes untouched.
 */
export async function speak(preset: Preset, name: EndpointName, exchange: Exchange, run: Run): Promise<Answer> {
  const manner = preset.manners[name] ?? {}
  const { tenant, ports, question: original } = exchange
  const question = (manner.read ?? []).reduce((read, reading) => reading(read, tenant), original)
  let parameters: URLSearchParams | undefined
  const call: Call = {
    tenant,
    ports,
    question,
    original,
    get parameters() {
      parameters ??= parametersOf(question)
      return parameters
    },
  }
  const own = await manner.before?.(call)
  const answer = own ?? translate(preset, manner, await run({ ...exchange, question }), call)
  return withHeaders(manner.finish?.(answer) ?? answer, preset.headers ?? {})
}

function translate(preset: Preset, manner: Manner, answer: Answer, call: Call): Answer {
  const location = answer.headers.find(([name]) => name === 'location')?.[1]
  if (answer.status === 303 && location !== undefined) return sendOn(preset, manner, answer, location, call)
  if (hasForm(answer)) return manner.page?.(answer, call) ?? answer
  if (answer.status >= 400) return refuse(manner, answer, readRefusal(answer), call)
  const body = readBody(answer)
  const instead = body === undefined ? undefined : manner.instead?.(body, call)
  if (instead !== undefined) return instead
  const told =
    body === undefined || manner.tell === undefined
      ? answer
      : { ...answer, body: JSON.stringify(manner.tell(body, call)) }
  const type = body === undefined ? undefined : manner.contentType
  return withHeaders(told, { ...(type === undefined ? {} : { 'content-type': type }), ...manner.headers })
}

/** A page that waits for its user, whatever its status; other pages only say what is wrong. */
const hasForm = ({ headers, body }: Answer): boolean =>
  typeof body === 'string' &&
  headers.some(([name, value]) => name === 'content-type' && value.startsWith('text/html')) &&
  body.includes('<form ')

function sendOn(preset: Preset, manner: Manner, answer: Answer, location: string, call: Call): Answer {
  const start = location.search(/[?#&](?:code|error|id_token|access_token)=/)
  const parameters = start < 0 ? [] : [...new URLSearchParams(location.slice(start + 1))]
  const error = parameters.find(([name]) => name === 'error')?.[1]
  const description = parameters.find(([name]) => name === 'error_description')?.[1] ?? ''
  const refused = error === undefined ? undefined : { status: 303, error, description }
  const row = refused && manner.refusals?.find(({ when }) => when(refused, call))
  if (refused !== undefined && row !== undefined) return rowAnswer(row, refused, call)
  const told = start < 0 ? location : `${location.slice(0, start + 1)}${encode(preset.callback(parameters, call))}`
  return withHeaders({ ...answer, status: 302 }, { location: told })
}

const encode = (parameters: readonly (readonly [string, string])[]): string =>
  new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString()

function refuse({ refusals = [] }: Manner, answer: Answer, refused: Refused, call: Call): Answer {
  const row = refusals.find(({ when }) => when(refused, call))
  return row === undefined ? answer : rowAnswer(row, refused, call)
}

const rowAnswer = ({ status, body, type, headers }: RefusalRow, refused: Refused, call: Call): Answer =>
  say(status, typeof body === 'function' ? body(refused, call) : body, type, headers)

function readRefusal(answer: Answer): Refused {
  const { error, error_description } = readBody(answer) ?? {}
  return {
    status: answer.status,
    error: typeof error === 'string' ? error : '',
    description: typeof error_description === 'string' ? error_description : '',
  }
}

function readBody({ headers, body }: Answer): JsonObject | undefined {
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? ''
  if (typeof body !== 'string' || !/^application\/(?:[\w.-]+\+)?json\b/.test(type)) return undefined
  const value: unknown = JSON.parse(body)
  return isObject(value) ? value : undefined
}

function withHeaders(answer: Answer, over: Readonly<Record<string, string>>): Answer {
  const set = Object.entries(over)
  if (set.length === 0) return answer
  const names = new Set(set.map(([name]) => name.toLowerCase()).filter(name => name !== 'set-cookie'))
  return { ...answer, headers: [...answer.headers.filter(([name]) => !names.has(name.toLowerCase())), ...set] }
}

/** What a system says where it has no path. */
export const answerNowhere = (preset: Preset, { question }: Pick<Exchange, 'question'>, say: string): Answer =>
  withHeaders(
    preset.nowhere?.(question) ?? json({ error: 'not_found', error_description: say }, 404),
    preset.headers ?? {},
  )
