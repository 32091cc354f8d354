import type { GatewayOptions } from '@gatehouse/fastify-gateway'
import t from 'tap'
import { API, refusal, startWorld } from '../src/world.ts'

const introspection = { client: { id: 'gateway', secret: 'gateway-secret' } } as const

const compose =
  (tokens: 'jwt' | 'opaque' | 'either' | 'both', jwks: object = {}) =>
  (issuer: string, upstream: string): GatewayOptions => ({
    issuers: {
      main: { issuer, audience: [API], tokens, jwks, ...(tokens === 'jwt' ? {} : { introspection }) },
    },
    upstreams: { orders: { url: upstream } },
    routes: [
      { path: '/orders/*', upstream: 'orders', auth: { scopes: ['orders:read'] } },
      { path: '/orders/admin/*', upstream: 'orders', auth: { scopes: ['orders:admin'] } },
      { path: '/partners/*', upstream: 'orders', auth: { audience: ['https://partners.example.com'] } },
      { path: '/health', upstream: 'orders', auth: 'public' },
    ],
  })

t.test('a JWT is verified locally, its bearer named to the upstream, and the token kept from it', async t => {
  const world = await startWorld(t, compose('jwt'))
  const { token } = await world.provider.mint({ sub: 'alice', client_id: 'demo', scope: 'orders:read', audience: API })
  const response = await world.get('/orders/7?full=1', token)
  t.equal(response.status, 200)
  const [seen] = world.upstream.seen
  t.equal(seen?.url, '/orders/7?full=1')
  t.equal(seen?.headers['x-gatehouse-subject'], 'alice')
  t.equal(seen?.headers['x-gatehouse-client'], 'demo')
  t.equal(seen?.headers['x-gatehouse-scope'], 'orders:read')
  t.equal(seen?.headers['x-gatehouse-issuer'], world.issuer)
  t.equal(seen?.headers.authorization, undefined)
})

t.test('a JWT accepted on one route is refused on another that needs another scope or audience', async t => {
  const world = await startWorld(t, compose('jwt'))
  const { token } = await world.provider.mint({ sub: 'alice', scope: 'orders:read', audience: API })
  t.equal((await world.get('/orders/7', token)).status, 200)
  t.same(await refusal(await world.get('/orders/admin/7', token)), { status: 403, code: 'scope_missing' })
  t.same(await refusal(await world.get('/partners/7', token)), { status: 401, code: 'audience_mismatch' })
  t.equal(world.upstream.seen.length, 1)
})

t.test('an opaque token is introspected once however many requests come with it', async t => {
  const world = await startWorld(t, compose('either'))
  const { token } = await world.provider.mint({ sub: 'bob', scope: 'orders:read', audience: API, format: 'opaque' })
  const responses = await Promise.all(Array.from({ length: 50 }, () => world.get('/orders/1', token)))
  t.same(new Set(responses.map(response => response.status)), new Set([200]))
  t.equal(world.provider.journal.list({ endpoint: 'introspect' }).length, 1)
  t.equal(world.upstream.seen[0]?.headers['x-gatehouse-subject'], 'bob')
})

t.test(
  'fifty first JWTs cost one discovery and one JWKS request, and two hundred unknown kids at most three',
  async t => {
    const world = await startWorld(t, compose('jwt'))
    const minted = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        world.provider.mint({ sub: `user-${index}`, scope: 'orders:read', audience: API }),
      ),
    )
    const responses = await Promise.all(minted.map(({ token }) => world.get('/orders/1', token)))
    t.same(new Set(responses.map(response => response.status)), new Set([200]))
    t.equal(world.provider.journal.list({ endpoint: 'discovery' }).length, 1)
    t.equal(world.provider.journal.list({ endpoint: 'jwks' }).length, 1)

    const strangers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        world.provider.mint({ sub: 'eve', scope: 'orders:read', audience: API, header: { kid: `stranger-${index}` } }),
      ),
    )
    for (const { token } of strangers) t.equal((await refusal(await world.get('/orders/1', token))).code, 'key_unknown')
    t.ok(world.provider.journal.list({ endpoint: 'jwks' }).length <= 3)
  },
)

t.test(
  'revocation reaches an opaque token at once where the cache is off, and a JWT where both roads are asked',
  async t => {
    const off = (issuer: string, upstream: string): GatewayOptions => {
      const options = compose('both')(issuer, upstream)
      const main = {
        ...options.issuers.main,
        introspection: { ...introspection, cache: { ttl: '0s', negativeTtl: '0s' } },
      }
      return { ...options, issuers: { main } } as GatewayOptions
    }
    const world = await startWorld(t, off)
    for (const format of ['opaque', 'jwt'] as const) {
      const { token } = await world.provider.mint({ sub: 'alice', scope: 'orders:read', audience: API, format })
      t.equal((await world.get('/orders/1', token)).status, 200)
      world.provider.revoke({ token })
      t.same(await refusal(await world.get('/orders/1', token)), { status: 401, code: 'token_inactive' })
    }
  },
)

t.test('rotated keys are picked up without a restart', async t => {
  const world = await startWorld(t, compose('jwt', { cooldown: '0s' }))
  const before = await world.provider.mint({ sub: 'alice', scope: 'orders:read', audience: API })
  t.equal((await world.get('/orders/1', before.token)).status, 200)
  world.provider.keys.rotate({ publish: 'now', retireOld: true })
  const after = await world.provider.mint({ sub: 'alice', scope: 'orders:read', audience: API })
  t.equal((await world.get('/orders/2', after.token)).status, 200)
  t.equal(world.provider.journal.list({ endpoint: 'jwks' }).length, 2)
})

t.test('the gateway starts with its provider down, answers 503 with Retry-After, and serves once it is up', async t => {
  const world = await startWorld(t, compose('jwt', { cooldown: '0s' }))
  const fault = { status: 503 } as const
  world.provider.faults.add({ endpoint: 'discovery', ...fault })
  const { token } = await world.provider.mint({ sub: 'alice', scope: 'orders:read', audience: API })
  const down = await world.get('/orders/1', token)
  t.ok(Number(down.headers.get('retry-after')) > 0)
  t.same(await refusal(down), { status: 503, code: 'issuer_unavailable' })
  t.equal((await world.get('/health')).status, 200, 'a public route is not touched')
  world.provider.faults.clear()
  const deadline = Date.now() + 10_000
  let status = 503
  while (status === 503 && Date.now() < deadline) status = (await world.get('/orders/1', token)).status
  t.equal(status, 200)
})

t.test('with the JWKS gone, keys already fetched go on verifying tokens never seen before', async t => {
  const world = await startWorld(t, compose('jwt', { maxAge: '1s', cooldown: '0s' }))
  const first = await world.provider.mint({ sub: 'alice', scope: 'orders:read', audience: API })
  t.equal((await world.get('/orders/1', first.token)).status, 200)
  world.provider.faults.add({ endpoint: 'jwks', status: 503 })
  const next = await world.provider.mint({ sub: 'bob', scope: 'orders:read', audience: API })
  t.equal((await world.get('/orders/1', next.token)).status, 200)
})

t.test('tenants of one provider are strangers to each other', async t => {
  const world = await startWorld(t, (issuer, upstream) => ({
    issuers: {
      a: { issuer: `${issuer}/a`, audience: [API], tokens: 'jwt' },
      b: { issuer: `${issuer}/b`, audience: [API], tokens: 'jwt' },
    },
    upstreams: { orders: { url: upstream } },
    routes: [
      { path: '/a/*', upstream: 'orders', auth: { issuers: ['a'] } },
      { path: '/b/*', upstream: 'orders', auth: { issuers: ['b'] } },
    ],
  }))
  const a = await world.provider.tenant('a').mint({ sub: 'alice', audience: API })
  const b = await world.provider.tenant('b').mint({ sub: 'alice', audience: API })
  t.equal((await world.get('/a/1', a.token)).status, 200)
  t.equal((await world.get('/b/1', b.token)).status, 200)
  t.same(await refusal(await world.get('/b/1', a.token)), { status: 401, code: 'issuer_unknown' })
  t.same(await refusal(await world.get('/a/1', b.token)), { status: 401, code: 'issuer_unknown' })
})
