import type { Client } from '../../engine/clients.ts'
import { Refusal } from '../../engine/refusal.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { ResponseType } from './response-types.ts'

export type Carrier = 'query' | 'fragment' | 'form_post'

/** How an answer travels: in what, and whether as a signed JWT (JARM section 2.3). */
export interface ResponseMode {
  readonly carrier: Carrier
  readonly jwt: boolean
}

/** One row a mode; `jwt` alone is the default carrier of the response type, as a JWT. */
const MODES: Readonly<Record<string, { readonly carrier: Carrier | undefined; readonly jwt: boolean }>> = {
  query: { carrier: 'query', jwt: false },
  fragment: { carrier: 'fragment', jwt: false },
  form_post: { carrier: 'form_post', jwt: false },
  jwt: { carrier: undefined, jwt: true },
  'query.jwt': { carrier: 'query', jwt: true },
  'fragment.jwt': { carrier: 'fragment', jwt: true },
  'form_post.jwt': { carrier: 'form_post', jwt: true },
}

export const responseModesOf = ({ dialect }: Tenant): readonly string[] =>
  dialect.offers.responseModes ?? Object.keys(MODES)

const findMode = (tenant: Tenant, name: string) => (responseModesOf(tenant).includes(name) ? MODES[name] : undefined)

/** What is not `code` or `none` alone has tokens in it and goes to the fragment (Multiple Response Types section 5). */
const defaultCarrier = (type: ResponseType | undefined): Carrier =>
  type?.token === true || type?.idToken === true ? 'fragment' : 'query'

/** The mode that an answer takes, errors included; the default where the one asked for is none, or is not allowed. */
export function chooseMode(
  tenant: Tenant,
  asked: string | undefined,
  type: ResponseType | undefined,
  client: Client,
): ResponseMode {
  const row = asked === undefined ? undefined : findMode(tenant, asked)
  const fallback = defaultCarrier(type)
  if (row === undefined) return { carrier: fallback, jwt: false }
  const carrier = row.carrier ?? fallback
  return isExposed(carrier, row.jwt, type, client) ? { carrier: fallback, jwt: row.jwt } : { carrier, jwt: row.jwt }
}

export function checkMode(
  tenant: Tenant,
  asked: string | undefined,
  type: ResponseType | undefined,
  client: Client,
): Refusal | undefined {
  if (asked === undefined) return undefined
  const row = findMode(tenant, asked)
  if (row === undefined)
    return new Refusal('invalid_request', `response_mode: must be one of ${responseModesOf(tenant).join(', ')}`)
  return isExposed(row.carrier ?? defaultCarrier(type), row.jwt, type, client)
    ? new Refusal(
        'invalid_request',
        'response_mode: a query must not carry a token (Multiple Response Types section 3.0, JARM section 2.3.1)',
      )
    : undefined
}

/** Tokens in a query end in logs and referrers; an encrypted answer may go there. */
const isExposed = (carrier: Carrier, jwt: boolean, type: ResponseType | undefined, { metadata }: Client): boolean =>
  carrier === 'query' &&
  (type?.token === true || type?.idToken === true) &&
  !(jwt && metadata.authorization_encrypted_response_alg !== undefined)
