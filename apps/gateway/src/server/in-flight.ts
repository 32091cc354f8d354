/** A place in `InFlight`, to be given back. */
export interface Place<T> {
  readonly item: T
  index: number
}

/**
 * What is in flight, in no order. A Set would do, but what goes through a Set by the thousand a second outlives it: each time its table is
 * full, the old one, dead and in old space, keeps what it held alive until the next full collection.
 */
export class InFlight<T> implements Iterable<T> {
  readonly #places: Place<T>[] = []

  get size(): number {
    return this.#places.length
  }

  add(item: T): Place<T> {
    const place = { item, index: this.#places.length }
    this.#places.push(place)
    return place
  }

  /** Once for each place. */
  remove(place: Place<T>): void {
    const last = this.#places.pop()
    if (last === undefined || last === place) return
    last.index = place.index
    this.#places[place.index] = last
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const { item } of [...this.#places]) yield item
  }
}
