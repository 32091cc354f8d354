import type { EndpointName } from '../engine/endpoint-names.ts'
import { METADATA_NAMES, PAGES, RESERVED, STANDARD_LAYOUT } from './layout.ts'

/** Which endpoint of which tenant a path means. */
export type Route =
  | {
      readonly kind: 'endpoint'
      readonly prefix: string
      readonly name: EndpointName | 'control'
      readonly rest: readonly string[]
    }
  | { readonly kind: 'nothing'; readonly say: string }

const NAME_OF: ReadonlyMap<string, EndpointName> = new Map(
  (Object.entries(STANDARD_LAYOUT) as [EndpointName, string][]).map(([name, path]) => [path.slice(1), name]),
)
export const MOST_SEGMENTS = 32
/** What a tenant's name is made of: unreserved characters and some more of RFC 3986 section 3.3, so that the issuer needs no encoding and the path fits a cookie. */
const SEGMENT = /^[A-Za-z0-9._~!$&'()*+=:@-]{1,200}$/

/** Everything before the first reserved segment is the tenant. */
export function routePath(path: string): Route {
  const segments = path.split('/').slice(1)
  if (segments.length > MOST_SEGMENTS) return nothing('the path has too many segments')
  const inserted = segments[0] === '.well-known' && METADATA_NAMES.includes(segments[1] ?? '') && segments.length > 2
  if (inserted) return toMetadata(segments.slice(2))
  const at = segments.findIndex(segment => RESERVED.has(segment))
  if (at < 0) {
    const page = PAGES.get(segments.at(-1) ?? '')
    const owner = page === undefined ? undefined : toPrefix(segments.slice(0, -1))
    if (page !== undefined && owner !== undefined) return endpoint(owner, page)
    return nothing(
      'no endpoint is here; every path prefix is a tenant, with its metadata at PREFIX/.well-known/openid-configuration',
    )
  }
  const prefix = toPrefix(segments.slice(0, at))
  if (prefix === undefined)
    return nothing('a tenant is named by one or more path segments of letters, digits and . _ ~ - and the like')
  const [first = '', ...rest] = segments.slice(at)
  if (first === '_mock') return { kind: 'endpoint', prefix, name: 'control', rest }
  if (first === '.well-known') {
    return rest.length === 1 && METADATA_NAMES.includes(rest[0] ?? '')
      ? endpoint(prefix, 'discovery')
      : explainReserved(first)
  }
  const name = NAME_OF.get(first)
  if (name === undefined) return explainReserved(first)
  return rest.length === 0 || name === 'register' ? { kind: 'endpoint', prefix, name, rest } : explainReserved(first)
}

function toMetadata(segments: readonly string[]): Route {
  const reserved = segments.find(segment => RESERVED.has(segment))
  if (reserved !== undefined) return explainReserved(reserved)
  const prefix = toPrefix(segments)
  return prefix === undefined
    ? nothing('the path after the well-known name is no tenant')
    : endpoint(prefix, 'discovery')
}

/** `/a/b`, or empty for the root; undefined for what names no tenant. A slash at the end is forgiven, as in an issuer that ends in one. */
export function toPrefix(segments: readonly string[]): string | undefined {
  const named = segments.at(-1) === '' ? segments.slice(0, -1) : segments
  if (!named.every(segment => SEGMENT.test(segment) && segment !== '.' && segment !== '..')) return undefined
  return named.map(segment => `/${segment}`).join('')
}

const endpoint = (prefix: string, name: EndpointName): Route => ({ kind: 'endpoint', prefix, name, rest: [] })
const nothing = (say: string): Route => ({ kind: 'nothing', say })
const explainReserved = (segment: string): Route =>
  nothing(
    `${segment} is reserved for an endpoint: it names no tenant, and no endpoint has a path of its own below it here; metadata is at PREFIX/.well-known/openid-configuration`,
  )
