import { rawRequest } from '@gatehouse/testkit'
import t from 'tap'
import { ask, bearer, mint, openWorld } from './world.ts'

const codeOf = (body: string) => JSON.parse(body).code

t.test('targets and hosts', async t => {
  const world = await openWorld({
    routes: [
      { path: '/*', upstream: 'api', auth: 'public' },
      { path: '/admin/*', upstream: 'api', auth: { scopes: ['admin'] } },
      { path: '/files/*', upstream: 'api', auth: 'public', target: { allow: ['%2F', ';', '//'] } },
      { path: '/files/secret/*', upstream: 'api', auth: {} },
    ],
  })
  t.teardown(world.close)
  const { port, upstream } = world
  const urls = () => upstream.seen.map(({ url }) => url)

  await t.test('a target with two readings is 400 before any route is looked for', async t => {
    const targets = [
      '/x/../admin/1',
      '/%2e%2e/admin',
      '/x%2F..%2Fadmin',
      '//admin/1',
      '/admin%2F1',
      '/a;b',
      '/a\\b',
      '/a%5cb',
      '/a%00',
      '/a%252Fb',
      '/%zz',
      '/%',
      '*',
      '/a#b',
      'http://api.example.com/x',
      'HTTP://api.example.com/%zz',
    ]
    for (const target of targets) {
      for (const method of ['GET', 'OPTIONS', 'POST']) {
        const answer = await rawRequest(port, ask(method, target))
        t.equal(answer.status, 400, `${method} ${target}`)
        t.equal(codeOf(answer.body), 'target_ambiguous')
      }
    }
    for (const target of ['admin/1', '/caf\xe9', '/a b']) {
      t.equal((await rawRequest(port, ask('GET', target))).status, 400, `${target}, by the parser`)
    }
    t.same(urls(), [])
  })

  await t.test('a route takes what it allows, where every reading leads to it', async t => {
    for (const target of ['/files/a%2Fb', '/files/a%2fb;v=1//c?x=%2F..#'.replace('#', '')]) {
      t.equal((await rawRequest(port, ask('GET', target))).status, 200, target)
      t.equal(urls().at(-1), target)
    }
    for (const target of [
      '/files%2Fa',
      '/files//secret/1',
      '/files/secret%2F1',
      '/files/secret;x/1',
      '/files/x/..;/1',
      '/files/%2E',
    ]) {
      t.equal((await rawRequest(port, ask('GET', target))).status, 400, target)
    }
  })

  await t.test('an encoded spelling of a path is that path', async t => {
    const answer = await rawRequest(port, ask('GET', '/%61dmin/1'))
    t.equal(answer.status, 401)
    await rawRequest(port, ask('GET', '/%61pple?%61'))
    t.equal(urls().at(-1), '/apple?%61')
  })

  await t.test('a missing, repeated or malformed Host is 400', async t => {
    const heads = [
      'GET / HTTP/1.0\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a/../b\r\nConnection: close\r\n\r\n',
      'GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n',
    ]
    for (const head of heads) {
      const answer = await rawRequest(port, head)
      t.equal(answer.status, 400, head)
      t.equal(codeOf(answer.body), 'target_ambiguous')
    }
  })

  await t.test('too much of headers is 431', async t => {
    const small = await openWorld({
      routes: [{ path: '/*', upstream: 'api', auth: 'public' }],
      limits: { headers: 1024 },
    })
    t.teardown(small.close)
    const answer = await rawRequest(small.port, ask('GET', '/', [`X: ${'x'.repeat(1000)}`]))
    t.match(answer, { status: 431, body: /headers_too_large/ })
    t.equal((await rawRequest(small.port, ask('GET', '/', [`X: ${'x'.repeat(500)}`]))).status, 200)
  })
})

t.test('routes', async t => {
  const world = await openWorld({
    routes: [
      {
        path: '/orders/*',
        methods: ['GET', 'POST'],
        upstream: 'api',
        auth: {},
        rewrite: { stripPrefix: '/orders', addPrefix: '/v1' },
      },
      { path: '/strip/*', upstream: 'api', auth: 'public', rewrite: { stripPrefix: '/strip' } },
      { path: '/hosted', upstream: 'api', auth: 'public', host: 'api.example.com' },
      { path: '/token', upstream: 'api', auth: 'public', identity: { token: 'forward' } },
      { path: '/trace', upstream: 'api', auth: 'public', methods: ['TRACE'] },
    ],
  })
  t.teardown(world.close)
  const { port, upstream } = world
  const last = () => upstream.seen.at(-1)

  await t.test('what is no route is 404, whoever asks', async t => {
    for (const headers of [[], [bearer(mint())], [bearer('garbage')]]) {
      const answer = await rawRequest(port, ask('GET', '/nowhere', headers))
      t.equal(answer.status, 404)
      t.equal(codeOf(answer.body), 'route_not_found')
      t.equal(answer.headers['www-authenticate'], undefined)
    }
    t.equal((await rawRequest(port, ask('GET', '/ordersx'))).status, 404)
    t.equal((await rawRequest(port, 'GET /hosted HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n')).status, 404)
    t.equal((await rawRequest(port, ask('GET', '/hosted'))).status, 200)
  })

  await t.test('a method that is not listed is 405 with Allow, an odd one too', async t => {
    for (const method of ['PUT', 'OPTIONS', 'PROPFIND', 'QUERY', 'TRACE', 'M-SEARCH']) {
      const answer = await rawRequest(port, ask(method, '/orders/1', [bearer(mint())]))
      t.match(answer, { status: 405, headers: { allow: 'GET, HEAD, POST' } }, method)
      t.equal(codeOf(answer.body), 'method_not_allowed')
    }
    t.equal((await rawRequest(port, ask('TRACE', '/strip/a'))).status, 405)
    t.equal((await rawRequest(port, ask('TRACE', '/trace'))).status, 200)
    t.equal((await rawRequest(port, ask('PROPFIND', '/strip/a'))).status, 200)
    t.equal(last()?.method, 'PROPFIND')
  })

  await t.test('HEAD is guarded and served where GET is', async t => {
    t.match(await rawRequest(port, ask('HEAD', '/orders/1')), { status: 401, body: '' })
    t.match(await rawRequest(port, ask('HEAD', '/orders/1', [bearer(mint())])), { status: 200, body: '' })
    t.equal(last()?.method, 'HEAD')
  })

  await t.test('the path is rewritten as written, and nothing else of the target', async t => {
    const cases = [
      ['/orders/1?a=/orders', '/v1/1?a=/orders'],
      ['/orders', '/v1/'],
      ['/orders/', '/v1/'],
      ['/orders/a%20b/c', '/v1/a%20b/c'],
    ] as const
    for (const [target, expected] of cases) {
      await rawRequest(port, ask('GET', target, [bearer(mint())]))
      t.equal(last()?.url, expected)
    }
    await rawRequest(port, ask('GET', '/strip'))
    t.equal(last()?.url, '/')
    await rawRequest(port, ask('GET', '/strip/x?y'))
    t.equal(last()?.url, '/x?y')
  })

  await t.test('on a public route no credential is looked at, and it goes on only where the route says so', async t => {
    await rawRequest(port, ask('GET', '/hosted', [bearer('garbage'), 'DPoP: x']))
    t.match(last()?.headers, { authorization: undefined, dpop: undefined, 'x-gatehouse-issuer': undefined })
    await rawRequest(port, ask('GET', '/token', [bearer('garbage'), 'DPoP: x']))
    t.match(last()?.headers, { authorization: 'Bearer garbage', dpop: 'x' })
  })
})
