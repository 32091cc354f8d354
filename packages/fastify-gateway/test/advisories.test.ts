import { parseAnswer, rawRequest } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import { ask, bearer, mint, openWorld } from './world.ts'

// Advisories and bugs of other gateways: the attack as bytes on the wire, what is answered, and what the upstream saw.
const GUARDED = {
  path: '/admin/*',
  upstream: 'api',
  auth: { scopes: ['admin'] },
  identity: { headers: { 'X-Forwarded-User': 'sub' } },
} as const
const OPEN = { path: '/public/*', upstream: 'api', auth: 'public', cors: { origins: ['https://app.test'] } } as const

t.test('requests that fooled other gateways', async t => {
  const world = await openWorld({ routes: [GUARDED, OPEN, { path: '/health', upstream: 'api', auth: 'public' }] })
  t.teardown(world.close)
  const { port, upstream } = world
  const refused = async (t: Test, target: string, status: number, headers: string[] = []) => {
    const before = upstream.seen.length
    const answer = await rawRequest(port, ask('GET', target, headers))
    t.equal(answer.status, status, target)
    t.equal(upstream.seen.length, before, 'the upstream saw nothing')
  }

  await t.test('oauth2-proxy CVE-2026-40575: a header of the client does not choose the path', async t => {
    for (const name of [
      'X-Forwarded-Uri',
      'X-Original-URL',
      'X-Rewrite-URL',
      'X-Forwarded-Path',
      'X-Forwarded-Prefix',
    ]) {
      await refused(t, '/admin/1', 401, [`${name}: /health`])
    }
  })
  await t.test('oauth2-proxy GHSA-5hvv-m4w4-gf6v: a health-check User-Agent opens nothing', async t => {
    await refused(t, '/admin/1', 401, ['User-Agent: GoogleHC/1.0'])
  })
  await t.test('oauth2-proxy GHSA-7rh7-c77v-6434: the query chooses no route', async t => {
    await refused(t, '/admin/1?/public/x', 401)
    await refused(t, '/admin/1?x=/health', 401)
    await refused(t, '/?/public/', 404)
  })
  await t.test('oauth2-proxy GHSA-pxq7-h93f-9jrg: a fragment is no part of a target', async t => {
    await refused(t, '/admin/1#/public/x', 400)
    await refused(t, '/public/x#/../admin', 400)
  })
  await t.test(
    'Oathkeeper CVE-2026-33494, Envoy CVE-2019-9901, Traefik GHSA-6jwx-7vp4-9847: one path, one reading',
    async t => {
      for (const target of [
        '/public/../admin/1',
        '/public/%2e%2e/admin/1',
        '/public/.%2e/admin',
        '/public//../admin',
        '/public\\..\\admin',
        '/public/..;x/admin',
        '/public/x%2F..%2F..%2Fadmin',
        '/public/%252e%252e/admin',
        '/public/..%00/admin',
      ]) {
        await refused(t, target, 400)
      }
      await refused(t, '//admin/1', 400)
      await refused(t, '/%61dmin/1', 401)
    },
  )
  await t.test(
    'Oathkeeper CVE-2026-33495, fastify CVE-2026-3635: no host or protocol of the client is believed',
    async t => {
      await rawRequest(
        port,
        ask('GET', '/health', [
          'X-Forwarded-Proto: https',
          'X-Forwarded-Host: evil.test',
          'X-Forwarded-For: 10.0.0.1',
          'X-Real-IP: 10.0.0.1',
          'Forwarded: for=10.0.0.1;host=evil.test',
        ]),
      )
      const { headers } = upstream.seen.at(-1) ?? {}
      t.match(headers, {
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'api.example.com',
        'x-forwarded-for': '127.0.0.1',
        'x-real-ip': undefined,
      })
      t.notMatch(JSON.stringify(headers), /evil|10\.0\.0\.1/)
    },
  )
  await t.test('Kong 3.14: a claim that is absent leaves no header of the client in its place', async t => {
    await rawRequest(
      port,
      ask('GET', '/admin/1', [
        bearer(mint({ scope: 'admin', sub: '', client_id: null })),
        'X-Forwarded-User: root',
        'X-Gatehouse-Client: root',
      ]),
    )
    const { headers } = upstream.seen.at(-1) ?? {}
    t.match(headers, { 'x-forwarded-user': undefined, 'x-gatehouse-client': undefined, 'x-gatehouse-issuer': /./ })
  })
  await t.test(
    'oauth2-proxy CVE-2025-64484, Traefik CVE-2026-39858, Envoy #46586, mod_auth_openidc 2.4.20: no spelling of an asserted header gets in, on any route',
    async t => {
      const names = [
        'X-Forwarded-User',
        'X_Forwarded_User',
        'x.forwarded.user',
        'X-Gatehouse-Subject',
        'X_Gatehouse_Subject',
        'X.Gatehouse.Subject',
        'x-gatehouse-anything',
      ]
      const spoofs = names.map(name => `${name}: root`)
      const token = bearer(mint({ scope: 'admin' }))
      const requests = [
        ask('GET', '/admin/1', [token, ...spoofs]),
        ask('GET', '/public/1', spoofs),
        ask('OPTIONS', '/public/1', [...spoofs, 'Origin: https://evil.test']),
        ask('GET', '/public/1', [...spoofs, 'Upgrade: h2c']).replace('Connection: close', 'Connection: Upgrade'),
      ]
      for (const request of requests) {
        const answer = await rawRequest(port, request)
        t.equal(answer.status, 200)
        t.notMatch(JSON.stringify(upstream.seen.at(-1)?.rawHeaders), 'root')
      }
      t.match(
        (
          await rawRequest(
            port,
            ask('OPTIONS', '/public/1', [...spoofs, 'Origin: https://app.test', 'Access-Control-Request-Method: GET']),
          )
        ).status,
        204,
      )
    },
  )
  await t.test(
    'reply-from CVE-2026-33805: a client cannot erase an asserted header by naming it in Connection',
    async t => {
      const request = ask('GET', '/admin/1', [bearer(mint({ scope: 'admin' }))]).replace(
        'Connection: close',
        'Connection: close, x-gatehouse-subject, X-Forwarded-User, x-forwarded-for, authorization, host, content-length',
      )
      t.equal((await rawRequest(port, request)).status, 200)
      t.match(upstream.seen.at(-1)?.headers, {
        'x-gatehouse-subject': 'alice',
        'x-forwarded-user': 'alice',
        'x-forwarded-for': '127.0.0.1',
      })
    },
  )
  await t.test('mod_auth_openidc: two credentials are none', async t => {
    await refused(t, '/admin/1', 400, [bearer(mint({ scope: 'admin' })), 'Authorization: Basic YTpi'])
  })
})

t.test('reply-from GHSA-v574-6498-x57v: paths and upstreams are never mixed up by a cache of URLs', async t => {
  const world = await openWorld({
    routes: [
      { path: '/a/*', upstream: 'api', auth: 'public', rewrite: { addPrefix: '/x' } },
      { path: '/x/a/*', upstream: 'other', auth: 'public' },
    ],
    upstreams: { api: { url: 'http://127.0.0.1:1' }, other: { url: 'http://127.0.0.1:1' } },
  })
  t.teardown(world.close)
  const second = await openWorld(
    { routes: [{ path: '/*', upstream: 'api', auth: 'public' }], upstreams: { api: { url: world.upstream.url } } },
    world.upstream,
  )
  t.teardown(() => second.app.close())
  t.equal((await rawRequest(world.port, ask('GET', '/a/1'))).status, 502)
  t.equal((await rawRequest(second.port, ask('GET', '/x/a/1'))).status, 200)
  t.equal((await rawRequest(world.port, ask('GET', '/x/a/1'))).status, 502)
})

t.test('requests that smuggle others are refused, and nothing of them reaches an upstream', async t => {
  const world = await openWorld({ routes: [GUARDED, OPEN] })
  t.teardown(world.close)
  const inner = 'GET /admin/1 HTTP/1.1\r\nHost: a\r\n\r\n'
  const attacks = [
    `POST /public/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    `POST /public/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
    `POST /public/1 HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n${inner}`,
    `POST /public/1 HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\n${inner}`,
    `POST /public/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
    `POST /public/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    `POST /public/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    `GET /public/1 HTTP/1.1\r\nHost: a\r\nX: 1\r\n continued\r\n\r\n`,
    `GET /public/1 HTTP/1.1\r\nHost: a\r\nX\x00: 1\r\n\r\n`,
    `GET /public/1 HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n`,
    `GET /public/1 HTTP/0.9\r\n\r\n`,
  ]
  for (const attack of attacks) {
    const answer = await rawRequest(world.port, attack)
    t.equal(parseAnswer(answer.raw).status, 400, JSON.stringify(attack))
  }
  t.same(
    world.upstream.seen.map(({ url }) => url).filter(url => url !== '/public/1'),
    [],
  )
})

t.test('@fastify/http-proxy: a client that says close is told close, ten times in a row', async t => {
  const world = await openWorld({ routes: [OPEN] })
  t.teardown(world.close)
  for (let count = 0; count < 10; count++) {
    const answer = await rawRequest(world.port, ask('GET', '/public/1'))
    t.match(answer, { status: 200, headers: { connection: 'close' }, isReset: false })
  }
})

t.test('http-proxy-middleware: downloads that are broken off leave no connection to the upstream', async t => {
  const { recordingUpstream, openWire } = await import('@gatehouse/testkit')
  const endless = await recordingUpstream((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    }
    response.on('drain', more)
    more()
  })
  const world = await openWorld({ routes: [OPEN], upstreams: { api: { url: endless.url, connections: 2 } } }, endless)
  t.teardown(world.close)
  for (let count = 0; count < 12; count++) {
    const wire = await openWire(world.port)
    wire.send(ask('GET', '/public/1'))
    await wire.until('xxxx')
    wire.socket.destroy()
    await wire.closed()
  }
  t.equal(endless.seen.length, 12, 'each found a connection, with two allowed at once')
})
