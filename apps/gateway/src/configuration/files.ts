import { memberPath, type Problem } from '@gatehouse/configuration'
import type { ReadText } from './bytes.ts'

/** Members that name a file; `*` is any name. What the members mean is known here only in so far as the plugin takes text, not paths. */
const FILE_MEMBERS: readonly (readonly string[])[] = [
  ['server', 'tls', 'cert'],
  ['server', 'tls', 'key'],
  ['server', 'tls', 'clientCa'],
  ['issuers', '*', 'ca'],
  ['issuers', '*', 'introspection', 'client', 'key'],
  ['issuers', '*', 'introspection', 'client', 'cert'],
  ['issuers', '*', 'introspection', 'decryption', 'key'],
  ['upstreams', '*', 'ca'],
  ['minting', 'key'],
]

export interface Inlined {
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** By path: the file name that was written, for showing instead of the text. */
  readonly names: ReadonlyMap<string, string>
}

/**
 * Puts the text of the files into their members' place. A value that is PEM or JSON already (from `${env:…}`) stays. The paths of `replaced`
 * came out of references: what stands there may be a key in another form, and is not quoted.
 */
export function inlineFiles(
  root: unknown,
  read: (path: string) => ReadText,
  replaced: ReadonlySet<string> = new Set(),
): Inlined {
  const problems: Problem[] = []
  const names = new Map<string, string>()
  const visit = (value: unknown, path: string, members: readonly string[]): unknown => {
    const [head, ...rest] = members
    if (head === undefined) {
      if (typeof value !== 'string' || isText(value)) return value
      if (value === '') return value
      const found = read(value)
      names.set(path, value)
      if (found.ok) return found.text
      problems.push({
        path,
        message: `the file ${replaced.has(path) ? 'of that reference' : value} can not be read: ${found.reason}`,
        allowed: 'a file, relative to the configuration file',
      })
      return value
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const copy: Record<string, unknown> = { ...value }
    for (const name of head === '*' ? Object.keys(copy) : [head]) {
      if (Object.hasOwn(copy, name)) copy[name] = visit(copy[name], memberPath(path, name), rest)
    }
    return copy
  }
  let value = root
  for (const members of FILE_MEMBERS) value = visit(value, '', members)
  return { value, problems, names }
}

const isText = (value: string): boolean => value.includes('-----BEGIN ') || value.trimStart().startsWith('{')
