import { DPOP_ALGORITHMS } from '@gatehouse/verifier'
import type { ExpandedOptions } from './expand.ts'
import { prefixOf } from './paths.ts'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/** Protected resource metadata (RFC 9728 section 2): which issuers, scopes and bindings routes want, for callers that were refused. */
export interface Metadata {
  /** URL of the metadata of the route with this path, where the gateway knows its own origin. */
  urlOf(path: string): string | undefined
  /** The document at a path of ours, as JSON. */
  find(key: string): string | undefined
}

/** Section 3.1: the well-known part goes between the host and the path of the resource, which ends before the first template. */
const locate = (path: string): string => prefixOf(path).replace(/\/$/, '')

type Demands = Exclude<ExpandedOptions['routes'][number]['auth'], 'public'>

export function compileMetadata({ issuers, routes }: ExpandedOptions, origin: () => string | undefined): Metadata {
  const places = new Map<string, { readonly path: string; readonly demands: Demands[] }>()
  for (const { path, auth } of routes) {
    if (auth === 'public') continue
    const place = places.get(WELL_KNOWN + locate(path)) ?? { path: locate(path), demands: [] }
    place.demands.push(auth)
    places.set(WELL_KNOWN + locate(path), place)
  }
  const documents = new Map(
    [...places].map(([key, { path, demands }]) => [key, { path, members: describe(demands, Object.keys(issuers)) }]),
  )
  /** What the routes of one resource take and want between them. */
  function describe(demands: readonly Demands[], every: readonly string[]): Readonly<Record<string, unknown>> {
    const names = new Set(demands.flatMap(auth => auth.issuers ?? every))
    const scopes = new Set(demands.flatMap(auth => [...(auth.scopes ?? []), ...(auth.anyScope ?? [])]))
    const areAll = (proof: Demands['proof']) => demands.every(auth => auth.proof === proof)
    return {
      authorization_servers: [...names].map(name => issuers[name]?.issuer),
      ...(scopes.size === 0 ? {} : { scopes_supported: [...scopes] }),
      bearer_methods_supported: ['header'],
      ...(areAll('mtls') ? { tls_client_certificate_bound_access_tokens: true } : {}),
      ...(areAll('dpop')
        ? { dpop_signing_alg_values_supported: DPOP_ALGORITHMS, dpop_bound_access_tokens_required: true }
        : {}),
    }
  }
  const keys = new Map(routes.map(({ path }) => [path, WELL_KNOWN + locate(path)]))
  return {
    urlOf(path) {
      const base = origin()
      const key = keys.get(path)
      return base === undefined || key === undefined ? undefined : base + key
    },
    find(key) {
      const document = documents.get(key)
      const base = origin()
      if (document === undefined || base === undefined) return undefined
      return JSON.stringify({ resource: base + document.path, ...document.members })
    },
  }
}
