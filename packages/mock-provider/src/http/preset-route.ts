import type { EndpointName } from '../engine/endpoint-names.ts'
import type { Place, Preset } from '../presets/preset.ts'
import type { Endpoint } from './endpoint.ts'
import { METADATA_NAMES } from './layout.ts'
import { MOST_SEGMENTS, type Route, routePath, toPrefix } from './router.ts'

/** A route that a tenant's system may have made its own. */
export type PresetRoute = Route & { readonly preset?: Preset; readonly own?: Endpoint }

/**
 * Which endpoint of which tenant a path means where systems have paths of their own: the shortest prefix that has the rest wins, and so a
 * system's path goes before a tenant of that name.
 */
export function routePreset(path: string, presetAt: (prefix: string) => Preset | undefined): PresetRoute {
  const length = path.startsWith('/') ? path.length : 0
  for (let depth = 0, end = 0; depth <= MOST_SEGMENTS; depth++) {
    const before = path.slice(0, end)
    const preset = presetAt(before)
    const prefix = preset === undefined ? undefined : toPrefix(before.split('/').slice(1))
    const found =
      preset === undefined || prefix === undefined ? undefined : findPlace(preset, prefix, path.slice(end) || '/')
    if (found !== undefined) return found
    if (end === length) break
    const slash = path.indexOf('/', end + 1)
    end = slash < 0 ? length : slash
  }
  return explain(routePath(path), path, presetAt)
}

function findPlace(preset: Preset, prefix: string, rest: string): PresetRoute | undefined {
  const plane = `${preset.dialect.issuerPath}/_mock`
  if (rest === plane || rest.startsWith(`${plane}/`))
    return { kind: 'endpoint', prefix, name: 'control', rest: rest.slice(plane.length + 1).split('/') }
  const place = placesOf(preset).get(rest)
  return place === undefined ? undefined : toRoute(preset, prefix, place)
}

const toRoute = (preset: Preset, prefix: string, { name, own }: Place): PresetRoute => ({
  kind: 'endpoint',
  prefix,
  name,
  rest: [],
  preset,
  ...(own === undefined ? {} : { own }),
})

/** What a path of the standard means to a tenant with a system: nothing, but for metadata whose name was inserted (RFC 8414 section 3.1). */
function explain(route: Route, path: string, presetAt: (prefix: string) => Preset | undefined): PresetRoute {
  if (route.kind === 'nothing') {
    const preset = presetAt('')
    return preset === undefined ? route : { ...route, preset }
  }
  if (route.name === 'control') return route
  const inserted = METADATA_NAMES.some(name => path.startsWith(`/.well-known/${name}/`))
  for (const prefix of [route.prefix, parentOf(route.prefix)]) {
    const preset = presetAt(prefix)
    const place = preset?.layout.find(({ name }) => name === 'discovery')
    if (preset === undefined || !inserted || place === undefined) continue
    if (`${prefix}${preset.dialect.issuerPath}` === route.prefix) return toRoute(preset, prefix, place)
  }
  const preset = presetAt(route.prefix)
  return preset === undefined ? route : { kind: 'nothing', say: `${preset.name} has no such path`, preset }
}

const parentOf = (prefix: string): string => prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')))

const PLACES = new WeakMap<Preset, ReadonlyMap<string, Place>>()

function placesOf(preset: Preset): ReadonlyMap<string, Place> {
  let places = PLACES.get(preset)
  if (places === undefined) {
    places = new Map(preset.layout.map(place => [place.path, place]))
    PLACES.set(preset, places)
  }
  return places
}

/** Where a tenant with this system has an endpoint; undefined where it has none. */
export const pathOf = ({ layout }: Preset, name: EndpointName): string | undefined =>
  layout.find(place => place.name === name)?.path
