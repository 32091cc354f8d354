import { DPOP_ALGORITHMS } from '../engine/dpop.ts'
import type { Parameters } from '../engine/parameters.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Question } from './message.ts'

export type Scheme = 'Bearer' | 'DPoP'

/** An access token as it was shown, unjudged. */
export interface AccessCredential {
  readonly scheme: Scheme
  readonly token: string
}

/**
 * The access token of a request, in the header or a form (RFC 6750 sections 2.1 and 2.2, RFC 9449 section 7.1), never in both; not in the query
 * (RFC 9700 section 4.3.2).
 */
export function readAccessCredential(
  { headers }: Question,
  parameters: Parameters | undefined,
): AccessCredential | Refusal {
  const header = headers.authorization
  const inForm = parameters?.one('access_token')
  if (header !== undefined && inForm !== undefined) return badRequest('the access token is sent twice')
  if (header === undefined && inForm === undefined)
    return new Refusal('invalid_token', 'an access token is required', 401, `${REALM}, ${DPOP_REALM}`)
  if (header === undefined) return { scheme: 'Bearer', token: inForm ?? '' }
  const match = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*)$/i.exec(header)
  const [, scheme = '', token] = match ?? []
  if (token === undefined) return badRequest('the Authorization header is well-formed neither for Bearer nor for DPoP')
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token }
}

/** RFC 6750 section 3.1, RFC 9449 section 7.1. */
export const badToken = (scheme: Scheme = 'Bearer', say = 'the access token is not valid'): Refusal =>
  new Refusal('invalid_token', say, 401, challenge(scheme, 'invalid_token', say))

/** The same refusal for a protected resource, where it is 401 and comes with a challenge (RFC 9449 sections 7.1 and 9). */
export const badProof = ({ error, description }: Refusal): Refusal =>
  new Refusal(error, description, 401, challenge('DPoP', error, description))

export const lacksScope = (scope: string, scheme: Scheme = 'Bearer'): Refusal =>
  new Refusal(
    'insufficient_scope',
    `the access token lacks the scope ${scope}`,
    403,
    `${realmOf(scheme)}, error="insufficient_scope", scope="${scope}"`,
  )

const REALM = 'Bearer realm="mock provider"'
const DPOP_REALM = `DPoP realm="mock provider", algs="${DPOP_ALGORITHMS.join(' ')}"`
const realmOf = (scheme: Scheme): string => (scheme === 'DPoP' ? DPOP_REALM : REALM)

const badRequest = (say: string): Refusal =>
  new Refusal('invalid_request', say, 400, challenge('Bearer', 'invalid_request', say))
const challenge = (scheme: Scheme, error: string, say: string): string =>
  `${realmOf(scheme)}, error="${error}", error_description="${say}"`
