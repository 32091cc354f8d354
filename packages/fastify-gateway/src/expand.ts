import { memberPath, type Problem } from '@gatehouse/configuration'
import { type Operation, readOpenApi } from './openapi.ts'
import type { GatewayOptions, OpenApiRoutes, RouteOptions } from './options.ts'
import { isRecord } from './record.ts'

/** A route as it was found, or as an OpenAPI document says it, and where. */
export interface FoundItem {
  readonly route: unknown
  /** Of the route itself. */
  readonly at: string
  /** Of the members that it shares with other operations of its document. */
  readonly shared: string
}

export interface Expanded {
  readonly items: readonly FoundItem[]
  readonly problems: readonly Problem[]
}

/** Puts routes in the place of OpenAPI documents. Judges the documents, and nothing of what stands beside them. */
export function expandRoutes(routes: unknown, path: string): Expanded {
  if (isRecord(routes)) return expandOne(routes, path)
  if (!Array.isArray(routes)) return { items: [], problems: [] }
  const expanded = routes.map((route: unknown, index) => expandOne(route, memberPath(path, index)))
  return {
    items: expanded.flatMap(({ items }) => items),
    problems: expanded.flatMap(({ problems }) => problems),
  }
}

/** The same for options in which nothing was found wrong. */
export const expandOptions = (options: GatewayOptions): ExpandedOptions => ({
  ...options,
  routes: expandRoutes(options.routes, 'routes').items.map(({ route }) => route as RouteOptions),
})

export interface ExpandedOptions extends GatewayOptions {
  readonly routes: readonly RouteOptions[]
}

function expandOne(route: unknown, at: string): Expanded {
  if (!isRecord(route) || !Object.hasOwn(route, 'openapi')) return { items: [{ route, at, shared: at }], problems: [] }
  const { openapi, ...members } = route
  const where = memberPath(at, 'openapi')
  if (typeof openapi === 'string') {
    const allowed = 'an OpenAPI document that is read already'
    return { items: [], problems: [{ path: where, message: 'is a text', allowed }] }
  }
  if (!isRecord(openapi)) return { items: [], problems: [] }
  const { operations, problems } = readOpenApi(openapi, where)
  const items = operations.map(operation => ({
    route: routeOf(operation, members as Members),
    at: operation.at,
    shared: at,
  }))
  return { items, problems }
}

type Members = Omit<OpenApiRoutes, 'openapi'>

function routeOf({ path, method, demands }: Operation, { auth, identity, ...members }: Members): RouteOptions {
  const common = { ...members, path, methods: [method] }
  if (demands !== 'public') {
    return { ...common, auth: { ...auth, ...demands }, ...(identity === undefined ? {} : { identity }) }
  }
  // The document itself says that everybody may call; there is nobody whom headers could speak of.
  return { ...common, auth: 'public', opensProtected: true }
}
