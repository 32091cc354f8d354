import assert from 'node:assert/strict'
import { describeProblem } from '../../src/problem.ts'
import { checkShape, type Schema } from '../../src/shape.ts'

/** Every keyword that the schemas of this house use, as they use it. */
const schema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1, pattern: '^[a-z]+$' },
    port: { type: 'integer', minimum: 0, maximum: 65535 },
    kinds: { type: 'array', items: { enum: ['a', 'b'] }, minItems: 1, uniqueItems: true },
    either: { anyOf: [{ type: 'boolean' }, { type: 'object', required: ['x'], properties: { x: { const: 1 } } }] },
    named: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
  },
}

/** A value as JSON. */
export function fuzz(input: Buffer): void {
  let value: unknown
  try {
    value = JSON.parse(input.toString('utf8'))
  } catch {
    return
  }
  const problems = checkShape(schema, value, '')
  for (const problem of problems) assert.notEqual(describeProblem(problem), '')
  assert.equal(problems.length === 0, isRight(value), 'judged otherwise than by hand')
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const own = (value: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined

function isRight(value: unknown): boolean {
  if (!isObject(value)) return false
  const [name, port, kinds, either, named] = ['name', 'port', 'kinds', 'either', 'named'].map(one => own(value, one))
  const known = Object.keys(value).every(key => Object.hasOwn(schema.properties as object, key))
  const isName = typeof name === 'string' && /^[a-z]+$/.test(name)
  const isPort = port === undefined || (Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 65535)
  const isKinds =
    kinds === undefined ||
    (Array.isArray(kinds) &&
      kinds.length > 0 &&
      kinds.every(one => one === 'a' || one === 'b') &&
      new Set(kinds).size === kinds.length)
  const isEither = either === undefined || typeof either === 'boolean' || (isObject(either) && own(either, 'x') === 1)
  const isNamed =
    named === undefined ||
    (isObject(named) && Object.values(named).every(one => one === null || typeof one === 'string'))
  return known && isName && isPort && isKinds && isEither && isNamed
}

export const seeds = [
  '{"name":"a","port":1,"kinds":["a"],"either":true,"named":{"x":null}}',
  '{"either":{"x":1}}',
  '[]',
  '{"name":1,"portt":2}',
]
export const dictionary = [
  '"name":',
  '"port":',
  '"kinds":',
  '"either":',
  '"named":',
  '"x":',
  '"a"',
  '"b"',
  '1',
  '65536',
  '-0',
  '1e3',
  '1.5',
  'null',
  'true',
  '{}',
  '[]',
  '"__proto__":',
  '"constructor":',
  '"toString":',
  ',',
]
