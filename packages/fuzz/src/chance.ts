/** Numbers that look random and follow from a seed alone: a run is repeated by its seed. */
export interface Chance {
  /** A whole number from 0 up to and without `limit`. */
  below(limit: number): number
  /** One in `times`. */
  oneIn(times: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
}

/** Xorshift over 32 bits (Marsaglia 2003): a state that is never 0. */
export function createChance(seed: number): Chance {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0 || 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const below = (limit: number): number => next() % limit
  return {
    below,
    oneIn: times => below(times) === 0,
    pick: list => list[below(list.length)] ?? list[0],
  }
}
