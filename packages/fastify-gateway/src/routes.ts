import { hasTemplate, isWildcard, literalOf, prefixOf } from './paths.ts'
import { Templates } from './templates.ts'

/** What matching needs to know of a route. */
export interface Matchable {
  readonly path: string
  readonly host: string | undefined
  /** Undefined: every method. */
  readonly methods: ReadonlySet<string> | undefined
}

/** The routes that share one path and one host. The most specific resource is chosen first, and only then a method in it. */
export interface Resource<R extends Matchable> {
  readonly path: string
  readonly host: string | undefined
  readonly routes: readonly R[]
}

export interface RouteTable<R extends Matchable> {
  /** The most specific resource: literal before template before wildcard, from left to right, with a host before without. */
  find(key: string, authority: string): Resource<R> | undefined
}

/** Compiles routes whose order in the configuration then no longer matters. */
export function compileRoutes<R extends Matchable>(routes: readonly R[]): RouteTable<R> {
  const exact = new Map<string, Resource<R>[]>()
  const wildcards = new Map<string, Resource<R>[]>()
  const templates = routes.some(({ path }) => hasTemplate(path)) ? new Templates<Resource<R>[]>() : undefined
  for (const route of routes) {
    if (hasTemplate(route.path)) templates?.update(route.path, resources => add(resources, route))
    else {
      const literals = isWildcard(route.path) ? wildcards : exact
      literals.set(literalOf(route.path), add(literals.get(literalOf(route.path)), route))
    }
  }
  const longest = Math.max(0, ...[...wildcards.keys()].map(literal => literal.length))

  function find(key: string, authority: string): Resource<R> | undefined {
    const found = pick(exact.get(key), authority)
    if (found !== undefined) return found
    const below = findBelow(key, authority)
    const templated = templates?.find(key, resources => pick(resources, authority))
    if (templated === undefined || below === undefined) return templated ?? below
    // Both begin as the path does; up to the template they are equally literal.
    return prefixOf(templated.path).length >= literalOf(below.path).length ? templated : below
  }

  function findBelow(key: string, authority: string): Resource<R> | undefined {
    // `/orders` is matched by the literal `/orders/`. Nothing longer than the longest literal can be one.
    let end = Math.min(key.length, longest)
    if (key.length < longest) {
      const whole = pick(wildcards.get(`${key}/`), authority)
      if (whole !== undefined) return whole
    }
    while (end > 0) {
      end = key.lastIndexOf('/', end - 1)
      if (end === -1) return undefined
      const below = pick(wildcards.get(key.slice(0, end + 1)), authority)
      if (below !== undefined) return below
    }
    return undefined
  }
  return { find }
}

/** The resources of one path with another route in them, the most specific host first. */
function add<R extends Matchable>(known: readonly Resource<R>[] | undefined, route: R): Resource<R>[] {
  const resources = [...(known ?? [])]
  const index = resources.findIndex(({ host }) => host === route.host)
  const same = resources[index]
  const grown = { path: route.path, host: route.host, routes: [...(same?.routes ?? []), route] }
  if (same === undefined) resources.push(grown)
  else resources[index] = grown
  return resources.sort((a, b) => rankOfHost(a.host) - rankOfHost(b.host))
}

const rankOfHost = (host: string | undefined): number => (host === undefined ? 2 : hasPort(host) ? 0 : 1)
const hasPort = (authority: string): boolean => /:\d+$/.test(authority)

function pick<R extends Matchable>(resources: Resource<R>[] | undefined, authority: string): Resource<R> | undefined {
  return resources?.find(({ host }) => host === undefined || isHost(host, authority))
}

/** A route's host without a port matches every port; a final dot is the same name (RFC 1034 section 3.1). */
function isHost(host: string, authority: string): boolean {
  if (hasPort(host)) return host === authority
  const name = authority.replace(/:\d+$/, '').replace(/\.$/, '')
  return host === name
}

/** The route of a resource that serves a method; HEAD is served where GET is (RFC 9110 section 9.3.2). */
export function routeFor<R extends Matchable>(resource: Resource<R>, method: string): R | undefined {
  const written = resource.routes.find(route => serves(route, method))
  if (written !== undefined || method !== 'HEAD') return written
  return resource.routes.find(route => serves(route, 'GET'))
}

// TRACE would echo the headers asserted for the upstream back to the client (RFC 9110 section 9.3.8), so it must be asked for by name.
const serves = ({ methods }: Matchable, method: string): boolean =>
  methods === undefined ? method !== 'TRACE' : methods.has(method)

/** Value of `Allow` (RFC 9110 section 10.2.1); `known` stands for routes that name no method. */
export function allowedMethods(routes: readonly Matchable[], known: readonly string[]): string {
  const methods = new Set<string>()
  for (const route of routes) {
    for (const method of route.methods ?? known.filter(name => name !== 'TRACE')) {
      methods.add(method)
      if (method === 'GET') methods.add('HEAD')
    }
  }
  return [...methods].join(', ')
}
