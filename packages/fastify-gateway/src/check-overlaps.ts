import type { Problem } from '@gatehouse/configuration'
import type { FoundRoute } from './check-routes.ts'
import type { FoundItem } from './expand.ts'
import { compareSpecificity, covers, intersect, placeOf } from './paths.ts'

interface Placed {
  readonly at: string
  readonly path: string
  readonly host: string | undefined
  readonly methods: readonly string[] | undefined
  readonly isPublic: boolean
  readonly opens: boolean
}

/** Routes that are the same place twice, and public ones that open a part of a protected one without saying so. */
export function checkOverlaps(routes: readonly FoundItem[]): Problem[] {
  const placed = routes.flatMap(place)
  return [...findDuplicates(placed), ...findOpenings(placed)]
}

function place({ route, at }: FoundItem): Placed[] {
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

const isSamePlace = (one: Placed, other: Placed): boolean =>
  placeOf(one.path) === placeOf(other.path) && one.host === other.host

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
      .sort(bySpecificity)
    const nearest = around[0]
    if (nearest === undefined || nearest.isPublic) return []
    const allowed = `a token asked for, or opensProtected: true`
    return [
      { path: `${route.at}.auth`, message: `is public inside the protected ${nearest.at} (${nearest.path})`, allowed },
    ]
  })
}

const isAround = (outer: Placed, inner: Placed): boolean =>
  (covers(outer.path, inner.path) || isBefore(inner.path, outer.path)) &&
  (outer.host === undefined || inner.host === undefined || outer.host === inner.host)

/** Of two paths with templates that share some, the more specific takes those. */
const isBefore = (inner: string, outer: string): boolean =>
  intersect(inner, outer) && compareSpecificity(inner, outer) < 0

const bySpecificity = (one: Placed, other: Placed): number =>
  compareSpecificity(one.path, other.path) || Number(one.host === undefined) - Number(other.host === undefined)
