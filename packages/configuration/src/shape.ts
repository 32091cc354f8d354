import { nearest } from './nearest.ts'
import { memberPath } from './path.ts'
import type { Problem } from './problem.ts'
import { type Mismatch, type Schema, validate } from './validate.ts'

export type { Schema } from './validate.ts'

/**
 * Every way in which `value` differs from `schema`, as problems below `path`. Judges shape only: what members mean to each other is for
 * whoever owns them. Formats: `duration`, `uri-http`. Values never appear in a message, since they may be secrets.
 */
export function checkShape(schema: Schema, value: unknown, path: string): Problem[] {
  const problems = new Map<string, Problem>()
  for (const mismatch of validate(schema, value)) {
    const found = explain(mismatch, mismatch.at.reduce<string>(memberPath, path))
    // One member, one line: a union reports every branch that it failed.
    if (!problems.has(found.path)) problems.set(found.path, found)
  }
  return [...problems.values()]
}

function explain({ keyword, schema, data, name = '', want }: Mismatch, at: string): Problem {
  const properties = schema.properties as Record<string, Schema> | undefined
  switch (keyword) {
    case 'required':
      return problem(memberPath(at, name), 'is required', describe(properties?.[name]))
    case 'additionalProperties': {
      const known = Object.keys(properties ?? {})
      const meant = nearest(name, known)
      const hint = meant === undefined ? '' : `, did you mean ${meant}?`
      return problem(memberPath(at, name), `is not known${hint}`, `one of ${known.join(', ')}`)
    }
    case 'enum':
      return problem(at, 'is not one of the values known', describe(schema) ?? want)
    case 'const':
      return problem(at, 'is not the value allowed', describe(schema) ?? want)
    case 'type':
      return problem(at, `is ${kindOf(data)}`, describe(schema) ?? want)
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return problem(at, 'is empty or too short', describe(schema))
    default:
      return problem(at, keyword === 'not' ? 'is not allowed here' : 'is not valid', describe(schema) ?? want)
  }
}

const problem = (path: string, message: string, allowed: string | undefined): Problem =>
  allowed === undefined ? { path, message } : { path, message, allowed }

function describe(schema: Schema | undefined): string | undefined {
  const said = schema?.description
  if (typeof said === 'string') return said
  const values = schema?.enum
  return Array.isArray(values) ? values.map(String).join(', ') : undefined
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
