import { describeProblem } from '@gatehouse/configuration'
import Fastify from 'fastify'
import t from 'tap'
import gateway, { checkGateway, gatewaySchema } from '../src/index.ts'
import { issuers } from './world.ts'

const upstreams = { api: { url: 'http://127.0.0.1:9001' } }
const route = (members: object = {}): object => ({ path: '/orders/*', upstream: 'api', auth: {}, ...members })
const found = (routes: unknown, more: object = {}): string[] =>
  checkGateway({ issuers, upstreams, routes, ...more }).problems.map(describeProblem)

t.test('a good configuration has a table in the order in which routes win', async t => {
  const { problems, table, effective } = checkGateway({
    issuers,
    upstreams,
    routes: [
      route({ path: '/*' }),
      route({
        host: 'api.example.com',
        methods: ['GET'],
        auth: { scopes: ['a'], claims: { x: 1 } },
        identity: { headers: { 'x-user': 'sub' } },
      }),
      route({ auth: { anyScope: ['b'] } }),
      route({ path: '/health', auth: 'public', opensProtected: true, cors: { origins: ['https://app.test'] } }),
    ],
  })
  t.same(problems, [])
  t.same(
    table.map(({ path, host }) => [path, host]),
    [
      ['/health', null],
      ['/orders/*', 'api.example.com'],
      ['/orders/*', null],
      ['/*', null],
    ],
  )
  t.match(table[0], { auth: 'public', issuers: [], headers: {}, proof: null, origins: ['https://app.test'] })
  t.match(table[1], {
    auth: 'token',
    methods: ['GET'],
    issuers: ['main'],
    scopes: ['a'],
    claims: { x: 1 },
    token: 'strip',
    upstream: 'api',
    headers: { 'x-gatehouse-subject': 'sub', 'x-user': 'sub' },
  })
  t.match(effective, { upstreams: { api: { connections: 128 } }, routes: { 3: { cors: { maxAge: '10m' } } } })
})

t.test('the effective configuration leaves secrets out', async t => {
  const secret = 'a-very-long-shared-secret-of-32-bytes!'
  const { problems, effective } = checkGateway({
    issuers: { hs: { issuer: 'https://i.test', audience: ['a'], secret } },
    upstreams,
    routes: [route()],
  })
  t.same(problems, [])
  t.notMatch(JSON.stringify(effective), secret)
  t.match(JSON.stringify(effective), '"secret":"[redacted]"')
})

t.test('every mistake is named by path, with what is allowed', async t => {
  const cases: [string, object | object[], RegExp][] = [
    ['no auth', { path: '/a', upstream: 'api' }, /^routes\[0\]\.auth: is required/],
    ['auth of another kind', route({ auth: 'none' }), /^routes\[0\]\.auth: .*public/],
    ['auth null', route({ auth: null }), /^routes\[0\]\.auth: /],
    ['unknown member', route({ scopes: ['a'] }), /^routes\[0\]\.scopes: is not known/],
    [
      'misspelt member of auth',
      route({ auth: { scope: ['a'] } }),
      /^routes\[0\]\.auth\.scope: is not known, did you mean scopes\?/,
    ],
    [
      'unknown issuer',
      route({ auth: { issuers: ['mian'] } }),
      /^routes\[0\]\.auth\.issuers\[0\]: .*did you mean main\?/,
    ],
    [
      'unknown upstream',
      route({ upstream: 'apu' }),
      /^routes\[0\]\.upstream: is not a configured upstream, did you mean api\? \(one of api\)/,
    ],
    ['relative path', route({ path: 'orders' }), /^routes\[0\]\.path: does not begin with a slash/],
    ['parameter', route({ path: '/orders/:id' }), /^routes\[0\]\.path: has a parameter/],
    ['star inside', route({ path: '/a/*/b' }), /^routes\[0\]\.path: has a \* that is not the last segment/],
    ['star in a segment', route({ path: '/a*' }), /^routes\[0\]\.path: has a \*/],
    ['query', route({ path: '/a?b' }), /^routes\[0\]\.path: can be read in more than one way/],
    ['dot segment', route({ path: '/a/../b' }), /^routes\[0\]\.path: can be read/],
    ['needless encoding', route({ path: '/%61' }), /^routes\[0\]\.path: can be read/],
    ['semicolon', route({ path: '/a;b' }), /^routes\[0\]\.path: has ;, which this route does not allow/],
    ['host with a path', route({ host: 'a.test/x' }), /^routes\[0\]\.host: is no host name/],
    ['method in small letters', route({ methods: ['get'] }), /^routes\[0\]\.methods\[0\]: .*did you mean GET\?/],
    ['CONNECT', route({ methods: ['CONNECT'] }), /^routes\[0\]\.methods\[0\]/],
    ['no methods', route({ methods: [] }), /^routes\[0\]\.methods: is empty/],
    [
      'strip elsewhere',
      route({ rewrite: { stripPrefix: '/order' } }),
      /^routes\[0\]\.rewrite\.stripPrefix: does not begin the path/,
    ],
    [
      'prefix with a final slash',
      route({ rewrite: { addPrefix: '/v1/' } }),
      /^routes\[0\]\.rewrite\.addPrefix: is no canonical path/,
    ],
    ['prefix without a slash', route({ rewrite: { addPrefix: 'v1' } }), /^routes\[0\]\.rewrite\.addPrefix/],
    [
      'token exchange',
      route({ identity: { token: 'exchange' } }),
      /^routes\[0\]\.identity\.token: needs credentials at main/,
    ],
    [
      'unknown token word',
      route({ identity: { token: 'pass' } }),
      /^routes\[0\]\.identity\.token: .*strip, forward, mint or exchange/,
    ],
    [
      'colliding headers',
      route({ identity: { headers: { 'x-user': 'sub', X_User: 'email' } } }),
      /^routes\[0\]\.identity\.headers\.X_User: is one with x-user/,
    ],
    ['reserved header', route({ identity: { headers: { 'x-gatehouse-user': 'sub' } } }), /cannot be asserted/],
    ['credential header', route({ identity: { headers: { authorization: 'sub' } } }), /cannot be asserted/],
    ['bad pointer', route({ identity: { headers: { 'x-a': '/a~2' } } }), /is no JSON Pointer/],
    [
      'headers on a public route',
      route({ auth: 'public', identity: { headers: { 'x-a': 'sub' } } }),
      /identity\.headers: has no claims/,
    ],
    [
      'origin with a path',
      route({ cors: { origins: ['https://a.test/'] } }),
      /^routes\[0\]\.cors\.origins\[0\]: is no origin/,
    ],
    ['null origin', route({ cors: { origins: ['null'] } }), /^routes\[0\]\.cors\.origins\[0\]: is no origin/],
    [
      'any origin with credentials',
      route({ cors: { origins: ['*'], credentials: true } }),
      /^routes\[0\]\.cors\.credentials: cannot go with every origin/,
    ],
    [
      'any origin and another',
      route({ cors: { origins: ['*', 'https://a.test'] } }),
      /^routes\[0\]\.cors\.origins: has \* beside others/,
    ],
    ['odd opt-out', route({ target: { allow: ['..'] } }), /^routes\[0\]\.target\.allow\[0\]/],
    ['the same place twice', [route(), route({ methods: ['GET'] })], /^routes\[1\]\.path: is the path of routes\[0\]/],
    ['GET and HEAD are one place', [route({ methods: ['GET'] }), route({ methods: ['HEAD'] })], /^routes\[1\]\.path/],
    [
      'a public route inside',
      [route(), route({ path: '/orders/a', auth: 'public' })],
      /^routes\[1\]\.auth: is public inside the protected routes\[0\] \(\/orders\/\*\) .*opensProtected: true/,
    ],
    [
      'a public host inside',
      [route(), route({ host: 'a.test', auth: 'public' })],
      /^routes\[1\]\.auth: is public inside/,
    ],
    ['opening nothing', route({ opensProtected: true }), /^routes\[0\]\.opensProtected: is for public routes/],
  ]
  for (const [name, routes, expected] of cases) {
    const problems = found(Array.isArray(routes) ? routes : [routes])
    t.ok(
      problems.some(problem => expected.test(problem)),
      `${name}: ${problems.join(' | ')}`,
    )
    t.equal(problems.length, 1, `${name}: one mistake, one line`)
  }
})

t.test('what is allowed although it looks close', async t => {
  const fine: object[][] = [
    [route({ methods: ['GET'] }), route({ methods: ['POST'] })],
    [route(), route({ host: 'a.test' })],
    [route({ methods: ['POST'] }), route({ path: '/orders/a', methods: ['GET'], auth: 'public' })],
    [route(), route({ path: '/orders/a', auth: 'public', opensProtected: true })],
    [route({ auth: 'public' }), route({ path: '/orders/a' })],
    [route({ host: 'b.test' }), route({ path: '/orders/a', host: 'a.test', auth: 'public' })],
    [
      route(),
      route({ path: '/orders/a/*', auth: 'public', opensProtected: true }),
      route({ path: '/orders/a/b', auth: 'public' }),
    ],
    [route({ path: '/a;b', target: { allow: [';'] } })],
    [route({ path: '/v1/items:batch' })],
    [route({ rewrite: { stripPrefix: '/orders' } })],
  ]
  for (const routes of fine) t.same(found(routes), [])
})

t.test('mistakes outside routes', async t => {
  const cases: [object, RegExp][] = [
    [{ upstreams: { api: { url: 'ftp://a' } } }, /^upstreams\.api\.url: /],
    [{ upstreams: { api: { url: 'http://a:b@c/' } } }, /^upstreams\.api\.url: has credentials/],
    [{ upstreams: { api: { url: 'http://a/?x' } } }, /^upstreams\.api\.url: has credentials, a query/],
    [{ upstreams: { api: { url: 'http://a', ca: 'ca.pem' } } }, /^upstreams\.api\.ca: is no certificate/],
    [{ upstreams: { api: { url: 'http://a', connections: 0 } } }, /^upstreams\.api\.connections: /],
    [{ upstreams: { api: { url: 'http://a', bodyTimeout: '5 minutes' } } }, /^upstreams\.api\.bodyTimeout: .*duration/],
    [{ upstreams: { api: {} } }, /^upstreams\.api\.url: is required/],
    [{ publicUrl: 'https://a.test/x' }, /^publicUrl: is more than an origin/],
    [{ publicUrl: 'a.test' }, /^publicUrl: /],
    [{ trustedProxies: ['10.0.0.0/33'] }, /^trustedProxies\[0\]: is no IP address or CIDR/],
    [{ trustedProxies: ['proxy'] }, /^trustedProxies\[0\]/],
    [{ limits: { body: -1 } }, /^limits\.body: /],
    [{ limit: {} }, /^limit: is not known, did you mean limits\?/],
    [{ issuers: { main: { issuer: 'https://a.test' } } }, /^issuers\.main\.audience: is required/],
  ]
  for (const [more, expected] of cases) {
    const problems = found([route()], more)
    t.ok(
      problems.some(problem => expected.test(problem)),
      problems.join(' | '),
    )
    t.equal(problems.length, 1, problems.join(' | '))
  }
})

t.test('nothing makes the check throw, and a path goes before every problem', async t => {
  for (const value of [
    undefined,
    null,
    1,
    'x',
    [],
    {},
    { routes: 1 },
    { issuers: [], upstreams: [], routes: [null, 1, 'x', [], {}] },
  ]) {
    const { problems, table, effective } = checkGateway(value, 'gateway')
    t.ok(problems.length > 0)
    t.ok(
      problems.every(({ path }) => path.startsWith('gateway')),
      JSON.stringify(problems),
    )
    t.same(table, [])
    t.equal(effective, undefined)
  }
  const odd = found([route({ path: 1, host: 2, methods: 3, upstream: 4, rewrite: 5, identity: 6, cors: 7, target: 8 })])
  t.equal(odd.length, 8, odd.join('\n'))
})

t.test('the plugin refuses what the check refuses, with the same text', async t => {
  const options = { issuers, upstreams, routes: [{ path: 'x', upstream: 'apu', auth: 'public' as const }] }
  const app = Fastify()
  t.teardown(() => app.close())
  const expected = checkGateway(options).problems.map(describeProblem).join('\n')
  await t.rejects(Promise.resolve(app.register(gateway, options)), { name: 'ConfigurationError', message: expected })
  t.match(gatewaySchema, { required: ['issuers', 'upstreams', 'routes'], additionalProperties: false })
})
