import type { SignatureAlgorithm } from '@gatehouse/protocol'
import { isAlgorithm } from '../../engine/algorithms.ts'
import { encryptionOrderOf, encryptJwt } from '../../engine/encrypt-jwt.ts'
import { Refusal } from '../../engine/refusal.ts'
import { signClaims } from '../../engine/sign.ts'
import { page, redirect, refused } from '../../http/answers.ts'
import type { Exchange } from '../../http/endpoint.ts'
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
export async function respond(
  exchange: Exchange,
  address: ReturnAddress,
  parameters: ResponseParameters,
  headers: Headers = [],
): Promise<Answer> {
  const { redirectUri, mode, state } = address
  const all = { ...parameters, ...(state === undefined ? {} : { state }) }
  const deliver = CARRIERS[mode.carrier]
  if (!mode.jwt) return deliver(redirectUri, { ...all, iss: exchange.tenant.issuer }, headers)
  const response = await wrapResponse(exchange, address, all)
  return response instanceof Refusal ? refused(response) : deliver(redirectUri, { response }, headers)
}

export const respondWithError = (
  exchange: Exchange,
  address: ReturnAddress,
  { error, description }: Refusal,
  headers: Headers = [],
): Promise<Answer> => respond(exchange, address, { error, error_description: description }, headers)

/** JARM section 2.1, signed with what the client registered (`authorization_signed_response_alg`, default RS256), and encrypted where it registered that. */
async function wrapResponse(
  { tenant, ports }: Exchange,
  { clientId }: ReturnAddress,
  parameters: ResponseParameters,
): Promise<string | Refusal> {
  const client = tenant.clients.get(clientId)
  const registered = client?.metadata.authorization_signed_response_alg
  const alg: SignatureAlgorithm = isAlgorithm(registered) ? registered : 'RS256'
  const exp = tenant.clock.now() + JARM_LIFETIME
  const jwt = signClaims(tenant, alg, 'JWT', clientId, { iss: tenant.issuer, aud: clientId, exp, ...parameters })
  const order = client && encryptionOrderOf(client, 'authorization')
  if (jwt instanceof Refusal || client === undefined || order === undefined) return jwt
  return encryptJwt(tenant, ports, client, order, jwt)
}

const encode = (parameters: ResponseParameters): string =>
  new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
