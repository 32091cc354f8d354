import { isTemplate, isWildcard, segmentsOf } from './paths.ts'

/** What hangs at one segment of the paths with templates. */
interface Node<T> {
  readonly literals: Map<string, Node<T>>
  any: Node<T> | undefined
  /** For paths that end here. */
  exact: T | undefined
  /** For paths that end here or go on. */
  below: T | undefined
}

/** Values by path with templates; each is found by the most specific path, from left to right, for which `accept` takes it. */
export class Templates<T> {
  readonly #root: Node<T> = makeNode()

  /** Puts what `change` makes of the value of this path, undefined at first. */
  update(path: string, change: (value: T | undefined) => T): void {
    let node = this.#root
    for (const segment of segmentsOf(path)) {
      if (isTemplate(segment)) {
        node.any ??= makeNode()
        node = node.any
      } else {
        const next = node.literals.get(segment) ?? makeNode()
        node.literals.set(segment, next)
        node = next
      }
    }
    if (isWildcard(path)) node.below = change(node.below)
    else node.exact = change(node.exact)
  }

  find<R>(key: string, accept: (value: T) => R | undefined): R | undefined {
    return search(this.#root, key.slice(1).split('/'), 0, accept)
  }
}

const makeNode = <T>(): Node<T> => ({ literals: new Map(), any: undefined, exact: undefined, below: undefined })

function search<T, R>(
  node: Node<T>,
  segments: readonly string[],
  at: number,
  accept: (value: T) => R | undefined,
): R | undefined {
  const segment = segments[at]
  if (segment !== undefined) {
    const literal = node.literals.get(segment)
    const found = literal && search(literal, segments, at + 1, accept)
    if (found !== undefined) return found
    const other = segment === '' || node.any === undefined ? undefined : search(node.any, segments, at + 1, accept)
    if (other !== undefined) return other
  } else if (node.exact !== undefined) {
    const found = accept(node.exact)
    if (found !== undefined) return found
  }
  return node.below === undefined ? undefined : accept(node.below)
}
