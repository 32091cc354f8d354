import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { type GatewayOptions } from '../src/index.ts'

const upstream = 'api'

async function start(t: Test, routes: GatewayOptions['routes'], publicUrl = 'https://resource.example.com') {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    issuers: {
      one: { issuer: 'https://as1.example.com', audience: ['a'] },
      two: { issuer: 'https://as2.example.net', audience: ['a'] },
    },
    upstreams: { api: { url: 'http://127.0.0.1:1' } },
    routes,
    publicUrl,
  })
  return (path: string) => app.inject({ url: `/.well-known/oauth-protected-resource${path}` })
}

t.test('RFC 9728: the well-known part stands between host and path, and the challenge leads there', async t => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    issuers: { one: { issuer: 'https://as1.example.com', audience: ['a'] } },
    upstreams: { api: { url: 'http://127.0.0.1:1' } },
    routes: [{ path: '/resource1/*', upstream, auth: { scopes: ['profile', 'email'] } }],
    publicUrl: 'https://resource.example.com',
  })
  const refused = await app.inject({ url: '/resource1/x' })
  t.equal(
    refused.headers['www-authenticate'],
    'Bearer scope="profile email", resource_metadata="https://resource.example.com/.well-known/oauth-protected-resource/resource1"',
  )
  const told = await app.inject({ url: '/.well-known/oauth-protected-resource/resource1' })
  t.equal(told.headers['content-type'], 'application/json')
  t.same(told.json(), {
    resource: 'https://resource.example.com/resource1',
    authorization_servers: ['https://as1.example.com'],
    scopes_supported: ['profile', 'email'],
    bearer_methods_supported: ['header'],
  })
})

t.test('routes of one resource are told as one, whatever their methods', async t => {
  const ask = await start(t, [
    { path: '/orders/*', methods: ['GET'], upstream, auth: { issuers: ['one'], scopes: ['orders:read'] } },
    {
      path: '/orders/*',
      methods: ['POST'],
      upstream,
      auth: { issuers: ['two'], anyScope: ['orders:write', 'orders:read'] },
    },
    { path: '/orders/{id}', methods: ['DELETE'], upstream, auth: { issuers: ['two'], scopes: ['orders:delete'] } },
    { path: '/*', methods: ['GET'], upstream, auth: {} },
  ])
  t.match((await ask('/orders')).json(), {
    authorization_servers: ['https://as1.example.com', 'https://as2.example.net'],
    scopes_supported: ['orders:read', 'orders:write', 'orders:delete'],
  })
  const root = (await ask('')).json()
  t.equal(root.resource, 'https://resource.example.com')
  t.same(root.authorization_servers, ['https://as1.example.com', 'https://as2.example.net'])
  t.notOk('scopes_supported' in root)
})

t.test('a resource that wants bound tokens says so, and one that wants them on some routes only does not', async t => {
  const ask = await start(t, [
    { path: '/dpop/*', upstream, auth: { proof: 'dpop' } },
    { path: '/mtls/*', upstream, auth: { proof: 'mtls' } },
    { path: '/some/*', methods: ['GET'], upstream, auth: {} },
    { path: '/some/*', methods: ['POST'], upstream, auth: { proof: 'dpop' } },
  ])
  const dpop = (await ask('/dpop')).json()
  t.equal(dpop.dpop_bound_access_tokens_required, true)
  t.ok(dpop.dpop_signing_alg_values_supported.includes('ES256'))
  t.notOk('tls_client_certificate_bound_access_tokens' in dpop)
  const mtls = (await ask('/mtls')).json()
  t.equal(mtls.tls_client_certificate_bound_access_tokens, true)
  t.notOk('dpop_bound_access_tokens_required' in mtls)
  t.notMatch((await ask('/some')).body, /bound/)
})
