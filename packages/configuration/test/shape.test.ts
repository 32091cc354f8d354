import t from 'tap'
import { ConfigurationError, checkShape, describeProblem, memberPath, type Schema } from '../src/index.ts'

const SCHEMA: Schema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, description: 'any text' },
    size: { enum: ['small', 'large'] },
    wait: { type: ['string', 'number'], format: 'duration', description: 'a duration such as 10s' },
    url: { type: 'string', format: 'uri-http', description: 'an http or https URL' },
    items: { type: 'array', items: { type: 'integer', minimum: 1 } },
    rest: { type: 'object', additionalProperties: { type: 'boolean' } },
  },
}

const lines = (value: unknown, path = ''): string[] => checkShape(SCHEMA, value, path).map(describeProblem).sort()

t.test('a value of the right shape has no problems', async t => {
  t.same(lines({ name: 'a', size: 'small', wait: '10s', url: 'http://a', items: [1], rest: { a: true } }), [])
})

t.test('every mistake is listed at once, by path, with what is allowed', async t => {
  t.same(lines({ size: 'huge', wait: '10 s', url: 'ftp://a', items: [1, 0], rest: { 'a b': 1 }, nam: 'x' }), [
    'items[1]: is not valid (must be >= 1)',
    'nam: is not known, did you mean name? (one of name, size, wait, url, items, rest)',
    'name: is required (any text)',
    'rest."a b": is a number (boolean)',
    'size: is not one of the values known (small, large)',
    'url: is not valid (an http or https URL)',
    'wait: is not valid (a duration such as 10s)',
  ])
})

t.test('paths begin where the caller says', async t => {
  t.same(lines([], 'routes[2]'), ['routes[2]: is a list (object)'])
  t.same(lines({ name: '' }, 'routes[2]'), ['routes[2].name: is empty or too short (any text)'])
  t.same(lines(null), ['(root): is null (object)'])
  t.equal(memberPath('', 'a.b'), '"a.b"')
  t.equal(memberPath('claims', '/a/b'), 'claims."/a/b"')
})

t.test('a value never appears in a message, since it may be a secret', async t => {
  t.notMatch(lines({ name: { hunter2: 'hunter3' }, size: 'hunter4', url: 'hunter5' }).join('\n'), /hunter/)
})

t.test('the error lists all problems and is a TypeError', async t => {
  const error = new ConfigurationError(checkShape(SCHEMA, { size: 'huge' }, 'x'))
  t.ok(error instanceof TypeError)
  t.equal(error.problems.length, 2)
  t.match(error.message, /x\.name: is required/)
  t.match(error.message, /x\.size: is not one of/)
})
