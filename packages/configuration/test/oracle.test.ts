import { Ajv } from 'ajv'
import fc from 'fast-check'
import t from 'tap'
import { parseDuration } from '../src/duration.ts'
import { type Schema, validate } from '../src/validate.ts'

const ajv = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true })
ajv.addFormat('duration', (text: string) => parseDuration(text) !== undefined)

// Everything that the schemas of this house say, in one.
const SCHEMA: Schema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 4, pattern: '^[a-z]+$' },
    wait: { type: ['string', 'number'], format: 'duration', minimum: 0 },
    port: { type: 'integer', minimum: 0, maximum: 10 },
    list: { type: 'array', minItems: 1, maxItems: 3, uniqueItems: true, items: { enum: ['a', 'b', 1, null] } },
    either: {
      if: { type: 'object' },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ['x'], properties: { x: { const: true } } },
      else: { enum: ['off'] },
    },
    any: { anyOf: [{ type: 'string' }, { type: 'object', minProperties: 1, maxProperties: 2 }] },
    one: { oneOf: [{ type: 'number' }, { type: 'integer' }, { type: 'null' }] },
    map: { type: 'object', propertyNames: { pattern: '^[ab]+$' }, additionalProperties: { type: 'boolean' } },
    never: { not: { type: 'array', contains: { const: 'bad' } } },
  },
}

const scalar = fc.oneof(
  fc.constantFrom('a', 'b', 'off', 'bad', '1s', '10m', 'x', '', 'abcde', null, true, false, 0, 1, 1.5, -1, 11),
  fc.string({ maxLength: 5 }),
  fc.integer(),
)
const anything = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.dictionary(fc.constantFrom('x', 'a', 'b', 'ab', 'c'), scalar, { maxKeys: 3 }),
)
const NAMES = [...Object.keys(SCHEMA.properties as object), 'unknown']

t.test('a value is right or wrong here as it is for ajv', async t => {
  const judge = ajv.compile(SCHEMA)
  const named = fc
    .tuple(
      fc.constantFrom('a', 'ab', 'off', 'abcde'),
      fc.dictionary(fc.constantFrom(...NAMES), anything, { maxKeys: 2 }),
    )
    .map(([name, others]) => ({ ...others, name }))
  const documents = fc.oneof({ weight: 4, arbitrary: named }, { weight: 1, arbitrary: anything })
  const verdicts = { right: 0, wrong: 0 }
  fc.assert(
    fc.property(documents, document => {
      // Without a prototype is how fast-check makes some objects; a parsed file never holds one.
      const value = JSON.parse(JSON.stringify(document))
      const isRight = validate(SCHEMA, value).length === 0
      verdicts[isRight ? 'right' : 'wrong']++
      return isRight === judge(value)
    }),
    { numRuns: 3000, seed: 7 },
  )
  t.ok(verdicts.right > 50 && verdicts.wrong > 50, `${verdicts.right} right, ${verdicts.wrong} wrong`)
})
