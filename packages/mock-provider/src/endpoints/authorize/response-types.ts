import type { ProfileName } from '../../engine/profiles.ts'
import { offersGrant } from '../../engine/settings.ts'
import type { Tenant } from '../../engine/tenant.ts'

/** What the authorization endpoint can answer with (OAuth 2.0 Multiple Response Type Encoding Practices sections 2 to 5). */
export interface ResponseType {
  readonly name: string
  readonly code: boolean
  readonly token: boolean
  readonly idToken: boolean
}

const row = (name: string): ResponseType => {
  const words = name.split(' ')
  return { name, code: words.includes('code'), token: words.includes('token'), idToken: words.includes('id_token') }
}

/** One row a response type. `token` alone is not offered: OpenID Connect has no use for it, and RFC 9700 section 2.1.2 advises against it. */
const ROWS: readonly ResponseType[] = [
  'code',
  'id_token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
  'none',
].map(row)

export const RESPONSE_TYPES: readonly string[] = ROWS.map(({ name }) => name)

/** The words in any order (RFC 6749 section 3.1.1). */
export const findResponseType = (text: string): ResponseType | undefined => {
  const sorted = sortWords(text)
  return ROWS.find(({ name }) => sortWords(name) === sorted)
}

export const sortWords = (text: string): string => text.split(' ').sort().join(' ')

/** The grants behind a response type (OpenID Connect Registration section 2, `grant_types`). */
export const grantTypesOf = ({ code, token, idToken }: ResponseType): readonly string[] => [
  ...(code ? ['authorization_code'] : []),
  ...(token || idToken ? ['implicit'] : []),
]

/** Types that a profile leaves. */
const ALLOWED: { readonly [P in ProfileName]: (type: ResponseType) => boolean } = {
  'lenient-recording': () => true,
  'oauth2.1': ({ token }) => !token,
  fapi2: ({ name }) => name === 'code',
}

/** Those that a tenant offers: whose grants it offers. None where only `none` would be left, which grants nothing. */
export function responseTypesOf({ settings, dialect }: Tenant): readonly ResponseType[] {
  const offered = ROWS.filter(
    type =>
      (dialect.offers.responseTypes?.includes(type.name) ?? true) &&
      ALLOWED[settings.profile](type) &&
      grantTypesOf(type).every(name => offersGrant(settings, name)),
  )
  return offered.some(({ name }) => name !== 'none') ? offered : []
}

/** Whether the front channel gives tokens itself, which metadata and registrations call a grant (RFC 7591 section 2). */
export const offersImplicit = (tenant: Tenant): boolean =>
  responseTypesOf(tenant).some(type => grantTypesOf(type).includes('implicit'))
