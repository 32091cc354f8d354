import { isDeepStrictEqual } from 'node:util'
import { parseDuration } from './duration.ts'

/** JSON Schema draft-07 as data. `description` of a member is what is said to be allowed there. */
export type Schema = { readonly [keyword: string]: unknown }

/** One way in which a value differs from its schema. */
export interface Mismatch {
  readonly keyword: string
  /** Members from the root to the value. */
  readonly at: readonly (string | number)[]
  /** The schema whose keyword it is. */
  readonly schema: Schema
  readonly data: unknown
  /** `required` and `additionalProperties`: of what name. */
  readonly name?: string
  /** What the keyword wants, where the schema does not describe it. */
  readonly want: string
}

type At = readonly (string | number)[]
type Report = (mismatch: Omit<Mismatch, 'at' | 'schema' | 'data'>) => void
type Judge = (wanted: never, data: never, report: Report, at: At, schema: Schema, all: Mismatch[]) => void
type Rules = { readonly [keyword: string]: Judge }

const FORMATS: { readonly [name: string]: (text: string) => boolean } = {
  duration: text => parseDuration(text) !== undefined,
  'uri-http': text => /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : ''),
}

const NUMBER: Rules = {
  minimum: (least: number, data: number, report) => data >= least || report(wanting('minimum', `must be >= ${least}`)),
  maximum: (most: number, data: number, report) => data <= most || report(wanting('maximum', `must be <= ${most}`)),
}

const STRING: Rules = {
  minLength: (least: number, data: string, report) =>
    [...data].length >= least || report(wanting('minLength', `must NOT have fewer than ${least} characters`)),
  maxLength: (most: number, data: string, report) =>
    [...data].length <= most || report(wanting('maxLength', `must NOT have more than ${most} characters`)),
  pattern: (pattern: string, data: string, report) =>
    expression(pattern).test(data) || report(wanting('pattern', `must match pattern "${pattern}"`)),
  format: (format: string, data: string, report) => {
    const isRight = FORMATS[format]
    if (isRight === undefined) throw new TypeError(`the format ${format} is not known`)
    if (!isRight(data)) report(wanting('format', `must match format "${format}"`))
  },
}

const ANY: Rules = {
  const: (value: unknown, data: unknown, report) =>
    isDeepStrictEqual(value, data) || report(wanting('const', String(value))),
  enum: (values: readonly unknown[], data: unknown, report) =>
    values.some(value => isDeepStrictEqual(value, data)) || report(wanting('enum', values.map(String).join(', '))),
  not: (schema: Schema, data: unknown, report) => matches(schema, data) && report(wanting('not', 'must NOT be valid')),
  anyOf: (schemas: readonly Schema[], data: unknown, report, at, _schema, all) => {
    if (schemas.some(schema => matches(schema, data))) return
    for (const schema of schemas) judge(schema, data, at, all)
    report(wanting('anyOf', 'must match a schema in anyOf'))
  },
  oneOf: (schemas: readonly Schema[], data: unknown, report, at, _schema, all) => {
    const fitting = schemas.filter(schema => matches(schema, data)).length
    if (fitting === 1) return
    if (fitting === 0) for (const schema of schemas) judge(schema, data, at, all)
    report(wanting('oneOf', 'must match exactly one schema in oneOf'))
  },
  allOf: (schemas: readonly Schema[], data: unknown, _report, at, _schema, all) => {
    for (const schema of schemas) judge(schema, data, at, all)
  },
  if: (condition: Schema, data: unknown, _report, at, schema, all) => {
    const branch = matches(condition, data) ? schema.then : schema.else
    if (branch !== undefined) judge(branch as Schema, data, at, all)
  },
}

const ARRAY: Rules = {
  minItems: (least: number, data: unknown[], report) =>
    data.length >= least || report(wanting('minItems', `must NOT have fewer than ${least} items`)),
  maxItems: (most: number, data: unknown[], report) =>
    data.length <= most || report(wanting('maxItems', `must NOT have more than ${most} items`)),
  uniqueItems: (isWanted: boolean, data: unknown[], report) => {
    const hasTwins = data.some((one, index) => data.slice(0, index).some(other => isDeepStrictEqual(one, other)))
    if (isWanted && hasTwins) report(wanting('uniqueItems', 'must NOT have duplicate items'))
  },
  items: (schema: Schema, data: unknown[], _report, at, _schema, all) => {
    for (const [index, item] of data.entries()) judge(schema, item, [...at, index], all)
  },
  contains: (schema: Schema, data: unknown[], report) =>
    data.some(item => matches(schema, item)) || report(wanting('contains', 'must contain a valid item')),
}

type Members = Readonly<Record<string, unknown>>

const OBJECT: Rules = {
  minProperties: (least: number, data: Members, report) =>
    Object.keys(data).length >= least ||
    report(wanting('minProperties', `must NOT have fewer than ${least} properties`)),
  maxProperties: (most: number, data: Members, report) =>
    Object.keys(data).length <= most || report(wanting('maxProperties', `must NOT have more than ${most} properties`)),
  required: (names: readonly string[], data: Members, report) => {
    for (const name of names) {
      if (!Object.hasOwn(data, name) || data[name] === undefined) report({ ...wanting('required', ''), name })
    }
  },
  propertyNames: (schema: Schema, data: Members, _report, at, _schema, all) => {
    for (const name of Object.keys(data)) judge(schema, name, at, all)
  },
  additionalProperties: (others: boolean | Schema, data: Members, report, at, { properties }, all) => {
    for (const [name, value] of Object.entries(data)) {
      if (properties !== undefined && Object.hasOwn(properties as object, name)) continue
      if (others === false) report({ ...wanting('additionalProperties', ''), name })
      else if (others !== true) judge(others, value, [...at, name], all)
    }
  },
  properties: (schemas: Readonly<Record<string, Schema>>, data: Members, _report, at, _schema, all) => {
    for (const [name, schema] of Object.entries(schemas)) {
      if (Object.hasOwn(data, name) && data[name] !== undefined) judge(schema, data[name], [...at, name], all)
    }
  },
}

const wanting = (keyword: string, want: string) => ({ keyword, want })

/** Keywords that judge nothing, or that another one looks at. */
const SILENT: ReadonlySet<string> = new Set(['$schema', 'title', 'description', 'default', 'type', 'then', 'else'])

const TYPES: { readonly [type: string]: (data: unknown) => boolean } = {
  null: data => data === null,
  boolean: data => typeof data === 'boolean',
  string: data => typeof data === 'string',
  number: data => typeof data === 'number' && Number.isFinite(data),
  integer: data => Number.isInteger(data),
  array: Array.isArray,
  object: data => typeof data === 'object' && data !== null && !Array.isArray(data),
}

const RULES: readonly { readonly of: string | undefined; readonly rules: Rules }[] = [
  { of: 'number', rules: NUMBER },
  { of: 'string', rules: STRING },
  { of: undefined, rules: ANY },
  { of: 'array', rules: ARRAY },
  { of: 'object', rules: OBJECT },
]
const KNOWN: ReadonlySet<string> = new Set([...SILENT, ...RULES.flatMap(({ rules }) => Object.keys(rules))])

/**
 * Every way in which `data` differs from `schema`, in the order of its keywords by kind. The part of draft-07 that the schemas of this house
 * use; a keyword, format or type outside of it is a TypeError, since ignoring it would let pass what it forbids.
 */
export function validate(schema: Schema, data: unknown): Mismatch[] {
  const all: Mismatch[] = []
  judge(schema, data, [], all)
  return all
}

function judge(schema: Schema, data: unknown, at: At, all: Mismatch[]): void {
  for (const keyword of Object.keys(schema)) {
    if (!KNOWN.has(keyword)) throw new TypeError(`the keyword ${keyword} is not known`)
  }
  const report: Report = mismatch => void all.push({ at, schema, data, ...mismatch })
  const { type } = schema
  const types = (Array.isArray(type) ? type : type === undefined ? [] : [type]) as string[]
  if (types.length > 0 && !types.some(name => isType(name, data))) report(wanting('type', types.join(', ')))
  for (const { of, rules } of RULES) {
    if (of !== undefined && !isType(of, data)) continue
    for (const [keyword, rule] of Object.entries(rules)) {
      if (schema[keyword] !== undefined) rule(schema[keyword] as never, data as never, report, at, schema, all)
    }
  }
}

function isType(name: string, data: unknown): boolean {
  const is = TYPES[name]
  if (is === undefined) throw new TypeError(`the type ${name} is not known`)
  return is(data)
}

const matches = (schema: Schema, data: unknown): boolean => validate(schema, data).length === 0

const expressions = new Map<string, RegExp>()

function expression(pattern: string): RegExp {
  const known = expressions.get(pattern) ?? new RegExp(pattern, 'u')
  expressions.set(pattern, known)
  return known
}
