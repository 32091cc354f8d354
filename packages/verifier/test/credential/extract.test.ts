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

t.test('whatever the header holds, one of the four answers is given and a token is one of the field', async t => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }), values => {
      const outcome = extract(
        values.flatMap(value => ['authorization', value]),
        LIMIT,
      )
      if (outcome.ok) return values.length === 1 && (values[0] ?? '').includes(outcome.value.token)
      return ['credential_missing', 'credential_malformed', 'credential_duplicated', 'token_too_large'].includes(
        outcome.rejection.code,
      )
    }),
  )
  t.pass('for every input tried')
})
