import { describeProblem } from '@gatehouse/configuration'
import type { JsonObject } from '@gatehouse/protocol'
import { rawRequest } from '@gatehouse/testkit'
import t from 'tap'
import { checkGateway, type OpenApiRoutes } from '../src/index.ts'
import { ask, bearer, issuers, mint, openWorld } from './world.ts'

const schemes = {
  oauth: { type: 'oauth2', flows: {} },
  oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration' },
  jwt: { type: 'http', scheme: 'Bearer' },
  key: { type: 'apiKey', in: 'header', name: 'x-key' },
  basic: { type: 'http', scheme: 'basic' },
}
const document = (paths: object, more: object = {}): JsonObject =>
  ({ openapi: '3.1.0', info: {}, components: { securitySchemes: schemes }, paths, ...more }) as JsonObject
const source = (openapi: JsonObject, more: object = {}): OpenApiRoutes => ({ openapi, upstream: 'api', ...more })

const api = document(
  {
    '/orders': {
      summary: 'orders',
      get: { security: [{ oauth: ['orders:read'] }] },
      post: { security: [{ oauth: ['orders:write', 'orders:read'] }] },
    },
    '/orders/{id}': {
      parameters: [],
      get: { security: [{ oauth: ['orders:read'] }, { oidc: ['orders:admin'] }] },
      delete: { security: [{ oauth: ['orders:read'], oidc: ['orders:delete'] }] },
    },
    '/orders/{id}/lines/{line}': { get: { security: [{ jwt: [] }] } },
    '/orders/mine': { get: {} },
    '/health': { get: { security: [] } },
    'x-other': { get: {} },
  },
  { servers: [{ url: 'https://api.example.com/v1/' }, { url: '/v1' }], security: [{ jwt: ['orders:mine'] }] },
)

t.test('routes from an OpenAPI document', async t => {
  const identity = { headers: { 'x-user': 'sub' } }
  const world = await openWorld({
    routes: [
      source(api, { identity, rewrite: { stripPrefix: '/v1' } }),
      { path: '/v1/*', upstream: 'api', auth: { scopes: ['rest'] } },
    ],
  })
  t.teardown(world.close)
  const get = async (path: string, scope?: string, method = 'GET') =>
    rawRequest(world.port, ask(method, path, scope === undefined ? [] : [bearer(mint({ scope }))]))
  const statusOf = async (...parameters: Parameters<typeof get>) => (await get(...parameters)).status

  await t.test('demand what each operation says', async t => {
    t.equal(await statusOf('/v1/orders', 'orders:read'), 200)
    t.equal(await statusOf('/v1/orders', 'orders:read', 'POST'), 403)
    t.equal(await statusOf('/v1/orders', 'orders:read orders:write', 'POST'), 200)
    t.equal(await statusOf('/v1/orders/7', 'orders:admin'), 200, 'one of two alternatives')
    t.equal(await statusOf('/v1/orders/7', 'orders:delete', 'DELETE'), 403, 'both of two schemes')
    t.equal(await statusOf('/v1/orders/7', 'orders:delete orders:read', 'DELETE'), 200)
    t.equal(await statusOf('/v1/orders/7/lines/8', ''), 200, 'any token')
    t.equal(await statusOf('/v1/orders/7/lines/8'), 401)
    t.equal(await statusOf('/v1/orders/mine', 'orders:read'), 403, 'a literal goes before a template')
    t.equal(await statusOf('/v1/orders/mine', 'orders:mine'), 200, 'what holds for the whole document')
    t.equal(await statusOf('/v1/health'), 200, 'what says that everybody may call')
  })

  await t.test('send what the rest of the section says', async t => {
    await get('/v1/orders/7', 'orders:read')
    t.match(world.upstream.seen.at(-1), { url: '/orders/7', headers: { 'x-user': 'alice' } })
  })

  await t.test('match one segment with a template, and leave the rest to routes beside them', async t => {
    t.match(await get('/v1/orders/', 'orders:read'), { status: 403, body: /scope_missing/ })
    t.equal(await statusOf('/v1/orders/7/other', 'orders:read'), 403)
    t.equal(await statusOf('/v1/orders/7/other', 'rest'), 200)
    t.match(await get('/v1/orders/7', 'orders:read', 'PUT'), { status: 405, headers: { allow: 'GET, HEAD, DELETE' } })
    t.equal(await statusOf('/orders', 'orders:read'), 404, 'the path of the servers is part of every path')
  })
})

t.test('an OpenAPI document', async t => {
  const found = (routes: unknown) =>
    checkGateway({ issuers, upstreams: { api: { url: 'http://127.0.0.1:1' } }, routes }).problems.map(describeProblem)
  const one = (operation: object, more: object = {}) => source(document({ '/a': { get: operation } }, more))
  const at = 'routes.openapi.paths."/a".get'

  await t.test('may be all that there is', async t => {
    t.same(found(source(api)), [])
    t.same(found([source(api)]), [])
    const { table, effective } = checkGateway({
      issuers,
      upstreams: { api: { url: 'http://127.0.0.1:1' } },
      routes: source(api),
    })
    t.match(
      table.map(({ path, methods, auth, scopes, anyScope }) => [path, methods, auth, scopes, anyScope]),
      [['/v1/orders/{id}/lines/{line}', ['GET'], 'token', [], []]],
    )
    t.equal(table.length, 7)
    t.match(effective, { routes: [{ path: '/v1/orders', methods: ['GET'], auth: { scopes: ['orders:read'] } }] })
  })

  await t.test('that leaves something open is refused by path', async t => {
    const cases: [unknown, RegExp][] = [
      [one({}), new RegExp(`^${at}\\.security: is required \\(.*\\[\\] where everybody`)],
      [one({ security: [{}] }), /\.security\[0\]: may be called with a token or without/],
      [one({ security: [{ jwt: [] }, {}] }), /\.security\[1\]: may be called with a token or without/],
      [one({ security: [{ key: [] }] }), /\.security\[0\]\.key: is no scheme of access tokens/],
      [one({ security: [{ basic: [] }] }), /\.security\[0\]\.basic: is no scheme/],
      [one({ security: [{ lost: [] }] }), /\.security\[0\]\.lost: is no scheme/],
      [one({ security: 'none' }), /\.security: is no list of requirements/],
      [one({ security: [{ jwt: 'a' }] }), /\.security: has scopes that are no list/],
      [one({ security: [{ jwt: ['a', 'b'] }, { oauth: ['c'] }] }), /\.security: has alternatives of several scopes/],
      [one({ security: [], servers: [] }), /\.get\.servers: is not supported yet/],
      [source(document({ '/a': { $ref: '#/x', get: { security: [] } } })), /"\$ref": is not supported yet/],
      [source(document({})), /\.paths: has no operations/],
      [one({ security: [] }, { servers: [{ url: '/a' }, { url: '/b' }] }), /\.servers: has several paths/],
      [one({ security: [] }, { servers: [{ url: 'https://a/{base}' }] }), /\.servers: has no path that is one/],
      [one({ security: [] }, { openapi: '2.0' }), /\.openapi\.openapi: is no version known/],
      [{ openapi: 'api.yaml', upstream: 'api' }, /^routes\.openapi: is a text/],
      [[{ openapi: 7, upstream: 'api' }], /^routes\[0\]\.openapi: is a number/],
      [{ openapi: api }, /^routes\.upstream: is required/],
      [{ openapi: api, upstream: 'apu' }, /^routes\.upstream: is not a configured upstream/],
      [source(api, { path: '/a' }), /^routes\.path: is not known/],
      [source(api, { auth: { scopes: ['a'] } }), /^routes\.auth\.scopes: is not known/],
      [source(document({ '/a/{b}c': { get: { security: [] } } })), /\.get\.path: has braces that are no template/],
      [
        source(document({ '/a/{b}': { get: { security: [] } }, '/a/{c}': { get: { security: [] } } })),
        /"\/a\/\{c\}"\.get\.path: is the path of routes\.openapi\.paths\."\/a\/\{b\}"\.get/,
      ],
    ]
    for (const [routes, expected] of cases) {
      const problems = found(routes)
      t.ok(
        problems.some(problem => expected.test(problem)),
        `${expected}: ${problems.join(' | ')}`,
      )
    }
  })

  await t.test('speaks of alternatives in the words of a route', async t => {
    const demandsOf = (security: unknown) =>
      checkGateway({
        issuers,
        upstreams: { api: { url: 'http://127.0.0.1:1' } },
        routes: [one({ security }, {})],
      }).table.map(({ scopes, anyScope }) => ({ scopes, anyScope }))[0]
    t.same(demandsOf([{ jwt: ['a', 'a'] }]), { scopes: ['a'], anyScope: [] })
    t.same(demandsOf([{ jwt: ['a', 'b'] }, { oauth: ['b', 'a'] }]), { scopes: ['a', 'b'], anyScope: [] })
    t.same(demandsOf([{ jwt: ['a'] }, { oauth: ['b'] }]), { scopes: [], anyScope: ['a', 'b'] })
    t.same(demandsOf([{ jwt: ['a', 'b'] }, { oidc: [] }]), { scopes: [], anyScope: [] }, 'any token will do')
  })
})
