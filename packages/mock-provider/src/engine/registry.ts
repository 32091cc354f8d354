import { Refusal } from './refusal.ts'

/** Named things of a tenant over a base that all tenants share: what a tenant does not change costs it nothing. */
export class Registry<V> {
  #base: ReadonlyMap<string, V>
  readonly #parse: (id: string, value: unknown) => V | Refusal
  readonly #farewell: (id: string) => void
  /** Undefined: deleted here. */
  readonly #own = new Map<string, V | undefined>()

  /** `farewell` is told of each that is deleted, so that what it left behind can go too. */
  constructor(
    base: ReadonlyMap<string, V>,
    parse: (id: string, value: unknown) => V | Refusal,
    farewell: (id: string) => void = () => {},
  ) {
    this.#base = base
    this.#parse = parse
    this.#farewell = farewell
  }

  get(id: string): V | undefined {
    return this.#own.has(id) ? this.#own.get(id) : this.#base.get(id)
  }

  /** Parses and puts; answers what it became, or why not. */
  put(id: string, value: unknown): V | Refusal {
    const parsed = this.#parse(id, value)
    if (!(parsed instanceof Refusal)) this.#own.set(id, parsed)
    return parsed
  }

  set(id: string, value: V): void {
    this.#own.set(id, value)
  }

  /** Answers whether it was there. */
  delete(id: string): boolean {
    if (this.get(id) === undefined) return false
    this.#own.set(id, undefined)
    this.#farewell(id)
    return true
  }

  /** Whether it was there once and has not been put again. */
  wasDeleted(id: string): boolean {
    return this.#own.has(id) && this.#own.get(id) === undefined
  }

  *entries(): Generator<readonly [string, V]> {
    for (const [id, value] of this.#base) if (!this.#own.has(id)) yield [id, value]
    for (const [id, value] of this.#own) if (value !== undefined) yield [id, value]
  }

  /** Puts another base under what the tenant has changed. */
  rebase(base: ReadonlyMap<string, V>): void {
    this.#base = base
  }

  reset(): void {
    this.#own.clear()
  }
}
