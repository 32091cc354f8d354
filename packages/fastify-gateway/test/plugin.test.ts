import { readFileSync } from 'node:fs'
import { makeKey, rawRequest, recordingUpstream, signToken } from '@gatehouse/testkit'
import Fastify from 'fastify'
import t from 'tap'
import gateway from '../src/index.ts'
import { ask, ISSUER, issuers, mint, openWorld } from './world.ts'

t.test("in an application of somebody's own", async t => {
  const upstream = await recordingUpstream()
  t.teardown(upstream.close)
  const app = Fastify()
  const hooks: string[] = []
  app.addHook('onRequest', async (request, reply) => {
    hooks.push(`onRequest ${request.url}`)
    reply.header('x-own', 'set by a hook')
  })
  app.addHook('onResponse', async (request, reply) => {
    hooks.push(`onResponse ${request.url} ${reply.statusCode} ${request.principal?.subject}`)
  })
  app.get('/own', async request => ({ principal: request.principal }))
  app.post('/own', async request => request.body)
  await app.register(gateway, {
    prefix: '/api',
    issuers,
    upstreams: { api: { url: `${upstream.url}/base/` } },
    routes: [
      { path: '/*', upstream: 'api', auth: {} },
      { path: '/open', upstream: 'api', auth: 'public', opensProtected: true },
    ],
  })
  t.teardown(() => app.close())

  await t.test('its routes, bodies and not-found answers are as they were', async t => {
    t.same((await app.inject('/own')).json(), { principal: null })
    t.same((await app.inject({ method: 'POST', url: '/own', payload: { a: 1 } })).json(), { a: 1 })
    t.match((await app.inject('/nowhere')).json(), { message: /Route GET:\/nowhere not found/ })
    t.equal((await app.inject({ method: 'OPTIONS', url: '/own' })).statusCode, 404)
  })

  await t.test('the gateway has what is below its prefix, which is no part of what is matched and sent', async t => {
    t.equal((await app.inject('/api/orders')).statusCode, 401)
    const headers = { authorization: `Bearer ${mint()}` }
    const answer = await app.inject({ url: '/api/orders/1?x', headers })
    t.match(answer, { statusCode: 200, body: 'ok', headers: { 'x-own': 'set by a hook' } })
    t.equal(upstream.seen.at(-1)?.url, '/base/orders/1?x')
    t.equal((await app.inject({ url: '/api', headers })).statusCode, 200)
    t.equal(upstream.seen.at(-1)?.url, '/base/')
    t.equal((await app.inject('/api/open')).statusCode, 200)
    t.equal((await app.inject('/apiary')).json().message, 'Route GET:/apiary not found')
    t.equal((await app.inject('/api/a;b')).json().code, 'target_ambiguous')
  })

  await t.test('its hooks see every request and who sent it', async t => {
    t.ok(hooks.includes('onRequest /api/orders/1?x'))
    t.ok(hooks.includes('onResponse /api/orders/1?x 200 alice'))
    t.ok(hooks.includes('onResponse /api/orders 401 undefined'))
    t.ok(hooks.includes('onResponse /api/open 200 undefined'))
  })

  await t.test('bodies stream through a parser-less way, even where the application parses them', async t => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/open',
      payload: '{bad',
      headers: { 'content-type': 'application/json' },
    })
    t.equal(answer.statusCode, 200)
    t.equal(upstream.seen.at(-1)?.body.toString(), '{bad')
  })
})

t.test('two gateways live side by side', async t => {
  const upstream = await recordingUpstream()
  t.teardown(upstream.close)
  const other = makeKey('EdDSA')
  const app = Fastify()
  const upstreams = { api: { url: upstream.url } }
  await app.register(gateway, { prefix: '/a', issuers, upstreams, routes: [{ path: '/*', upstream: 'api', auth: {} }] })
  await app.register(gateway, {
    prefix: '/b',
    issuers: { second: { issuer: 'https://second.test', audience: ['b'], jwks: { keys: [other.jwk] } } },
    upstreams,
    routes: [{ path: '/*', upstream: 'api', auth: {} }],
  })
  t.teardown(() => app.close())
  const second = signToken(other, {
    iss: 'https://second.test',
    aud: 'b',
    sub: 'bob',
    exp: Math.floor(Date.now() / 1000) + 60,
  })
  const get = async (url: string, token: string) =>
    (await app.inject({ url, headers: { authorization: `Bearer ${token}` } })).statusCode
  t.equal(await get('/a/x', mint()), 200)
  t.equal(await get('/b/x', mint()), 401)
  t.equal(await get('/b/x', second), 200)
  t.equal(await get('/a/x', second), 401)
  t.same(
    app.gatehouse.status().map(({ name }) => name),
    ['main', 'second'],
  )
})

t.test('what it cannot work with is refused at start', async t => {
  const options = {
    issuers,
    upstreams: { api: { url: 'http://127.0.0.1:1' } },
    routes: [{ path: '/', upstream: 'api', auth: {} }],
  } as const
  for (const prefix of ['/:tenant', '/a//b', '/%61']) {
    const app = Fastify()
    t.teardown(() => app.close())
    await t.rejects(Promise.resolve(app.register(gateway, { prefix, ...options })), {
      message: /^prefix: is no plain path/,
    })
  }
})

t.test('metadata and challenges need an origin: the configured one, else the listener', async t => {
  const upstream = await recordingUpstream()
  t.teardown(upstream.close)
  const app = Fastify()
  await app.register(gateway, {
    issuers,
    upstreams: { api: { url: upstream.url } },
    routes: [{ path: '/*', upstream: 'api', auth: {} }],
  })
  t.teardown(() => app.close())
  t.notMatch((await app.inject('/x')).headers['www-authenticate'], 'resource_metadata')
  t.equal((await app.inject('/.well-known/oauth-protected-resource')).statusCode, 401)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const answer = await rawRequest(Number(new URL(url).port), ask('GET', '/x'))
  t.match(answer.headers['www-authenticate'], `resource_metadata="${url}/.well-known/oauth-protected-resource"`)
  const metadata = await rawRequest(Number(new URL(url).port), ask('GET', '/.well-known/oauth-protected-resource'))
  t.match(JSON.parse(metadata.body), { resource: url, authorization_servers: [ISSUER] })
})

t.test('a trusted proxy is believed, and its client goes on in the chain', async t => {
  const world = await openWorld({
    routes: [{ path: '/*', upstream: 'api', auth: 'public' }],
    trustedProxies: ['127.0.0.0/8', '::1'],
  })
  t.teardown(world.close)
  await rawRequest(world.port, ask('GET', '/', ['X-Forwarded-For: 192.0.2.9', 'X-Forwarded-Proto: https']))
  t.match(world.upstream.seen.at(-1)?.headers, {
    'x-forwarded-for': '192.0.2.9, 127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'api.example.com',
  })
})

t.test('an application that closes lets what is in flight finish', async t => {
  let finish: () => void = () => undefined
  let arrived: () => void = () => undefined
  const arrival = new Promise<void>(resolve => {
    arrived = resolve
  })
  const slow = await recordingUpstream((_request, response) => {
    finish = () => response.end('late')
    arrived()
  })
  const world = await openWorld({ routes: [{ path: '/*', upstream: 'api', auth: 'public' }] }, slow)
  t.teardown(world.close)
  const answer = rawRequest(world.port, ask('GET', '/'))
  await arrival
  const closed = world.app.close()
  finish()
  t.match(await answer, { status: 200, body: /late/ })
  await closed
})

t.test('the example of the README is the one that compiles', async t => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const example = readFileSync(new URL('./example.ts', import.meta.url), 'utf8')
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
  t.equal(example.replace('../src/index.ts', '@gatehouse/fastify-gateway'), code)
})
