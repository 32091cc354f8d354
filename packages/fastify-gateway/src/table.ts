import type { JsonValue } from '@gatehouse/protocol'
import type { ExpandedOptions } from './expand.ts'
import { IDENTITY_HEADERS } from './identity.ts'
import type { GatewayOptions, GrantOptions, RouteOptions } from './options.ts'
import { isWildcard, literalOf } from './paths.ts'

/** What one route does, as `gatehouse check` prints it. */
export interface RouteRow {
  readonly path: string
  /** Empty: every method but TRACE. */
  readonly methods: readonly string[]
  readonly host: string | null
  readonly upstream: string
  readonly auth: 'public' | 'token'
  /** Names, in the order in which they are asked; empty on a public route. */
  readonly issuers: readonly string[]
  /** Audiences of the route beside those of its issuers. */
  readonly audience: readonly string[]
  readonly scopes: readonly string[]
  readonly anyScope: readonly string[]
  readonly clients: readonly string[]
  readonly claims: Readonly<Record<string, JsonValue>>
  readonly acr: readonly string[]
  readonly maxAge: string | number | null
  readonly proof: 'any' | 'dpop' | 'mtls' | null
  /** Header name to its source: the four that are always asserted, then the route's. */
  readonly headers: Readonly<Record<string, string>>
  readonly token: 'strip' | 'forward' | 'mint' | 'exchange'
  /** What stands in Authorization at the upstream, in words; null: nothing. */
  readonly authorization: string | null
  /** Whether claims of userinfo are among the sources. */
  readonly userinfo: boolean
  /** How long a stream goes on after its token. */
  readonly grace: string | number
  readonly origins: readonly string[]
  readonly allows: readonly string[]
}

const ASSERTED: Readonly<Record<string, string>> = {
  [IDENTITY_HEADERS.subject]: 'sub',
  [IDENTITY_HEADERS.client]: 'client_id',
  [IDENTITY_HEADERS.scope]: 'scope',
  [IDENTITY_HEADERS.issuer]: 'iss',
}

/** The effective policy, most specific route first. */
export function tabulate(options: ExpandedOptions): RouteRow[] {
  return options.routes.map(route => describe(route, options)).sort(bySpecificity)
}

function describe(route: RouteOptions, options: GatewayOptions): RouteRow {
  const everyIssuer = Object.keys(options.issuers)
  const policy = route.auth === 'public' ? undefined : route.auth
  return {
    path: route.path,
    methods: route.methods ?? [],
    host: route.host ?? null,
    upstream: route.upstream,
    auth: policy === undefined ? 'public' : 'token',
    issuers: policy === undefined ? [] : (policy.issuers ?? everyIssuer),
    audience: policy?.audience ?? [],
    scopes: policy?.scopes ?? [],
    anyScope: policy?.anyScope ?? [],
    clients: policy?.clients ?? [],
    claims: (policy?.claims ?? {}) as Readonly<Record<string, JsonValue>>,
    acr: policy?.acr ?? [],
    maxAge: policy?.maxAge ?? null,
    proof: policy === undefined ? null : (policy.proof ?? 'any'),
    headers: policy === undefined ? {} : { ...ASSERTED, ...route.identity?.headers },
    token: route.identity?.token ?? 'strip',
    authorization: describeAuthorization(route, options),
    userinfo: route.identity?.userinfo ?? false,
    grace: route.stream?.grace ?? '0s',
    origins: route.cors?.origins ?? [],
    allows: route.target?.allow ?? [],
  }
}

function describeAuthorization(
  { identity, upstream }: RouteOptions,
  { upstreams, minting, publicUrl }: GatewayOptions,
): string | null {
  const own = upstreams[upstream]?.token
  if (own !== undefined) return `a token of the gateway’s own from ${own.issuer}${describeGrant(own)}`
  switch (identity?.token) {
    case 'forward':
      return 'as the caller sent it'
    case 'exchange':
      return `a token of the caller’s issuer in exchange${describeGrant(identity.exchange ?? {})}`
    case 'mint': {
      const audience = identity.mint?.audience ?? minting?.audience ?? new URL(upstreams[upstream]?.url ?? '').origin
      const claims = ['sub', 'client_id', 'scope', ...Object.keys(identity.mint?.claims ?? {})]
      return `a token of ${minting?.issuer ?? publicUrl ?? 'the listener'} for ${listed(audience)} with ${claims.join(', ')}`
    }
    default:
      return null
  }
}

const listed = (value: string | readonly string[]): string => (typeof value === 'string' ? value : value.join(', '))

function describeGrant({ audience, scope, resource }: GrantOptions): string {
  const target = [audience, resource].flatMap(value => (value === undefined ? [] : [listed(value)])).join(', ')
  return `${target === '' ? '' : ` for ${target}`}${scope === undefined ? '' : `, scope ${listed(scope)}`}`
}

function bySpecificity(a: RouteRow, b: RouteRow): number {
  if (isWildcard(a.path) !== isWildcard(b.path)) return isWildcard(a.path) ? 1 : -1
  const byLength = literalOf(b.path).length - literalOf(a.path).length
  if (byLength !== 0) return byLength
  return Number(b.host !== null) - Number(a.host !== null)
}
