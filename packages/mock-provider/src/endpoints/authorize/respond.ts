import type { SignatureAlgorithm } from '@gatehouse/protocol'
import { isAlgorithm } from '../../engine/algorithms.ts'
import { Refusal } from '../../engine/refusal.ts'
import { signClaims } from '../../engine/sign.ts'
import type { Tenant } from '../../engine/tenant.ts'
import { page, redirect, refused } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import { FORM_POST_SCRIPT_HASH, renderFormPost } from '../../ui/form-post.ts'
import type { Carrier, ResponseMode } from './response-modes.ts'

/** Where an answer may go; known before anything else is judged, since errors go there too. */
export interface ReturnAddress {
  readonly clientId: string
  readonly redirectUri: string
  readonly mode: ResponseMode
  readonly state: string | undefined
}

type Headers = Answer['headers']
/** What the user comes back with; numbers stay numbers in a JWT. */
export type ResponseParameters = Readonly<Record<string, string | number>>
type Deliver = (redirectUri: string, parameters: ResponseParameters, headers: Headers) => Answer

/** One row a carrier (Multiple Response Types section 2.1, OAuth 2.0 Form Post Response Mode section 2). */
const CARRIERS: { readonly [C in Carrier]: Deliver } = {
  // Appended as text: the registered URI's own query stays as it was written.
  query: (uri, parameters, headers) => redirect(`${uri}${uri.includes('?') ? '&' : '?'}${encode(parameters)}`, headers),
  fragment: (uri, parameters, headers) => redirect(`${uri}#${encode(parameters)}`, headers),
  form_post: (uri, parameters, headers) => page(renderFormPost(uri, parameters), 200, headers, FORM_POST_SCRIPT_HASH),
}

/** Seconds; JARM section 2.1 recommends ten minutes at most. */
const JARM_LIFETIME = 600

/** Sends the user back with an answer; `iss` says whose it is (RFC 9207), in a JWT by itself (JARM section 2.1). */
export function respond(
  tenant: Tenant,
  address: ReturnAddress,
  parameters: ResponseParameters,
  headers: Headers = [],
): Answer {
  const { redirectUri, mode, state } = address
  const all = { ...parameters, ...(state === undefined ? {} : { state }) }
  const deliver = CARRIERS[mode.carrier]
  if (!mode.jwt) return deliver(redirectUri, { ...all, iss: tenant.issuer }, headers)
  const response = signResponse(tenant, address, all)
  return response instanceof Refusal ? refused(response) : deliver(redirectUri, { response }, headers)
}

export const respondWithError = (
  tenant: Tenant,
  address: ReturnAddress,
  { error, description }: Refusal,
  headers: Headers = [],
): Answer => respond(tenant, address, { error, error_description: description }, headers)

/** JARM section 2.1, signed with what the client registered (`authorization_signed_response_alg`, default RS256). */
function signResponse(
  tenant: Tenant,
  { clientId }: ReturnAddress,
  parameters: ResponseParameters,
): string | Refusal {
  const registered = tenant.clients.get(clientId)?.metadata.authorization_signed_response_alg
  const alg: SignatureAlgorithm = isAlgorithm(registered) ? registered : 'RS256'
  const exp = tenant.clock.now() + JARM_LIFETIME
  return signClaims(tenant, alg, 'JWT', clientId, { iss: tenant.issuer, aud: clientId, exp, ...parameters })
}

const encode = (parameters: ResponseParameters): string =>
  new URLSearchParams(Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)])).toString()
