import type { JsonValue } from '@gatehouse/protocol'

/** What stands in the journal where a secret was. */
export const REDACTED = '[redacted]'

/**
 * Parameters and members whose values are secrets, or would let a reader act as somebody. Named by the standards that define them: RFC 6749,
 * 7009, 7521, 7523, 7591, 7636, 8628, 8693, 9101, OpenID Connect Core, Session, Back-Channel and CIBA; `secret` is our own control plane's.
 */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'access_token',
  'actor_token',
  'assertion',
  'auth_req_id',
  'client_assertion',
  'client_notification_token',
  'client_secret',
  'code',
  'code_verifier',
  'device_code',
  'id_token',
  'id_token_hint',
  'login_hint_token',
  'logout_token',
  'password',
  'refresh_token',
  'registration_access_token',
  'request',
  'secret',
  'software_statement',
  'subject_token',
  'token',
  'user_code',
  'user_pin',
])

/** Headers that keep their scheme and lose the rest. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization'])
const HIDDEN_HEADERS: ReadonlySet<string> = new Set(['cookie', 'set-cookie', 'dpop'])

const PRIVATE_KEY_MEMBERS: ReadonlySet<string> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])

const JWT_LIKE = /^[\w-]{8,}\.[\w-]*\.[\w-]*(?:\.[\w-]*){0,2}$/
/** Begins with `{"`, as every header of a JWT does. */
const JWT_WITHIN = /\beyJ[\w-]{8,}\.[\w-]{2,}\.[\w-]*/

/** True for a secret's name, and for any value with a JWT in it whatever its name. */
const isSecret = (name: string, value: string): boolean =>
  (SECRET_NAMES.has(name.toLowerCase()) && value !== '') || JWT_LIKE.test(value) || JWT_WITHIN.test(value)

export const redactValue = (name: string, value: string): string => (isSecret(name, value) ? REDACTED : value)

export function redactHeader(name: string, value: string): string {
  const lower = name.toLowerCase()
  if (HIDDEN_HEADERS.has(lower)) return REDACTED
  if (SECRET_HEADERS.has(lower)) return `${/^[\w-]+(?= )/.exec(value)?.[0] ?? ''} ${REDACTED}`.trimStart()
  if (lower === 'referer') {
    const [address = '', query] = value.split('?')
    return query === undefined ? address : `${address}?${redactEncoded(query)}`
  }
  return redactValue(name, value)
}

/** A query or a form as it was written, encoding and order kept, without its secrets. */
export function redactEncoded(text: string): string {
  return text
    .split('&')
    .map(pair => {
      const equals = pair.indexOf('=')
      if (equals < 0) return pair
      const [entry] = new URLSearchParams(pair)
      return entry !== undefined && isSecret(entry[0], entry[1]) ? `${pair.slice(0, equals)}=${REDACTED}` : pair
    })
    .join('&')
}

/** JSON without its secrets; a JSON Web Key keeps its public members only (RFC 7518 section 6, RFC 8037 section 2). */
export function redactJson(value: JsonValue, name = ''): JsonValue {
  if (SECRET_NAMES.has(name.toLowerCase()) && value !== null && value !== '') return REDACTED
  if (typeof value === 'string') return redactValue(name, value)
  if (Array.isArray(value)) return value.map(item => redactJson(item as JsonValue))
  if (typeof value !== 'object' || value === null) return value
  const isKey = 'kty' in value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      isKey && PRIVATE_KEY_MEMBERS.has(key) ? REDACTED : redactJson(member, key),
    ]),
  )
}
