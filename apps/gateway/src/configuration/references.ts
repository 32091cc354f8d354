import { memberPath, type Problem } from '@gatehouse/configuration'

/** Where references lead. */
export interface Sources {
  readonly env: (name: string) => string | undefined
  /** Text of a file, or the reason why there is none. */
  readonly file: (
    path: string,
  ) => { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }
}

export interface Resolved {
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** Paths of the strings that held a reference: what stands there is not shown. */
  readonly replaced: ReadonlySet<string>
}

const ALLOWED = `\${env:NAME} or \${file:PATH}; $\${ for a literal \${`
const REFERENCE = /\$?\$\{([^}]*)\}?/g

/**
 * Replaces `${env:NAME}` and `${file:PATH}` in every string value; keys are left alone, and what was put in is not looked through again.
 * A final line break of a file is dropped. A reference that leads nowhere is a problem at the path of its string.
 */
export function resolveReferences(root: unknown, sources: Sources): Resolved {
  const problems: Problem[] = []
  const replaced = new Set<string>()
  const walk = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      if (!value.includes('${')) return value
      const reason: string[] = []
      const text = value.replace(REFERENCE, (whole, inner: string) => {
        if (whole.startsWith('$$')) return whole.slice(1)
        const found = whole.endsWith('}')
          ? lookUp(inner, sources)
          : { ok: false as const, reason: 'has a reference without its closing brace' }
        if (found.ok) return found.text
        reason.push(found.reason)
        return whole
      })
      replaced.add(path)
      if (reason.length > 0) problems.push({ path, message: reason.join(', and '), allowed: ALLOWED })
      return text
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, memberPath(path, index)))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([name, member]) => [name, walk(member, memberPath(path, name))] as const)
    return Object.fromEntries(entries)
  }
  return { value: walk(root, ''), problems, replaced }
}

function lookUp(inner: string, sources: Sources): ReturnType<Sources['file']> {
  const colon = inner.indexOf(':')
  const source = inner.slice(0, Math.max(colon, 0))
  const name = inner.slice(colon + 1)
  if (source === 'env' && name !== '') {
    const text = sources.env(name)
    return text === undefined
      ? { ok: false, reason: `the environment variable ${name} is not set` }
      : { ok: true, text }
  }
  if (source === 'file' && name !== '') {
    const found = sources.file(name)
    if (!found.ok) return { ok: false, reason: `the file ${name} can not be read: ${found.reason}` }
    return { ok: true, text: found.text.replace(/\r?\n$/, '') }
  }
  return { ok: false, reason: 'has a reference of an unknown kind' }
}
