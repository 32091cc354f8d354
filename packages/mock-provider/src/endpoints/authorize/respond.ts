import type { Refusal } from '../../engine/refusal.ts'
import type { Tenant } from '../../engine/tenant.ts'
import { page, redirect } from '../../http/answers.ts'
import type { Answer } from '../../http/message.ts'
import { FORM_POST_SCRIPT_HASH, renderFormPost } from '../../ui/form-post.ts'
import type { ReturnAddress } from './request.ts'

export type ResponseMode = 'query' | 'fragment' | 'form_post'

type Headers = Answer['headers']
type Deliver = (redirectUri: string, parameters: Readonly<Record<string, string>>, headers: Headers) => Answer

/** One row a response mode (OAuth 2.0 Multiple Response Types section 2.1, Form Post Response Mode section 2). */
const MODES: { readonly [M in ResponseMode]: Deliver } = {
  // Appended as text: the registered URI's own query stays as it was written.
  query: (uri, parameters, headers) => redirect(`${uri}${uri.includes('?') ? '&' : '?'}${encode(parameters)}`, headers),
  fragment: (uri, parameters, headers) => redirect(`${uri}#${encode(parameters)}`, headers),
  form_post: (uri, parameters, headers) => page(renderFormPost(uri, parameters), 200, headers, FORM_POST_SCRIPT_HASH),
}

/** Sends the user back with an answer; `iss` says whose it is (RFC 9207). */
export function respond(
  tenant: Tenant,
  { redirectUri, mode, state }: ReturnAddress,
  parameters: Readonly<Record<string, string>>,
  headers: Headers = [],
): Answer {
  return MODES[mode](
    redirectUri,
    { ...parameters, ...(state === undefined ? {} : { state }), iss: tenant.issuer },
    headers,
  )
}

export const respondWithError = (tenant: Tenant, address: ReturnAddress, { error, description }: Refusal): Answer =>
  respond(tenant, address, { error, error_description: description })

const encode = (parameters: Readonly<Record<string, string>>): string => new URLSearchParams(parameters).toString()
