import { Refusal } from './refusal.ts'

/** The only ones that may be sent more than once: RFC 8707 section 2, RFC 8693 section 2.1. */
const REPEATABLE: ReadonlySet<string> = new Set(['resource', 'audience'])

/** Parameters of an OAuth request (RFC 6749 section 3.1): each once, an empty one as if it were not there. */
export class Parameters {
  readonly #values: ReadonlyMap<string, readonly string[]>

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values
  }

  one(name: string): string | undefined {
    return this.#values.get(name)?.[0]
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  entries(): Iterable<readonly [string, readonly string[]]> {
    return this.#values
  }

  /** Words separated by spaces. */
  words(name: string): readonly string[] {
    return (this.one(name) ?? '').split(' ').filter(word => word !== '')
  }
}

/** Reads `application/x-www-form-urlencoded` (RFC 6749 appendix B): UTF-8, well-formed percent-encoding, no parameter twice. */
export function parseParameters(encoded: string): Parameters | Refusal {
  const values = new Map<string, string[]>()
  if (encoded === '') return new Parameters(values)
  for (const pair of encoded.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = formDecode(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : formDecode(pair.slice(equals + 1))
    if (name === undefined || value === undefined)
      return new Refusal('invalid_request', 'a parameter is not well-formed percent-encoded UTF-8')
    if (value === '') continue
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else if (REPEATABLE.has(name)) known.push(value)
    else
      return new Refusal(
        'invalid_request',
        `a parameter is repeated: ${/^[\w.-]{1,64}$/.test(name) ? name : 'one with a strange name'}`,
      )
  }
  return new Parameters(values)
}

/** Undefined where the percent-encoding is broken or not UTF-8. */
export function formDecode(text: string): string | undefined {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}
