import { checkShape, describeProblem, nearest, type Problem, type Schema } from '@gatehouse/configuration'
import type { JsonObject } from '@gatehouse/protocol'
import { json } from '../../http/answers.ts'
import type { Exchange } from '../../http/endpoint.ts'
import type { Answer } from '../../http/message.ts'

/** One call of the control plane, its body judged by the row's schema. */
export interface Call {
  readonly exchange: Exchange
  /** The last segment of a path that ends in one of the user's choosing; empty elsewhere. */
  readonly name: string
  readonly query: URLSearchParams
  readonly body: JsonObject
}

export interface Operation {
  /** What the body must be; without one a body is not read. An empty body is `{}`. */
  readonly body?: Schema
  readonly handle: (call: Call) => Answer | Promise<Answer>
}

export type Operations = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', Operation>>>

/** A body that whoever takes it judges by itself. */
export const ANY_OBJECT: Schema = { type: 'object', description: 'a JSON object' }

/** A refusal in the shape of RFC 6749 section 5.2. */
export const refuse = (
  description: string,
  status = 400,
  error = 'invalid_request',
  headers: Answer['headers'] = [],
): Answer => json({ error, error_description: description }, status, headers)

/** Names every member that is wrong, and what is allowed there. */
export const refuseProblems = (problems: readonly Problem[]): Answer =>
  json({ error: 'invalid_request', error_description: problems.map(describeProblem).join('; '), problems }, 400)

export const unknownName = (kind: string, name: string, known: readonly string[]): Answer => {
  const meant = nearest(name, known)
  const shown = known.length === 0 ? 'there is none' : `there are ${known.slice(0, 20).join(', ')}`
  return refuse(
    `no ${kind} has this name${meant === undefined ? '' : `, did you mean ${meant}?`} (${shown})`,
    404,
    'not_found',
  )
}

/** The JSON object of a request, or the answer that refuses it. Read whatever the Content-Type says, so that a bare `curl -d` works. */
export function readBody(exchange: Exchange, schema: Schema): { body: JsonObject } | { refused: Answer } {
  const { question } = exchange
  if (question.oversized === true) return { refused: refuse('the body is longer than 1 MiB', 413) }
  const text = new TextDecoder().decode(question.body).trim()
  let value: unknown
  try {
    value = text === '' ? {} : JSON.parse(text)
  } catch {
    return { refused: refuse('the body is not JSON') }
  }
  const problems = checkShape(schema, value, '')
  return problems.length > 0 ? { refused: refuseProblems(problems) } : { body: value as JsonObject }
}
