import { createRequire } from 'node:module'
import type { Ajv, ErrorObject } from 'ajv'
import { parseDuration } from './duration.ts'
import { nearest } from './nearest.ts'
import { memberPath } from './path.ts'
import type { Problem } from './problem.ts'

/** JSON Schema draft-07 as data. `description` of a member is what is said to be allowed there. */
export type Schema = { readonly [keyword: string]: unknown }

let loaded: Ajv | undefined

/** Loaded when first asked for: it takes longer to load than a mock provider takes to start, and most of those judge no shape. */
function loadAjv(): Ajv {
  if (loaded !== undefined) return loaded
  const { Ajv: Validator } = createRequire(import.meta.url)('ajv') as typeof import('ajv')
  loaded = new Validator({ allErrors: true, verbose: true, strict: false, allowUnionTypes: true })
  loaded.addFormat('duration', (value: string) => parseDuration(value) !== undefined)
  loaded.addFormat('uri-http', (value: string) => {
    const url = URL.canParse(value) ? new URL(value) : undefined
    return url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')
  })
  return loaded
}

/**
 * Every way in which `value` differs from `schema`, as problems below `path`. Judges shape only: what members mean to each other is for
 * whoever owns them. Formats: `duration`, `uri-http`. Values never appear in a message, since they may be secrets.
 */
export function checkShape(schema: Schema, value: unknown, path: string): Problem[] {
  const validate = loadAjv().compile(schema)
  if (validate(value)) return []
  const problems = new Map<string, Problem>()
  for (const error of validate.errors ?? []) {
    const problem = explain(error, path)
    // One member, one line: a union reports every branch that it failed.
    if (problem !== undefined && !problems.has(problem.path)) problems.set(problem.path, problem)
  }
  return [...problems.values()]
}

function explain(error: ErrorObject, root: string): Problem | undefined {
  const parent = error.parentSchema as Schema | undefined
  const at = joinPath(root, error.instancePath)
  switch (error.keyword) {
    case 'if':
    case 'allOf':
      return undefined
    case 'required': {
      const name = String(error.params['missingProperty'])
      return problem(memberPath(at, name), 'is required', describe(propertiesOf(parent)?.[name]))
    }
    case 'additionalProperties': {
      const name = String(error.params['additionalProperty'])
      const known = Object.keys(propertiesOf(parent) ?? {})
      const meant = nearest(name, known)
      const hint = meant === undefined ? '' : `, did you mean ${meant}?`
      return problem(memberPath(at, name), `is not known${hint}`, `one of ${known.join(', ')}`)
    }
    case 'enum':
      return problem(at, 'is not one of the values known', describe(parent) ?? list(error.params['allowedValues']))
    case 'const':
      return problem(at, 'is not the value allowed', describe(parent) ?? list([error.params['allowedValue']]))
    case 'type':
      return problem(at, `is ${kindOf(error.data)}`, describe(parent) ?? list(parent?.['type']))
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return problem(at, 'is empty or too short', describe(parent))
    default:
      return problem(
        at,
        error.keyword === 'not' ? 'is not allowed here' : 'is not valid',
        describe(parent) ?? error.message,
      )
  }
}

const problem = (path: string, message: string, allowed: string | undefined): Problem =>
  allowed === undefined ? { path, message } : { path, message, allowed }

const propertiesOf = (schema: Schema | undefined): Record<string, Schema> | undefined =>
  schema?.['properties'] as Record<string, Schema> | undefined

function describe(schema: Schema | undefined): string | undefined {
  const said = schema?.['description']
  if (typeof said === 'string') return said
  if (Array.isArray(schema?.['enum'])) return list(schema['enum'])
  return undefined
}

const list = (values: unknown): string => (Array.isArray(values) ? values : [values]).map(String).join(', ')

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function joinPath(root: string, pointer: string): string {
  let path = root
  for (const part of pointer.split('/').slice(1))
    path = memberPath(path, part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return path
}
