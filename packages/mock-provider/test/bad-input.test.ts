import fc from 'fast-check'
import t from 'tap'
import { toResponse } from '../src/adapters/fetch.ts'
import { createMockProvider } from '../src/index.ts'
import { Journey, ORIGIN } from './journey.ts'

const POSTS = [
  ...['/token', '/introspect', '/revoke', '/userinfo', '/authorize', '/logout', '/par', '/register', '/bc-authorize'],
  ...['/device_authorization', '/device'],
]
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

t.test('every endpoint answers bad bodies with an OAuth error as JSON, never with a fault of its own', async t => {
  const journey = new Journey()
  const bodies: [string, string | Uint8Array, Record<string, string>][] = [
    [
      'repeated parameter',
      'grant_type=a&grant_type=b&token=1&token=2&client_id=x&client_id=y&access_token=1&access_token=2&id_token_hint=a&id_token_hint=b',
      FORM,
    ],
    ['broken percent', 'token=%zz&grant_type=%', FORM],
    ['percent of no UTF-8', 'token=%ff%fe', FORM],
    ['bytes of no UTF-8', new Uint8Array([0x74, 0x3d, 0xff, 0xfe]), FORM],
    ['JSON', '{"grant_type":"client_credentials"}', { 'content-type': 'application/json' }],
    ['multipart', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['text', 'grant_type=client_credentials', { 'content-type': 'text/plain' }],
    ['oversized', `token=${'x'.repeat(1_100_000)}`, FORM],
  ]
  for (const path of POSTS) {
    for (const [name, body, headers] of bodies) {
      const reply = await journey.ask(path, { method: 'POST', body: body as string, headers })
      t.ok(reply.status >= 400 && reply.status < 500, `${path} ${name}: ${reply.status}`)
      t.match(reply.headers.get('content-type'), 'application/json')
      t.match(reply.json, { error: String, error_description: String })
    }
  }
})

t.test('a query is judged as a form is, at every endpoint that reads one', async t => {
  const journey = new Journey()
  const queries = {
    'a parameter twice': 'client_id=a&client_id=b&user_code=a&user_code=b&id_token_hint=a&id_token_hint=b',
    'a broken percent': 'client_id=%zz&user_code=%&id_token_hint=%e0%a4',
    'percent of no UTF-8': 'client_id=%ff%fe&user_code=%ff&id_token_hint=%ff',
  }
  for (const path of ['/authorize', '/device', '/logout'])
    for (const [name, query] of Object.entries(queries)) {
      const reply = await journey.ask(`${path}?${query}`)
      t.match(reply, { status: 400, json: { error: 'invalid_request', error_description: String } }, `${path} ${name}`)
      t.equal(reply.headers.get('content-type'), 'application/json')
    }
  t.match((await journey.ask('/device?user_code=unknown')).json, { error: 'invalid_request' })
})

t.test('a method that an endpoint does not take is 405 with Allow', async t => {
  const journey = new Journey()
  for (const [path, method] of [
    ['/token', 'GET'],
    ['/introspect', 'GET'],
    ['/revoke', 'PUT'],
    ['/jwks', 'POST'],
    ['/authorize', 'DELETE'],
    ['/.well-known/openid-configuration', 'POST'],
  ] as const) {
    const { status, json, headers } = await journey.ask(path, { method })
    t.equal(status, 405, path)
    t.ok(headers.get('allow'))
    t.equal(json.error, 'invalid_request')
  }
})

t.test('HEAD is GET without the body', async t => {
  const { status, text, headers } = await new Journey().ask('/jwks', { method: 'HEAD' })
  t.equal(status, 200)
  t.equal(text, '')
  t.match(headers.get('content-type'), 'json')
})

t.test('scripts of any origin may call what they need and no page', async t => {
  const journey = new Journey()
  const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' }
  for (const path of ['/token', '/jwks', '/userinfo', '/.well-known/openid-configuration', '/revoke', '/_mock/clock']) {
    const preflight = await journey.ask(path, { method: 'OPTIONS', headers })
    t.equal(preflight.status, 204, path)
    t.equal(preflight.headers.get('access-control-allow-origin'), '*')
    t.match(preflight.headers.get('access-control-allow-headers'), 'authorization')
  }
  for (const path of ['/authorize', '/logout']) {
    const reply = await journey.ask(path, { headers })
    t.equal(reply.headers.get('access-control-allow-origin'), null, path)
  }
})

const hasError = (body: string | Uint8Array): boolean => typeof JSON.parse(String(body)).error === 'string'

t.test(
  'no request whatever makes a provider reject, answer 5xx, or refuse in another form than that of the standard',
  async t => {
    const provider = createMockProvider({ issuer: ORIGIN })
    const word = fc.oneof(
      fc.constantFrom(
        'client_id',
        'client_secret',
        'grant_type',
        'code',
        'token',
        'scope',
        'redirect_uri',
        'response_type',
        'demo',
        'demo-secret',
        'client_credentials',
        'authorization_code',
        'refresh_token',
        'interaction',
        'user',
        'prompt',
        'max_age',
        'request',
        'claims',
        'response_mode',
        'form_post.jwt',
        'code id_token',
        'authorization_details',
        'resource',
        'id_token_hint',
        'none',
        '__proto__',
        'constructor',
        'toString',
      ),
      fc.string(),
      fc.string({ unit: 'binary' }),
    )
    const pairs = fc.array(fc.tuple(word, word), { maxLength: 8 })
    const path = fc.oneof(
      fc.constantFrom(
        ...POSTS,
        '/jwks',
        '/.well-known/openid-configuration',
        '/check_session',
        '/_mock/tokens',
        '/_mock/users/__proto__',
        '/_mock/faults',
        '/_mock/clock',
        '/_mock/keys/rotate',
        '/_mock/preset',
        '/_mock/logout',
        '/_mock/revocations',
        '/constructor/token',
        '/__proto__/token',
      ),
      fc.array(word, { maxLength: 4 }).map(words => `/${words.map(encodeURIComponent).join('/')}`),
    )
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD'),
      path,
      query: fc.oneof(
        fc.string(),
        pairs.map(list => new URLSearchParams(list).toString()),
      ),
      body: fc.oneof(
        fc.string(),
        fc.json(),
        pairs.map(list => new URLSearchParams(list).toString()),
      ),
      type: fc.constantFrom(FORM['content-type'], 'application/json', 'text/plain', ''),
      authorization: fc.oneof(
        fc.constant(''),
        fc.string(),
        fc.base64String().map(text => `Basic ${text}`),
        fc.string().map(text => `Bearer ${text}`),
      ),
      cookie: fc.string(),
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, query, body, type, authorization, cookie }) => {
        const answer = await provider.handle({
          method,
          origin: ORIGIN,
          path,
          query,
          headers: { 'content-type': type, cookie, ...(authorization === '' ? {} : { authorization }) },
          body: Buffer.from(body),
        })
        const { status } = toResponse(answer)
        const told = answer.headers.find(([name]) => name === 'content-type')?.[1]
        const isTold = status < 400 || method === 'HEAD' || (told === 'application/json' && hasError(answer.body))
        return answer.status < 500 && status === answer.status && isTold
      }),
      { numRuns: 1500, seed: 20_261_122 },
    )
    t.pass('1500 of them')
  },
)
