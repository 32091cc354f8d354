import { memberPath, type Problem } from '@gatehouse/configuration'
import type { FoundRoute } from './check-routes.ts'
import { covers, isWildcard, literalOf } from './routes.ts'

interface Placed {
  readonly at: string
  readonly path: string
  readonly host: string | undefined
  readonly methods: readonly string[] | undefined
  readonly isPublic: boolean
  readonly opens: boolean
}

/** Routes that are the same place twice, and public ones that open a part of a protected one without saying so. */
export function checkOverlaps(routes: readonly unknown[], path: string): Problem[] {
  const placed = routes.flatMap((route, index) => place(route, memberPath(path, index)))
  return [...findDuplicates(placed), ...findOpenings(placed)]
}

function place(route: unknown, at: string): Placed[] {
  if (typeof route !== 'object' || route === null) return []
  const { path, host, methods, auth, opensProtected }: FoundRoute = route
  if (typeof path !== 'string') return []
  return [
    {
      at,
      path,
      host: typeof host === 'string' ? host.toLowerCase() : undefined,
      methods: Array.isArray(methods) ? methods.map(String) : undefined,
      isPublic: auth === 'public',
      opens: opensProtected === true,
    },
  ]
}

function findDuplicates(placed: readonly Placed[]): Problem[] {
  return placed.flatMap((route, index) => {
    const twin = placed.slice(0, index).find(other => isSamePlace(other, route) && shareMethods(other, route))
    if (twin === undefined) return []
    return [
      {
        path: `${route.at}.path`,
        message: `is the path of ${twin.at}, for the same host and method`,
        allowed: 'one of the two',
      },
    ]
  })
}

const isSamePlace = (one: Placed, other: Placed): boolean => one.path === other.path && one.host === other.host

function shareMethods(one: Placed, other: Placed): boolean {
  if (one.methods === undefined || other.methods === undefined) return true
  const others = new Set(withHead(other.methods))
  return withHead(one.methods).some(method => others.has(method))
}

const withHead = (methods: readonly string[]): readonly string[] =>
  methods.includes('GET') ? [...methods, 'HEAD'] : methods

/** Judged against the route that would serve the place if the public one were not there. */
function findOpenings(placed: readonly Placed[]): Problem[] {
  return placed.flatMap(route => {
    if (!route.isPublic) {
      if (!route.opens) return []
      return [
        { path: `${route.at}.opensProtected`, message: 'is for public routes', allowed: 'only with auth: public' },
      ]
    }
    if (route.opens) return []
    const around = placed
      .filter(other => !isSamePlace(other, route) && isAround(other, route) && shareMethods(other, route))
      .sort((a, b) => rank(b) - rank(a))
    const nearest = around[0]
    if (nearest === undefined || nearest.isPublic) return []
    const allowed = `a token asked for, or opensProtected: true`
    return [
      { path: `${route.at}.auth`, message: `is public inside the protected ${nearest.at} (${nearest.path})`, allowed },
    ]
  })
}

const isAround = (outer: Placed, inner: Placed): boolean =>
  covers(outer.path, inner.path) && (outer.host === undefined || inner.host === undefined || outer.host === inner.host)

const rank = ({ path, host }: Placed): number =>
  literalOf(path).length * 4 + (isWildcard(path) ? 0 : 2) + (host === undefined ? 0 : 1)
