import type { EndpointName } from '../engine/endpoint-names.ts'

/** Where the endpoints of a tenant are, below its prefix. A preset brings another one. */
export type Layout = Readonly<Partial<Record<EndpointName, string>>>

export const STANDARD_LAYOUT: Layout = {
  jwks: '/jwks',
  authorize: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  introspect: '/introspect',
  revoke: '/revoke',
  logout: '/logout',
  register: '/register',
  device_authorization: '/device_authorization',
  par: '/par',
  'bc-authorize': '/bc-authorize',
}

/** First segments that never begin or continue a tenant's name: a forgotten prefix gets an explanation instead of a strange issuer. */
export const RESERVED: ReadonlySet<string> = new Set([
  '.well-known',
  '_mock',
  ...Object.values(STANDARD_LAYOUT).map(path => path.slice(1)),
])

/** Pages for browsers, at a tenant's own path and nowhere deeper: their names reserve nothing, and a tenant may have one too. */
export const PAGE_LAYOUT: Layout = { device_verification: '/device', check_session: '/check_session' }

/** By segment. */
export const PAGES: ReadonlyMap<string, EndpointName> = new Map(
  (Object.entries(PAGE_LAYOUT) as [EndpointName, string][]).map(([name, path]) => [path.slice(1), name]),
)

/** OpenID Connect Discovery section 4 appends, RFC 8414 section 3.1 inserts; both names answer at both places. */
export const METADATA_NAMES: readonly string[] = ['openid-configuration', 'oauth-authorization-server']
