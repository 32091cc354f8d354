import { memberPath, type Problem, parseDuration } from '@gatehouse/configuration'
import type { JsonObject } from '@gatehouse/protocol'
import { isJsonObject } from '../json.ts'

/** Problems of a configuration as they are found: one a path, the first one said. */
export class Problems {
  readonly #found = new Map<string, Problem>()

  add(problem: Problem): void {
    if (!this.#found.has(problem.path)) this.#found.set(problem.path, problem)
  }

  get list(): Problem[] {
    return [...this.#found.values()]
  }
}

/** Seconds, both inclusive; `say` is how a user would write them. */
export interface Bounds {
  readonly least: number
  readonly most: number
  readonly say: string
}

/**
 * One object of the options, read member by member. What has the wrong type was complained about with the shape and is read as absent, so
 * that every mistake is listed and none twice.
 */
export class Section {
  readonly #members: JsonObject
  readonly #path: string
  readonly #problems: Problems

  constructor(members: unknown, path: string, problems: Problems) {
    this.#members = isJsonObject(members) ? members : {}
    this.#path = path
    this.#problems = problems
  }

  /** Written, and not as null. */
  has(name: string): boolean {
    return this.raw(name) !== undefined
  }

  raw(name: string): unknown {
    return Object.hasOwn(this.#members, name) ? (this.#members[name] ?? undefined) : undefined
  }

  text(name: string): string | undefined {
    const value = this.raw(name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.raw(name)
    return typeof value === 'boolean' ? value : otherwise
  }

  choice<T extends string>(name: string, known: readonly T[], otherwise: T): T {
    return known.find(value => value === this.raw(name)) ?? otherwise
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.raw(name)
    return Array.isArray(value) ? value : undefined
  }

  /** A duration in seconds. */
  seconds(name: string, otherwise: number, { least, most, say }: Bounds): number {
    const value = parseDuration(this.raw(name))
    if (value === undefined) return otherwise
    if (value < least || value > most) this.complain(name, 'is out of bounds', say)
    return value
  }

  /** A whole number; its bounds are judged with the shape. */
  whole(name: string, otherwise: number): number {
    const value = this.raw(name)
    return typeof value === 'number' ? value : otherwise
  }

  section(name: string): Section {
    return new Section(this.raw(name), memberPath(this.#path, name), this.#problems)
  }

  /** About a member, or about the object itself where `name` is empty. */
  complain(name: string, message: string, allowed?: string): void {
    this.#add(name === '' ? this.#path : memberPath(this.#path, name), message, allowed)
  }

  /** About a member of a list. */
  complainAt(index: number, message: string, allowed?: string): void {
    this.#add(memberPath(this.#path, index), message, allowed)
  }

  #add(path: string, message: string, allowed: string | undefined): void {
    this.#problems.add(allowed === undefined ? { path, message } : { path, message, allowed })
  }
}
