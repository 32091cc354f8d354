import type { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Question } from './message.ts'

/** The access token of a request, in the header or a form (RFC 6750 sections 2.1 and 2.2), never in both; not in the query (RFC 9700 section 4.3.2). */
export function readBearer({ headers }: Question, parameters: Parameters | undefined): string | Refusal {
  const header = headers.authorization
  const inForm = parameters?.one('access_token')
  if (header !== undefined && inForm !== undefined) return badRequest('the access token is sent twice')
  if (header === undefined && inForm === undefined)
    return new Refusal('invalid_token', 'an access token is required', 401, 'Bearer realm="mock provider"')
  if (header === undefined) return inForm ?? ''
  const match = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header)
  return match?.[1] ?? badRequest('the Authorization header is not well-formed Bearer')
}

/** RFC 6750 section 3.1. */
export const badToken = (): Refusal =>
  new Refusal(
    'invalid_token',
    'the access token is not valid',
    401,
    challenge('invalid_token', 'the access token is not valid'),
  )

export const lacksScope = (scope: string): Refusal =>
  new Refusal(
    'insufficient_scope',
    `the access token lacks the scope ${scope}`,
    403,
    `Bearer realm="mock provider", error="insufficient_scope", scope="${scope}"`,
  )

const badRequest = (say: string): Refusal => new Refusal('invalid_request', say, 400, challenge('invalid_request', say))
const challenge = (error: string, say: string): string =>
  `Bearer realm="mock provider", error="${error}", error_description="${say}"`
