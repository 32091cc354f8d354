import fc from 'fast-check'
import t from 'tap'
import { extract as extractUnjudged, judgeForm } from '../../src/credential/extract.ts'
import { codeOf } from '../scene.ts'

const LIMIT = 100

const extract = (rawHeaders: readonly string[], limit: number) => {
  const credential = extractUnjudged(rawHeaders, limit)
  return credential.ok ? judgeForm(credential) : credential
}

const judge = (...values: readonly string[]) => {
  const outcome = extract(
    values.flatMap(value => ['Authorization', value]),
    LIMIT,
  )
  return outcome.ok ? `${outcome.value.scheme} ${outcome.value.token}` : codeOf(outcome)
}

t.test('a request without an Authorization header has no credential', async t => {
  t.equal(codeOf(extract([], LIMIT)), 'credential_missing')
  t.equal(
    codeOf(extract(['Host', 'a', 'X-Authorization', 'Bearer a', 'authorization_', 'Bearer a'], LIMIT)),
    'credential_missing',
  )
})

t.test('tokens in the query or in other headers are never read', async t => {
  const headers = ['cookie', 'access_token=a', 'x-access-token', 'a', 'proxy-authorization', 'Bearer a']
  t.equal(codeOf(extract(headers, LIMIT)), 'credential_missing')
})

t.test('the scheme and the name of the header are read without case', async t => {
  for (const name of ['authorization', 'Authorization', 'AUTHORIZATION']) {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      t.match(extract([name, `${scheme} abc.def`], LIMIT), { ok: true, value: { scheme: 'bearer', token: 'abc.def' } })
    }
  }
  t.equal(judge('dpop abc'), 'dpop abc')
})

t.test('one or more spaces part scheme and token; blanks around the field are no part of it', async t => {
  t.equal(judge('Bearer   abc'), 'bearer abc')
  t.equal(judge(' \tBearer abc \t'), 'bearer abc')
})

t.test('everything that a b64token may hold is accepted', async t => {
  t.equal(judge('Bearer aZ09-._~+/=='), 'bearer aZ09-._~+/==')
})

const MALFORMED: Readonly<Record<string, string>> = {
  'an empty field': '',
  'a field of blanks': ' \t ',
  'a scheme alone': 'Bearer',
  'a scheme and a space': 'Bearer ',
  'a tab for a space': 'Bearer\tabc',
  'a colon for a space': 'Bearer:abc',
  'a token with a space': 'Bearer abc def',
  'a token with a tab': 'Bearer abc\tdef',
  'a token in quotes': 'Bearer "abc"',
  'a token in brackets': 'Bearer <abc>',
  'padding inside a token': 'Bearer a=b',
  'padding alone': 'Bearer ==',
  'a comma': 'Bearer abc,def',
  'a NUL': 'Bearer abc\0',
  'a letter outside ASCII': 'Bearer abcä',
  'a percent': 'Bearer abc%20',
  'parameters in place of a token': 'Bearer token="abc"',
  'no scheme': '"abc"',
}

t.test('a credential that no grammar allows is malformed', async t => {
  for (const [name, value] of Object.entries(MALFORMED)) t.equal(judge(value), 'credential_malformed', name)
})

t.test('two credentials are refused, in two fields or in one', async t => {
  t.equal(judge('Bearer a', 'Bearer b'), 'credential_duplicated')
  t.equal(judge('Bearer a', 'Bearer a'), 'credential_duplicated')
  t.equal(judge('Basic YTpi', 'Bearer a'), 'credential_duplicated')
  t.equal(judge('', 'Bearer a'), 'credential_duplicated')
  for (const joined of ['Bearer a, Bearer b', 'Bearer a,DPoP b', 'Basic YTpi, Bearer a', 'Bearer a ,\tbearer b']) {
    t.equal(judge(joined), 'credential_duplicated', joined)
  }
})

t.test('a well-formed credential of another scheme is no token at all', async t => {
  for (const value of ['Basic YTpi', 'Negotiate', 'Digest username="a", realm="b"', 'abc.def.ghi', 'Bearerabc']) {
    t.equal(judge(value), 'credential_missing', value)
  }
})

t.test('a token beyond the limit is refused by its length, whatever it holds', async t => {
  t.equal(judge(`Bearer ${'a'.repeat(LIMIT)}`), `bearer ${'a'.repeat(LIMIT)}`)
  t.equal(judge(`Bearer ${'a'.repeat(LIMIT + 1)}`), 'token_too_large')
  t.equal(judge(`Bearer ${' '.repeat(50_000)}a`), 'bearer a')
})

/** By how many fields there are. */
const NOT_ONE = ['credential_missing', undefined, 'credential_duplicated', 'credential_duplicated']
const REFUSALS: ReadonlySet<string> = new Set([
  ...['credential_missing', 'credential_malformed', 'credential_duplicated', 'token_too_large'],
])

t.test('a credential is taken exactly where the grammar has one, whatever the header holds', async t => {
  const pieces = [
    'Bearer',
    'bearer',
    'DPoP',
    'Basic',
    ' ',
    '  ',
    '\t',
    ',',
    '=',
    '==',
    'a.b-c_~+/9',
    '"',
    '\u00a0',
    '\u00e9',
  ]
  const piece = fc.constantFrom(...pieces, 'x'.repeat(LIMIT - 1))
  const sound = fc.constantFrom('abc', 'a.b-c_~+/9', '0=')
  const likely = fc.tuple(
    fc.constantFrom('Bearer ', 'dPoP  ', ' bearer '),
    fc.array(fc.oneof({ weight: 5, arbitrary: sound }, piece), { minLength: 1, maxLength: 3 }),
  )
  const value = fc.oneof(
    { weight: 3, arbitrary: likely.map(([scheme, rest]) => scheme + rest.join('')) },
    fc.array(piece, { maxLength: 6 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary' }),
  )
  const only = fc.array(value, { minLength: 1, maxLength: 1 })
  const seen = { taken: 0, none: 0 }
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: only }, fc.array(value, { maxLength: 3 })), values => {
      const said = judge(...values)
      // RFC 6750 section 2.1 and RFC 9449 section 7.1 in one line; blanks around the field are no part of it (RFC 9110 section 5.5).
      const field = (values[0] ?? '').replace(/^[ \t]+|[ \t]+$/g, '')
      const [, scheme = '', token = ''] = /^(bearer|dpop) +([A-Za-z0-9\-._~+/]+=*)$/i.exec(field) ?? []
      const wanted = token.length > LIMIT ? 'token_too_large' : `${scheme.toLowerCase()} ${token}`
      const isRight = token === '' ? REFUSALS.has(said) : said === wanted
      if (values.length === 1) seen[token === '' ? 'none' : 'taken']++
      if (values.length === 1 ? !isRight : said !== NOT_ONE[values.length]) throw new Error(said)
    }),
    { numRuns: 3000 },
  )
  t.ok(seen.taken > 300 && seen.none > 300, `${seen.taken} are one and ${seen.none} are not`)
})
