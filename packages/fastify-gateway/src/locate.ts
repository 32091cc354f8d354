import type { IncomingMessage } from 'node:http'
import { isPreflight } from './cors.ts'
import type { RefusalCode } from './errors.ts'
import type { Gateway } from './gateway.ts'
import { fieldsOf } from './inbound.ts'
import type { OwnPlace } from './own-paths.ts'
import type { Route } from './route.ts'
import { allowedMethods, type Resource, routeFor } from './routes.ts'
import { judgeTarget, readAuthority, type Target } from './target.ts'

/** What the application around the gateway decides. */
export interface Surroundings {
  /** Where the plugin is mounted: no part of what is matched and sent. */
  readonly prefix: string
  /** Methods that the server routes. */
  readonly methods: readonly string[]
}

/** Where a request leads, before anybody asks who sent it. */
export type Place =
  | { readonly kind: 'route'; readonly route: Route; readonly target: Target; readonly authority: string }
  | { readonly kind: 'preflight'; readonly route: Route; readonly methods: string }
  | OwnPlace
  | {
      readonly kind: 'nowhere'
      readonly code: RefusalCode
      readonly route?: Route | undefined
      /** Path of the route, where one was found. */
      readonly path?: string
      readonly allow?: string
      readonly cause?: string
    }

const nowhere = (code: RefusalCode, cause?: string): Place =>
  cause === undefined ? { kind: 'nowhere', code } : { kind: 'nowhere', code, cause }

/** Judges the head of a request but for its credential: size, target, host, route, method, in this order. */
export function locate(gateway: Gateway, { prefix, methods }: Surroundings, request: IncomingMessage): Place {
  const { headers, method = '', url = '' } = request
  const rawHeaders = fieldsOf(request)
  if (rawHeaders.length > 2 * gateway.limits.fields) return nowhere('headers_too_large', 'the number of fields')
  if (sizeOf(rawHeaders) > gateway.limits.headers) return nowhere('headers_too_large')
  // Node's parser reads `HTTP/2.0` in a request line; on this connection it means nothing.
  if (request.httpVersionMajor !== 1 && !('stream' in request)) return nowhere('target_ambiguous', 'the HTTP version')
  // Where a prefix is cut off, an absolute target must not become a path by that.
  const target = url.startsWith('/') ? judgeTarget(url.slice(prefix.length) || '/') : undefined
  if (target === undefined) return nowhere('target_ambiguous', 'the request target')
  const authority = readAuthority(rawHeaders)
  if (authority === undefined) return nowhere('target_ambiguous', 'the Host header')

  const resource = gateway.table.find(target.key, authority)
  const own = findOwn(gateway, resource, target, method)
  if (own !== undefined) return own
  if (resource === undefined) return nowhere(target.concerns.length > 0 ? 'target_ambiguous' : 'route_not_found')

  const isClear = (route: Route): boolean => leadsThere(gateway, target, authority, resource, route)
  if (isPreflight(method, headers)) {
    const asked = routeFor(resource, String(headers['access-control-request-method']))
    const route = asked ?? resource.routes.find(hasCors)
    if (route?.cors !== undefined && isClear(route)) {
      return { kind: 'preflight', route, methods: allowedMethods(resource.routes.filter(hasCors), methods) }
    }
  }
  const route = routeFor(resource, method)
  if (route === undefined) {
    const allow = allowedMethods(resource.routes, methods)
    const { path } = resource
    return { kind: 'nowhere', code: 'method_not_allowed', allow, path, route: resource.routes.find(hasCors) }
  }
  if (isClear(route)) return { kind: 'route', route, target, authority }
  const cause =
    target.concerns.length === 0
      ? 'decoded, the path is of another route'
      : `the path has ${target.concerns.join(' and ')}`
  return { kind: 'nowhere', code: 'target_ambiguous', route, cause }
}

const hasCors = ({ cors }: Route): boolean => cors !== undefined

/** Only what the route allows, and only where every reading of the path leads to the same place. */
function leadsThere(
  gateway: Gateway,
  target: Target,
  authority: string,
  resource: Resource<Route>,
  route: Route,
): boolean {
  if (target.reading === target.key) return true
  return (
    target.concerns.every(concern => route.allows.has(concern)) &&
    gateway.table.find(target.reading, authority) === resource
  )
}

/** A route of the user's at a path of the gateway's own goes before it, unless it is the one for everything. */
function findOwn(
  { own }: Gateway,
  resource: Resource<Route> | undefined,
  target: Target,
  method: string,
): OwnPlace | undefined {
  return resource === undefined || resource.path === '/*' ? own.find(target.key, method) : undefined
}

function sizeOf(rawHeaders: readonly string[]): number {
  let size = 0
  // Each field costs a colon, a space and a line end besides (RFC 9112 section 5).
  for (const part of rawHeaders) size += part.length + 2
  return size
}
