/** Paths of routes: exact, with `{name}` for one segment of any kind, and with a final `/*` for what is below. */

/** `/orders/*` covers `/orders`, `/orders/` and everything below; its literal is `/orders/`. */
export const isWildcard = (path: string): boolean => path.endsWith('/*')
export const literalOf = (path: string): string => (isWildcard(path) ? path.slice(0, -1) : path)

const TEMPLATE = /^\{[A-Za-z_][\w.-]*\}$/

export const isTemplate = (segment: string): boolean => TEMPLATE.test(segment)

/** Whether a path is written with braces, well or badly. */
export const hasTemplate = (path: string): boolean => path.includes('{') || path.includes('}')

/** Segments after the first slash, without a final star. */
export const segmentsOf = (path: string): string[] => {
  const whole = isWildcard(path) ? path.slice(0, -2) : path
  return whole === '' ? [] : whole.slice(1).split('/')
}

/** What every path of the route begins with. */
export const prefixOf = (path: string): string => literalOf(path).replace(/\{.*$/, '')

/** The same for two paths that differ only in the names of their templates. */
export const placeOf = (path: string): string => path.replace(/\{[^/]*\}/g, '{}')

/** Whether every path that `inner` matches is matched by `outer` too. */
export const covers = (outer: string, inner: string): boolean =>
  (isWildcard(outer) || !isWildcard(inner)) &&
  agree(outer, inner, (one, other) => isTemplate(one) || (one === other && !isTemplate(other)))

/** Whether there is a path that both match. */
export const intersect = (one: string, other: string): boolean => {
  const isEither = (a: string, b: string) => isTemplate(a) || isTemplate(b) || a === b
  return agree(one, other, isEither) || agree(other, one, isEither)
}

/** Compares the segments of `outer` with those of `inner`; a wildcard does not mind that `inner` has more. */
function agree(outer: string, inner: string, isAgreed: (outer: string, inner: string) => boolean): boolean {
  const [shorter, longer] = [segmentsOf(outer), segmentsOf(inner)]
  if (isWildcard(outer) ? longer.length < shorter.length : longer.length !== shorter.length) return false
  return shorter.every((segment, index) => isAgreed(segment, longer[index] ?? ''))
}

/** Negative where `one` is the more specific: literal before template before wildcard, from left to right. */
export function compareSpecificity(one: string, other: string): number {
  const [ours, theirs] = [kindsOf(one), kindsOf(other)]
  for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
    const difference = (ours[index] ?? 0) - (theirs[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const LITERAL = 1
const ANY = 2
const BELOW = 3

const kindsOf = (path: string): number[] => [
  ...segmentsOf(path).map(segment => (isTemplate(segment) ? ANY : LITERAL)),
  ...(isWildcard(path) ? [BELOW] : []),
]
