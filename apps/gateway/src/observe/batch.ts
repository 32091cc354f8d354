/** How many are kept back. */
const TOGETHER = 256

/** Handles events many at a time: one among all else that a request is costs several times what it does in a row of its kind. */
export class Batch<E> {
  readonly #handle: (event: E) => void
  readonly #events: E[] = []
  #size = 0

  constructor(handle: (event: E) => void) {
    this.#handle = handle
  }

  add(event: E): void {
    this.#events[this.#size++] = event
    if (this.#size === TOGETHER) this.settle()
  }

  /** Handles those that are kept back. */
  settle(): void {
    const size = this.#size
    this.#size = 0
    // They stay until others take their places: to empty the list would mean to make it anew.
    for (let index = 0; index < size; index++) this.#handle(this.#events[index] as E)
  }
}
