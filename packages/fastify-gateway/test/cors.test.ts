import { rawRequest } from '@gatehouse/testkit'
import t from 'tap'
import { ask, bearer, mint, openWorld } from './world.ts'

const ORIGIN = 'https://app.example.com'

t.test('CORS', async t => {
  const world = await openWorld({
    routes: [
      {
        path: '/app/*',
        methods: ['GET'],
        upstream: 'api',
        auth: {},
        cors: { origins: [ORIGIN], credentials: true, expose: ['X-Total'] },
      },
      {
        path: '/app/*',
        methods: ['PUT', 'OPTIONS'],
        upstream: 'api',
        auth: {},
        cors: { origins: [ORIGIN], maxAge: '1m' },
      },
      { path: '/app/*', methods: ['DELETE'], upstream: 'api', auth: {} },
      { path: '/any', upstream: 'api', auth: 'public', cors: { origins: ['*'] } },
      { path: '/none/*', upstream: 'api', auth: {} },
    ],
  })
  t.teardown(world.close)
  const { port, upstream } = world
  const preflight = (target: string, method: string, headers: string[] = [], origin = ORIGIN) =>
    rawRequest(
      port,
      ask('OPTIONS', target, [`Origin: ${origin}`, `Access-Control-Request-Method: ${method}`, ...headers]),
    )

  await t.test('a preflight is answered before any token is asked for', async t => {
    const answer = await preflight('/app/1', 'GET', [
      'Access-Control-Request-Headers: authorization, X-Thing, bad name, X_Gatehouse_Subject',
    ])
    t.match(answer, {
      status: 204,
      body: '',
      headers: {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, HEAD, PUT, OPTIONS',
        'access-control-allow-headers': 'authorization, x-thing',
        'access-control-max-age': '600',
        vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      },
    })
    t.match((await preflight('/app/1', 'PUT')).headers, {
      'access-control-max-age': '60',
      'access-control-allow-credentials': undefined,
    })
    t.equal(upstream.seen.length, 0)
  })

  await t.test('a preflight from elsewhere, or for a method without CORS, is allowed nothing', async t => {
    const elsewhere = await preflight('/app/1', 'GET', [], 'https://evil.test')
    t.equal(elsewhere.status, 204)
    t.notMatch(Object.keys(elsewhere.headers).join(), 'access-control')
    const other = await preflight('/app/1', 'DELETE')
    t.equal(other.status, 401, 'the route of DELETE has no CORS, so OPTIONS is a request like any other')
  })

  await t.test('without CORS a preflight is guarded like any other request', async t => {
    t.equal((await preflight('/none/1', 'GET')).status, 401)
    t.equal((await preflight('/nowhere', 'GET')).status, 404)
    t.equal((await preflight('/app//1', 'GET')).status, 400)
    t.equal(
      (await rawRequest(port, ask('OPTIONS', '/app/1', [`Origin: ${ORIGIN}`]))).status,
      401,
      'no preflight without a method',
    )
    t.equal(upstream.seen.length, 0)
  })

  await t.test('refusals can be read by scripts of the listed origins', async t => {
    for (const [method, status] of [
      ['GET', 401],
      ['POST', 405],
    ] as const) {
      const answer = await rawRequest(port, ask(method, '/app/1', [`Origin: ${ORIGIN}`]))
      t.match(answer, {
        status,
        headers: {
          'access-control-allow-origin': ORIGIN,
          'access-control-allow-credentials': 'true',
          'access-control-expose-headers': 'WWW-Authenticate, X-Total',
          vary: 'Origin',
        },
      })
    }
    const evil = await rawRequest(port, ask('GET', '/app/1', ['Origin: https://evil.test']))
    t.match(evil.headers, { 'access-control-allow-origin': undefined, vary: 'Origin' })
  })

  await t.test("answers of the upstream carry the gateway's CORS and not its own", async t => {
    const { recordingUpstream } = await import('@gatehouse/testkit')
    const own = await recordingUpstream((_request, response) => {
      response.writeHead(200, {
        'Access-Control-Allow-Origin': '*',
        'access-control-allow-credentials': 'true',
        Vary: 'Accept',
      })
      response.end()
    })
    const other = await openWorld(
      {
        routes: [
          { path: '/app', upstream: 'api', auth: {}, cors: { origins: [ORIGIN] } },
          { path: '/any', upstream: 'api', auth: 'public', cors: { origins: ['*'] } },
          { path: '/own', upstream: 'api', auth: 'public' },
        ],
      },
      own,
    )
    t.teardown(other.close)
    const app = await rawRequest(other.port, ask('GET', '/app', [`Origin: ${ORIGIN}`, bearer(mint())]))
    t.match(app, {
      status: 200,
      headers: {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-credentials': undefined,
        vary: 'Accept, Origin',
      },
    })
    const any = await rawRequest(other.port, ask('GET', '/any', ['Origin: https://x.test']))
    t.match(any.headers, { 'access-control-allow-origin': '*', vary: 'Accept' })
    const untouched = await rawRequest(other.port, ask('GET', '/own', ['Origin: https://x.test']))
    t.match(untouched.headers, { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' })
  })
})
