import { checkFieldLines, type FieldLines } from '@gatehouse/forwarder'
import type { Claims, JsonValue } from '@gatehouse/protocol'
import type { Principal } from '@gatehouse/verifier'
import { writeFields } from './fields.ts'
import { foldName, RESERVED_PREFIX } from './headers.ts'

/** What every authenticated route tells its upstream (contract section 3). */
export const IDENTITY_HEADERS = {
  subject: 'x-gatehouse-subject',
  client: 'x-gatehouse-client',
  scope: 'x-gatehouse-scope',
  issuer: 'x-gatehouse-issuer',
} as const

/** A claim by name, or by JSON Pointer (RFC 6901) where the source starts with `/`. */
export interface HeaderSource {
  readonly header: string
  readonly path: readonly string[]
}

export function compileSources(headers: Readonly<Record<string, string>>): readonly HeaderSource[] {
  return Object.entries(headers).map(([header, source]) => ({ header, path: parseSource(source) }))
}

export const parseSource = (source: string): readonly string[] =>
  source.startsWith('/')
    ? source
        .slice(1)
        .split('/')
        .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    : [source]

/** `~` only as `~0` or `~1` (RFC 6901 section 3). */
export const isSource = (source: string): boolean =>
  source !== '' && !(source.startsWith('/') && /~(?![01])/.test(source))

/** Whether a configuration may map a claim to this header: a field name that is neither reserved nor framing nor a credential. */
export const isMappable = (header: string): boolean =>
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(header) &&
  !foldName(header).startsWith(RESERVED_PREFIX) &&
  !UNMAPPABLE.has(foldName(header)) &&
  foldName(header) !== ''

const UNMAPPABLE: ReadonlySet<string> = new Set(
  [
    'connection',
    'keep-alive',
    'proxy-connection',
    'proxy-authorization',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'host',
    'content-length',
    'content-type',
    'content-encoding',
    'expect',
    'cookie',
    'authorization',
    'dpop',
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
  ].map(foldName),
)

/**
 * The asserted headers of a request, a flat list of names and values. An absent, null or empty claim gives no header. `claims` are those
 * that the route's own headers are taken from.
 */
export function assertIdentity(
  principal: Principal,
  sources: readonly HeaderSource[],
  claims: Claims = principal.claims,
): string[] {
  const asserted: string[] = []
  const say = (name: string, value: string) => {
    if (value !== '') asserted.push(name, value)
  }
  say(IDENTITY_HEADERS.subject, encodeValue(principal.subject))
  say(IDENTITY_HEADERS.client, encodeValue(principal.client))
  say(IDENTITY_HEADERS.scope, encodeValue(principal.scopes.join(' ')))
  say(IDENTITY_HEADERS.issuer, encodeValue(principal.issuer))
  for (const { header, path } of sources) say(header, encodeValue(findClaim(claims, path)))
  return asserted
}

/** The asserted headers as field lines; `claims` as for `assertIdentity`. */
export type Describe = (principal: Principal, claims: Claims | undefined) => FieldLines

/** Principals of whom a route remembers what it says. */
const REMEMBERED = 1024

/**
 * Of a route. They are put together once for each principal, since a remembered token is always the same one. The memory is small and emptied
 * when full: what tokens that come once leave in it is soon gone.
 */
export function describeWith(sources: readonly HeaderSource[]): Describe {
  const known = new Map<Principal, FieldLines>()
  const describe = (principal: Principal, claims?: Claims): FieldLines =>
    checkFieldLines(writeFields(assertIdentity(principal, sources, claims)))
  return (principal, claims) => {
    if (claims !== undefined && claims !== principal.claims) return describe(principal, claims)
    const before = known.get(principal)
    if (before !== undefined) return before
    const lines = describe(principal)
    if (known.size === REMEMBERED) known.clear()
    known.set(principal, lines)
    return lines
  }
}

/** Own members only: what `Object.prototype` offers is nobody's claim. */
export function findClaim(claims: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = claims
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    // RFC 6901 section 4: an array has elements only, though here it owns its length too.
    if (Array.isArray(value) && part === 'length') return undefined
    value = (value as Readonly<Record<string, JsonValue>>)[part]
  }
  return value
}

/**
 * One claim as a header value: an array is joined by `,`, an object is JSON, and `%` and whatever is outside visible ASCII and space is
 * percent-encoded UTF-8. A comma inside a member of an array, and a space at either end, are encoded too: a list would otherwise gain a
 * member, and a subject lose what tells it from another. Empty where there is nothing to say.
 */
export function encodeValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return encodeText(value)
  if (Array.isArray(value)) {
    return value
      .map(member => (Array.isArray(member) ? encodeText(JSON.stringify(member)) : encodeValue(member)))
      .filter(text => text !== '')
      .map(text => text.replaceAll(',', '%2C'))
      .join(',')
  }
  return typeof value === 'object' ? encodeText(JSON.stringify(value)) : String(value)
}

const SENDABLE = /^[\u0021-\u0024\u0026-\u007e](?:[\u0020-\u0024\u0026-\u007e]*[\u0021-\u0024\u0026-\u007e])?$/
const UNSENDABLE = /[^\u0020-\u0024\u0026-\u007e]+/g

function encodeText(text: string): string {
  if (SENDABLE.test(text)) return text
  const encoded = text.replace(UNSENDABLE, encodeOctets)
  // An expression for spaces at the end takes the square of their number where they are in the middle.
  const before = encoded.length - encoded.trimStart().length
  const inner = encoded.trim()
  return `${'%20'.repeat(before)}${inner}${'%20'.repeat(encoded.length - before - inner.length)}`
}

function encodeOctets(text: string): string {
  let encoded = ''
  for (const octet of Buffer.from(text, 'utf8')) encoded += `%${octet.toString(16).toUpperCase().padStart(2, '0')}`
  return encoded
}
