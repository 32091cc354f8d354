import t from 'tap'
import { createJournal, Journal, type JournalInput } from '../../src/engine/journal.ts'

const FORM = 'application/x-www-form-urlencoded'
const asked = (endpoint: string, over: Partial<Omit<JournalInput, 'body'>> & { body?: string } = {}): JournalInput => ({
  at: 1000,
  endpoint,
  method: 'POST',
  path: `/${endpoint}`,
  query: '',
  headers: { 'content-type': FORM },
  status: 200,
  ...over,
  body: Buffer.from(over.body ?? ''),
})
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

function findingsOf(
  input: JournalInput,
  known: Record<string, { registered: boolean; redirectUris: string[] }> = {},
): string[] {
  const journal = createJournal(id => known[id])
  journal.record(input)
  return (journal.list()[0]?.findings ?? []).map(({ code }) => code)
}

t.test('no secret of a form, a query, JSON, a header or a cookie is in the journal', async t => {
  const secrets = {
    client_secret: 'S1-secret',
    password: 'S2-secret',
    code: 'S3-secret',
    code_verifier: 'S4-secret',
    refresh_token: 'S5-secret',
    token: 'S6-secret',
    client_assertion: 'S7-secret',
    subject_token: 'S8-secret',
    id_token_hint: 'S9-secret',
  }
  const journal = createJournal()
  journal.record(
    asked('token', {
      body: new URLSearchParams(secrets).toString(),
      headers: { 'content-type': FORM, authorization: basic('web', 'S10-secret') },
    }),
  )
  journal.record(asked('token', { query: new URLSearchParams(secrets).toString() }))
  journal.record(
    asked('register', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...secrets, nested: [secrets] }),
    }),
  )
  journal.record(
    asked('userinfo', {
      headers: {
        authorization: 'Bearer S11-secret',
        cookie: 'session=S12-secret',
        dpop: 'S13-secret',
        referer: 'http://a/?code=S14-secret',
      },
    }),
  )
  journal.record(asked('token', { body: 'grant_type=x&unknown=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.S15-secret' }))
  journal.record(asked('token', { headers: { 'content-type': 'text/plain' }, body: 'client_secret=S16-secret' }))
  journal.record(
    asked('token', { headers: { 'content-type': 'application/json' }, body: '{"client_secret":"S17-secret"' }),
  )
  journal.record(asked('token', { body: 'client%5Fsecret=S18-secret&a=b' }))
  journal.record(asked('token', { headers: { 'content-type': FORM, authorization: 'S19-secret' } }))
  const shown = JSON.stringify(journal.list())
  t.notMatch(shown, /S\d+-secret/)
  t.match(shown, /\[redacted\]/)
})

t.test('a private key in registration metadata loses its private members', async t => {
  const journal = createJournal()
  const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'public-x', y: 'public-y', d: 'private-d' }] }
  journal.record(asked('register', { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jwks }) }))
  const shown = JSON.stringify(journal.list())
  t.match(shown, /public-x/)
  t.notMatch(shown, /private-d/)
})

t.test('an entry shows the request raw and parsed', async t => {
  const journal = createJournal()
  journal.record(
    asked('token', {
      query: 'a=%2F',
      body: 'grant_type=client_credentials&scope=a+b',
      headers: { 'content-type': FORM, authorization: basic('w b', 'x') },
      status: 401,
      error: 'invalid_client',
      fault: 'fault-1',
    }),
  )
  const [entry] = journal.list()
  t.match(entry, {
    number: 1,
    at: 1000,
    endpoint: 'token',
    method: 'POST',
    path: '/token',
    client_id: 'w b',
    raw: { method: 'POST', target: '/token?a=%2F', body: 'grant_type=client_credentials&scope=a+b' },
    parsed: {
      query: { a: '/' },
      form: { grant_type: 'client_credentials', scope: 'a b' },
      authorization: { scheme: 'basic', client_id: 'w b' },
    },
    response: { status: 401, error: 'invalid_client', fault: 'fault-1' },
  })
})

t.test('the journal keeps the newest and numbers go on', async t => {
  const journal = new Journal(undefined, 3)
  for (let n = 0; n < 10; n++) journal.record(asked(n % 2 === 0 ? 'jwks' : 'token'))
  t.same(
    journal.list().map(({ number }) => number),
    [8, 9, 10],
  )
  t.same(
    journal.list({ endpoint: 'jwks' }).map(({ number }) => number),
    [9],
  )
  journal.clear()
  t.same(journal.list(), [])
})

t.test('the journal keeps no more than 64 MiB of bodies, the newest, and numbers go on', async t => {
  const journal = new Journal()
  const body = Buffer.alloc(2 ** 20)
  for (let n = 0; n < 64; n++) journal.record({ ...asked('token'), body })
  t.equal(journal.list().length, 64)
  journal.record(asked('jwks', { body: 'one more' }))
  const numbers = journal.list().map(({ number }) => number)
  t.same(
    numbers,
    Array.from({ length: 32 }, (_, index) => index + 34),
  )
  for (let n = 0; n < 32; n++) journal.record({ ...asked('token'), body })
  t.equal(journal.list().length, 64, 'what was dropped is not counted any more')
})

t.test('an authorization request without PKCE, state and nonce is found', async t => {
  const codes = findingsOf(
    asked('authorize', {
      method: 'GET',
      query: 'response_type=code&client_id=a&redirect_uri=http%3A%2F%2Fa.example%2Fcb',
    }),
  )
  t.same(codes.sort(), ['client_unregistered', 'pkce_missing', 'redirect_uri_insecure', 'state_missing'])
})

t.test('a careful authorization request has no findings', async t => {
  const query =
    'response_type=code&client_id=web&redirect_uri=https%3A%2F%2Fa.example%2Fcb&scope=openid&state=s&nonce=n&code_challenge=x&code_challenge_method=S256'
  t.same(
    findingsOf(asked('authorize', { method: 'GET', query }), {
      web: { registered: true, redirectUris: ['https://a.example/cb'] },
    }),
    [],
  )
})

t.test('a redirect URI that misses the registered one says by what', async t => {
  const web = { registered: true, redirectUris: ['https://a.example/cb'] }
  const find = (uri: string) =>
    findingsOf(
      asked('authorize', {
        method: 'GET',
        query: new URLSearchParams({ client_id: 'web', redirect_uri: uri, state: 's' }).toString(),
      }),
      { web },
    )
  t.same(find('https://a.example/cb'), [])
  t.same(find('https://a.example/cb/'), ['redirect_uri_slash'])
  t.same(find('https://a.example/CB'), ['redirect_uri_case'])
  t.same(find('https://a.example/other'), ['redirect_uri_differs'])
})

t.test('a secret that is sent twice, or in the URL, is found', async t => {
  const known = { web: { registered: true, redirectUris: [] } }
  const headers = { 'content-type': FORM, authorization: basic('web', 's') }
  t.same(
    findingsOf(asked('token', { headers, body: 'grant_type=client_credentials&client_id=web&client_secret=s' }), known),
    ['secret_sent_twice'],
  )
  t.same(findingsOf(asked('token', { headers, query: 'client_secret=s' }), known), [
    'secret_sent_twice',
    'secret_in_query',
  ])
  t.same(findingsOf(asked('userinfo', { method: 'GET', query: 'access_token=s' })), ['secret_in_query'])
})

t.test('what RFC 6749 says of methods, bodies and parameters is found', async t => {
  t.same(findingsOf(asked('token', { method: 'GET' })), ['method_unexpected'])
  t.same(findingsOf(asked('token', { headers: { 'content-type': 'application/json' }, body: '{}' })), ['body_not_form'])
  t.same(findingsOf(asked('token', { body: 'scope=a&scope=b&resource=c&resource=d' })), ['parameter_repeated'])
  t.same(findingsOf(asked('token', { body: 'resource=c&resource=d' })), [])
  t.same(findingsOf(asked('token', { body: 'grant_type=password' })), ['password_grant'])
  t.same(findingsOf(asked('token', { headers: { authorization: 'Basic nocolon' } })), ['basic_malformed'])
  t.same(findingsOf(asked('introspect', { body: 'token=x' })), ['introspection_unauthenticated'])
})

t.test('PKCE by plain, implicit flow and a missing nonce are found', async t => {
  const known = { web: { registered: true, redirectUris: [] } }
  const find = (query: string) =>
    findingsOf(
      asked('authorize', { method: 'GET', query: `client_id=web&redirect_uri=app%3Acb&state=s&${query}` }),
      known,
    )
  t.same(find('response_type=code&code_challenge=x'), ['pkce_plain'])
  t.same(find('response_type=code&code_challenge=x&code_challenge_method=plain'), ['pkce_plain'])
  t.same(find('response_type=id_token+token&scope=openid'), ['nonce_missing', 'flow_deprecated'])
  t.same(find('response_type=none&nonce=n'), ['openid_scope_missing'])
})

t.test('requests that do not parse are entered all the same', async t => {
  const journal = createJournal()
  journal.record(
    asked('token', {
      query: '%zz=%&&=',
      body: '%%%=&=&a',
      headers: { 'content-type': FORM, authorization: 'Basic %%%' },
    }),
  )
  journal.record(asked('token', { headers: { 'content-type': 'application/json' }, body: '\u0000{' }))
  t.equal(journal.list().length, 2)
})
