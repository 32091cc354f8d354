import type { Claims, Confirmation, JsonObject, JsonValue } from '@gatehouse/protocol'
import { isJsonObject } from '../json.ts'

/** The value of an own member; what `Object.prototype` offers is nobody's claim. Null counts as absent. */
export function claimOf(claims: Claims, name: string): JsonValue | undefined {
  return Object.hasOwn(claims, name) ? (claims[name] ?? undefined) : undefined
}

/** A string that says something. */
export function textOf(claims: Claims, name: string): string | undefined {
  const value = claimOf(claims, name)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

const SEPARATORS = { space: / +/, comma: /[ ,]+/ } as const

/**
 * `scope`, else `scp`: a string (RFC 6749 section 3.3, RFC 8693 section 4.2), a list that some issuers write with commas, or an array.
 * Undefined where the claims speak of no scope at all. Members that are no strings grant nothing; one that holds a separator is read as
 * several, as the upstream that receives them joined would read it.
 */
export function readScopes(claims: Claims, separator: 'space' | 'comma'): readonly string[] | undefined {
  for (const name of ['scope', 'scp']) {
    const value = claimOf(claims, name)
    const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? value : undefined
    if (texts === undefined) continue
    const scopes = new Set<string>()
    for (const text of texts) {
      if (typeof text !== 'string') continue
      for (const scope of text.split(SEPARATORS[separator])) if (scope !== '') scopes.add(scope)
    }
    return [...scopes]
  }
  return undefined
}

/** RFC 7519 section 4.1.3: one string or an array of them. */
export function readAudience(claims: Claims): readonly string[] {
  const value = claimOf(claims, 'aud')
  const members = Array.isArray(value) ? value : [value]
  return members.filter((member): member is string => typeof member === 'string' && member !== '')
}

/** `client_id` (RFC 9068, RFC 7662), else `azp` (OpenID Connect Core section 2), else `cid`. */
export const readClient = (claims: Claims): string | undefined =>
  textOf(claims, 'client_id') ?? textOf(claims, 'azp') ?? textOf(claims, 'cid')

const DIGITS = /^\d{1,15}(?:\.\d{1,9})?$/

/** A NumericDate (RFC 7519 section 2); `strings` admits digits in quotes. Undefined: absent. */
export function readTime(claims: Claims, name: string, strings = false): number | undefined | 'malformed' {
  const value = claimOf(claims, name)
  if (value === undefined) return undefined
  const time = strings && typeof value === 'string' && DIGITS.test(value) ? Number(value) : value
  return typeof time === 'number' && Number.isFinite(time) ? time : 'malformed'
}

/** As `readTime`, for claims that nobody's safety rests on: what can not be read is absent. */
export function readOptionalTime(claims: Claims, name: string, strings: boolean): number | undefined {
  const time = readTime(claims, name, strings)
  return time === 'malformed' ? undefined : time
}

const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/

/**
 * `cnf` (RFC 7800 section 3.1). Members that this project does not know are allowed and kept; a thumbprint that is none is malformed,
 * because a token whose binding can not be read must not pass as unbound.
 */
export function readConfirmation(claims: Claims): Confirmation | undefined | 'malformed' {
  const value = claimOf(claims, 'cnf')
  if (value === undefined) return undefined
  if (!isJsonObject(value)) return 'malformed'
  return isThumbprint(value, 'jkt') && isThumbprint(value, 'x5t#S256') ? (value as Confirmation) : 'malformed'
}

function isThumbprint(confirmation: JsonObject, name: string): boolean {
  if (!Object.hasOwn(confirmation, name)) return true
  const value = confirmation[name]
  return typeof value === 'string' && THUMBPRINT.test(value)
}
