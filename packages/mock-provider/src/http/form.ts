import { type Parameters, parseParameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Question } from './message.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

export const readQuery = ({ query }: Question): Parameters | Refusal => parseParameters(query)

/** The parameters of a form body; anything else as a body is refused (RFC 6749 section 3.2, appendix B). */
export function readForm({ headers, body, oversized }: Question): Parameters | Refusal {
  if (oversized === true) return new Refusal('invalid_request', 'the body is too long')
  const type = mediaType(headers['content-type'])
  if (type !== 'application/x-www-form-urlencoded') {
    return new Refusal('invalid_request', 'the body must be application/x-www-form-urlencoded')
  }
  try {
    return parseParameters(utf8.decode(body))
  } catch {
    return new Refusal('invalid_request', 'the body is not UTF-8')
  }
}

/** Query of a GET, form of a POST. */
export const readParameters = (question: Question): Parameters | Refusal =>
  question.method === 'POST' ? readForm(question) : readQuery(question)

/** RFC 9110 section 8.3.1, without its parameters; empty where there is none. */
export const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
