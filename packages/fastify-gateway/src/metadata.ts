import type { ExpandedOptions } from './expand.ts'
import { prefixOf } from './paths.ts'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/** Protected resource metadata (RFC 9728): which issuers and scopes a route wants, for callers that were refused. */
export interface Metadata {
  /** URL of the metadata of the route with this path, where the gateway knows its own origin. */
  urlOf(path: string): string | undefined
  /** The document at a path of ours, as JSON. */
  find(key: string): string | undefined
}

/** Section 3.1: the well-known part goes between the host and the path of the resource, which ends before the first template. */
const locate = (path: string): string => prefixOf(path).replace(/\/$/, '')

export function compileMetadata({ issuers, routes }: ExpandedOptions, origin: () => string | undefined): Metadata {
  const documents = new Map<string, { readonly path: string; readonly members: Readonly<Record<string, unknown>> }>()
  for (const { path, auth } of routes) {
    if (auth === 'public' || documents.has(WELL_KNOWN + locate(path))) continue
    const names = auth.issuers ?? Object.keys(issuers)
    const scopes = [...new Set([...(auth.scopes ?? []), ...(auth.anyScope ?? [])])]
    documents.set(WELL_KNOWN + locate(path), {
      path: locate(path),
      members: {
        authorization_servers: names.map(name => issuers[name]?.issuer),
        ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
        bearer_methods_supported: ['header'],
      },
    })
  }
  return {
    urlOf(path) {
      const base = origin()
      return base === undefined ? undefined : base + WELL_KNOWN + locate(path)
    },
    find(key) {
      const document = documents.get(key)
      const base = origin()
      if (document === undefined || base === undefined) return undefined
      return JSON.stringify({ resource: base + document.path, ...document.members })
    },
  }
}
