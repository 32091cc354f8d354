/** A spelling that two readers of a path may read differently; refused unless the route's `target.allow` names it. */
export type Ambiguity = '%2F' | ';' | '//'

export const AMBIGUITIES: readonly Ambiguity[] = ['%2F', ';', '//']

/** A request target in its one spelling. Made only by `judgeTarget`. */
export interface Target {
  /** Goes to the upstream: as received, except that percent-encoded unreserved characters are decoded (RFC 3986 section 6.2.2.2). */
  readonly path: string
  /** What routes are matched against: `path` with upper-case hex digits (RFC 3986 section 6.2.2.1). */
  readonly key: string
  /** `?…` as received, or empty. */
  readonly query: string
  /** What a route must allow before this target may match it. */
  readonly concerns: readonly Ambiguity[]
  /**
   * `key` as an upstream might read it that decodes what is visible, slashes too, cuts parameters and merges slashes. Where it is not `key`,
   * both must lead to the same route.
   */
  readonly reading: string
}

const NONE: readonly Ambiguity[] = []
const PLAIN = /^(?:\/[\w~!$&'()*+,=:@-][\w.~!$&'()*+,=:@-]*)*\/?$/
const UNSENDABLE = /[^\u0021-\u007e]|[#\\]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what is looked for
const UNSENDABLE_QUERY = /[\u0000-\u0020\u007f#]/
const ENCODED = /%[0-9A-Fa-f]{2}/g
const BAD_PERCENT = /%(?![0-9A-Fa-f]{2})/
const FORBIDDEN = /%(?:[01][0-9A-F]|2E|5C|7F|25[0-9A-F]{2})/i
/** Also where only a delimiter that is encoded ends it: `..%3B` is `..` to a reader who decodes first and cuts after. */
const DOT_SEGMENT = /^\.{1,2}(?:%3B|%3F|%23|$)/
const UNRESERVED = /^[\w~-]$/
const VISIBLE = /^[!-~]$/
const DELIMITING = new Set(['%', ';', '?', '#'])

/**
 * Judges a raw request target (RFC 9112 section 3.2): origin-form with one reading, or undefined. Absolute-form, authority-form,
 * asterisk-form, dot segments, encoded dots, backslashes, control bytes, double encoding, bad percent signs and paths that are no
 * UTF-8 are never allowed. Does not judge the query beyond bytes that no query may hold.
 */
export function judgeTarget(raw: string): Target | undefined {
  const mark = raw.indexOf('?')
  const path = mark === -1 ? raw : raw.slice(0, mark)
  const query = mark === -1 ? '' : raw.slice(mark)
  if (query !== '' && UNSENDABLE_QUERY.test(query)) return undefined
  if (path.length > 0 && PLAIN.test(path)) return { path, key: path, query, concerns: NONE, reading: path }
  return judgePath(path, query)
}

function judgePath(raw: string, query: string): Target | undefined {
  if (!raw.startsWith('/') || UNSENDABLE.test(raw)) return undefined
  if (BAD_PERCENT.test(raw) || !isUtf8(raw)) return undefined
  const path = raw.replace(ENCODED, decodeUnreserved)
  // Judged after decoding: `%25%32%66` is `%252f`.
  if (FORBIDDEN.test(path)) return undefined
  const key = path.replace(ENCODED, octet => octet.toUpperCase())
  const parts = key.replace(ENCODED, decodeVisible).split('/')
  const segments = parts.map(part => part.split(';', 1)[0] ?? '')
  if (segments.some(segment => DOT_SEGMENT.test(segment))) return undefined
  const concerns: Ambiguity[] = []
  if (key.includes('%2F')) concerns.push('%2F')
  if (key.includes(';')) concerns.push(';')
  if (parts.slice(1, -1).includes('')) concerns.push('//')
  const reading = segments.join('/').replace(/\/{2,}/g, '/')
  return { path, key, query, concerns, reading }
}

function decodeUnreserved(octet: string): string {
  const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16))
  return UNRESERVED.test(character) ? character : octet
}

/** Those are decoded by upstreams before they choose a handler; what would then delimit something else stays encoded. */
function decodeVisible(octet: string): string {
  const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16))
  return VISIBLE.test(character) && !DELIMITING.has(character) ? character : octet
}

function isUtf8(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** `Host` of RFC 9110 section 7.2, narrowed to names, addresses and a port. */
const AUTHORITY = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/

/** The one `Host` of a request, lower-cased, or undefined where it is missing, duplicated or malformed (RFC 9112 section 3.2). */
export function readAuthority(rawHeaders: readonly string[]): string | undefined {
  let authority: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name === undefined || name.length !== 4 || name.toLowerCase() !== 'host') continue
    if (authority !== undefined) return undefined
    authority = rawHeaders[index + 1] ?? ''
  }
  return authority !== undefined && AUTHORITY.test(authority) ? authority.toLowerCase() : undefined
}
