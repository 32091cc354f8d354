import { rawRequest } from '@gatehouse/testkit'
import t from 'tap'
import { ask, bearer, mint, openWorld } from './world.ts'

t.test('a guarded route', async t => {
  const world = await openWorld({
    routes: [
      {
        path: '/orders/*',
        upstream: 'api',
        auth: { scopes: ['orders:read'] },
        identity: { headers: { 'x-user': 'sub' } },
      },
      { path: '/health', upstream: 'api', auth: 'public' },
    ],
  })
  t.teardown(world.close)

  await t.test('answers 401 with a problem and a challenge where there is no token', async t => {
    const answer = await rawRequest(world.port, ask('GET', '/orders/1'))
    t.equal(answer.status, 401)
    t.equal(answer.headers['content-type'], 'application/problem+json')
    t.match(answer.headers['www-authenticate'], /^Bearer .*resource_metadata="http:\/\/127\.0\.0\.1:\d+\/\.well-known\/oauth-protected-resource\/orders"/)
    const problem = JSON.parse(answer.body)
    t.match(problem, { type: 'about:blank', title: 'Unauthorized', status: 401, code: 'credential_missing', traceId: /^[0-9a-f]{32}$/ })
    t.equal(world.upstream.seen.length, 0)
  })

  await t.test('forwards what a good token asks for, with who asks', async t => {
    const answer = await rawRequest(world.port, ask('GET', '/orders/1?a=%2F&b', [bearer(mint())]))
    t.equal(answer.status, 200)
    t.equal(answer.headers['connection'], 'close')
    t.match(answer.body, /ok/)
    const seen = world.upstream.seen.at(-1)
    t.equal(seen?.url, '/orders/1?a=%2F&b')
    t.match(seen?.headers, {
      'x-gatehouse-subject': 'alice',
      'x-gatehouse-client': 'web',
      'x-gatehouse-scope': 'orders:read',
      'x-gatehouse-issuer': 'https://login.example.com',
      'x-user': 'alice',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'api.example.com',
    })
    t.equal(seen?.headers['authorization'], undefined)
  })
})
