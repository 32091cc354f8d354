import { nearest, type Problem, parseDuration } from '@gatehouse/configuration'
import type { JsonObject, SignatureAlgorithm } from '@gatehouse/protocol'
import { isAlgorithm } from './engine/algorithms.ts'
import { type IdentityScopes, parseIdentityScopes } from './engine/identity-scopes.ts'
import { isObject } from './engine/members.ts'
import { readRefreshPolicy } from './engine/refresh-policy.ts'
import type { Settings } from './engine/settings.ts'

/** A problem for every member that is on no list, with the one that was probably meant. */
export function refuseUnknown(value: object, known: readonly string[], path: string, problems: Problem[]): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    const hint = meant === undefined ? '' : `, did you mean ${meant}?`
    problems.push({ path: at(path, name), message: `is not known${hint}`, allowed: `one of ${known.join(', ')}` })
  }
}

/** Reads one option; what is wrong becomes a problem, and what there was stays. */
export class OptionReader {
  readonly #value: unknown
  readonly #path: string
  readonly #problems: Problem[]

  constructor(value: unknown, path: string, problems: Problem[]) {
    this.#value = value
    this.#path = path
    this.#problems = problems
  }

  seconds(name: string, fallback: number): number {
    const value = this.#member(name)
    const seconds = value === undefined ? fallback : parseDuration(value)
    if (seconds !== undefined) return Math.floor(seconds)
    return this.#keep(at(this.#path, name), 'is no duration', 'such as 30s, 10m or 1h, or seconds', fallback)
  }

  algorithm(fallback: SignatureAlgorithm): SignatureAlgorithm {
    const value = this.#member('alg') ?? fallback
    if (isAlgorithm(value)) return value
    return this.#keep(at(this.#path, 'alg'), 'is no signature algorithm', 'such as RS256, ES256 or EdDSA', fallback)
  }

  choice<W extends string>(name: string, words: readonly W[], fallback: W): W {
    return this.#oneOf(at(this.#path, name), this.#member(name), words, fallback)
  }

  word<W extends string>(words: readonly W[], fallback: W): W {
    return this.#oneOf(this.#path, this.#value, words, fallback)
  }

  text(fallback: string | undefined): string | undefined {
    if (typeof this.#value === 'string' && this.#value !== '') return this.#value
    return this.#keep(this.#path, 'is not a text', 'a text that is not empty', fallback)
  }

  texts(fallback: readonly string[] | undefined, known?: readonly string[]): readonly string[] | undefined {
    if (!Array.isArray(this.#value) || !this.#value.every(item => typeof item === 'string'))
      return this.#keep(this.#path, 'is not a list', 'a list of texts', fallback)
    const strange = known && this.#value.find(item => !known.includes(item))
    if (strange === undefined) return [...this.#value]
    return this.#keep(this.#path, `${JSON.stringify(strange)} is not known`, `any of ${known?.join(', ')}`, fallback)
  }

  objects(fallback: Settings['trustedIssuers']): Settings['trustedIssuers'] {
    if (isObject(this.#value) && Object.values(this.#value).every(isObject))
      return structuredClone(this.#value) as Settings['trustedIssuers']
    return this.#keep(this.#path, 'is not an object', 'an object of objects', fallback)
  }

  scopes(fallback: IdentityScopes): IdentityScopes {
    const scopes = isObject(this.#value) ? parseIdentityScopes(this.#value) : []
    if (!isTextList(scopes)) return scopes
    const allowed = scopes.length === 0 ? 'an object of {claims, required}' : scopes.join('; ')
    return this.#keep(this.#path, 'is wrong', allowed, fallback)
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#member(name) ?? fallback
    if (typeof value === 'boolean') return value
    return this.#keep(at(this.#path, name), 'is not a flag', 'true or false', fallback)
  }

  textAt(name: string, fallback: string | undefined): string | undefined {
    const value = this.#member(name) ?? fallback
    if (value === undefined || (typeof value === 'string' && value !== '')) return value
    return this.#keep(at(this.#path, name), 'is not a text', 'a text that is not empty', fallback)
  }

  origin(name: string, fallback: string | undefined, words: readonly string[] = []): string | undefined {
    const value = this.#member(name) ?? fallback
    if (value === undefined || words.includes(String(value)) || isOrigin(value)) return value as string | undefined
    const allowed = ['an origin such as http://mock:4010', ...words].join(' or ')
    return this.#keep(at(this.#path, name), 'is no origin', allowed, fallback)
  }

  refreshPolicy(): Partial<Settings['refreshToken']> {
    const { policy, wrong } = readRefreshPolicy(this.#value as JsonObject)
    for (const { name, allowed } of wrong) this.#keep(at(this.#path, name), 'is wrong', allowed, undefined)
    return policy
  }

  #member(name: string): unknown {
    return isObject(this.#value) ? this.#value[name] : undefined
  }

  #oneOf<W extends string>(path: string, value: unknown, words: readonly W[], fallback: W): W {
    if (value === undefined) return fallback
    return words.find(word => word === value) ?? this.#keep(path, 'is not known', words.join(' or '), fallback)
  }

  #keep<V>(path: string, message: string, allowed: string, fallback: V): V {
    this.#problems.push({ path, message, allowed })
    return fallback
  }
}

/** Scheme, host and port, and nothing more. */
const isOrigin = (value: unknown): boolean =>
  typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value

const isTextList = (value: IdentityScopes | readonly string[]): value is readonly string[] => Array.isArray(value)

export const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)
