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
