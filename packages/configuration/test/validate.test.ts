import t from 'tap'
import { validate } from '../src/validate.ts'

const keywords = (schema: object, data: unknown) => validate(schema as never, data).map(({ keyword }) => keyword)

/** Schema, what fits it, what does not. */
const CASES: readonly (readonly [object, readonly unknown[], readonly unknown[]])[] = [
  [{ type: 'integer' }, [0, -3, 1e9], [1.5, '1', Number.NaN, Infinity, null]],
  [{ type: ['string', 'null'] }, ['', null], [0, false, [], {}]],
  [{ type: 'object' }, [{}], [[], null]],
  [{ minimum: 1, maximum: 3 }, [1, 3, 'x'], [0.9, 3.1]],
  [{ minLength: 2, maxLength: 3 }, ['ab', '🔑🔑🔑', 7], ['a', 'abcd']],
  [{ pattern: '^a+$' }, ['aa', 1], ['b', '']],
  [{ format: 'duration' }, ['10s', '250ms', 5], ['10 s', '']],
  [{ format: 'uri-http' }, ['http://a', 'https://a/b?c'], ['ftp://a', 'a']],
  [{ enum: ['a', null, 1] }, ['a', null, 1], ['1', undefined, {}]],
  [{ const: 'public' }, ['public'], ['Public', {}]],
  [{ not: { const: true } }, [false, {}], [true]],
  [{ anyOf: [{ type: 'string' }, { minimum: 2 }] }, ['a', 2], [1]],
  [{ oneOf: [{ type: 'number' }, { minimum: 2 }] }, [1, 'a'], [2]],
  [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1, 2], [0, 3]],
  [
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    { if: { type: 'object' }, then: { required: ['a'] }, else: { const: 'public' } },
    [{ a: 1 }, 'public'],
    [{}, 'x', 1],
  ],
  [{ minItems: 1, maxItems: 2, items: { type: 'string' } }, [['a'], ['a', 'b'], {}], [[], ['a', 'b', 'c'], [1]]],
  [
    { uniqueItems: true },
    [
      ['a', 'b'],
      [{ a: 1 }, { a: 2 }],
    ],
    [
      ['a', 'a'],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  ],
  [{ contains: { const: 1 } }, [[0, 1]], [[], [0]]],
  [{ minProperties: 1, maxProperties: 2 }, [{ a: 1 }], [{}, { a: 1, b: 2, c: 3 }]],
  [{ required: ['a'] }, [{ a: null }, []], [{}, { a: undefined }]],
  [{ propertyNames: { pattern: '^[a-z]$' } }, [{ a: 1 }], [{ A: 1 }]],
  [{ properties: { a: { type: 'string' } }, additionalProperties: false }, [{}, { a: '' }], [{ a: 1 }, { b: 1 }]],
  [{ additionalProperties: { type: 'boolean' } }, [{ a: true }], [{ a: 1 }]],
]

t.test('every keyword lets pass what fits and nothing else', async t => {
  for (const [schema, good, bad] of CASES) {
    for (const data of good) t.same(keywords(schema, data), [], JSON.stringify([schema, data]))
    for (const data of bad) t.ok(keywords(schema, data).length > 0, JSON.stringify([schema, data]))
  }
})

t.test('names of Object.prototype are names like others', async t => {
  t.same(keywords({ required: ['toString'] }, {}), ['required'])
  t.same(keywords({ properties: {}, additionalProperties: false }, { constructor: 1 }), ['additionalProperties'])
  t.same(keywords({ properties: { a: {} }, additionalProperties: false }, JSON.parse('{"__proto__": 1}')), [
    'additionalProperties',
  ])
})

t.test('what a schema says and nobody judges is a bug', async t => {
  for (const schema of [{ dependencies: {} }, { format: 'date' }, { type: 'text' }, { items: { $ref: '#/a' } }]) {
    t.throws(
      () => validate(schema as never, ['x']).concat(validate(schema as never, 'x')),
      TypeError,
      JSON.stringify(schema),
    )
  }
})
