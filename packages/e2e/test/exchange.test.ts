import gateway, { type GatewayOptions } from '@gatehouse/fastify-gateway'
import { recordingUpstream } from '@gatehouse/testkit'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import t, { type Test } from 'tap'
import { GATEWAY, JWT_API, OPAQUE_API, startCertifiedProvider } from '../src/certified.ts'
import { openApp } from '../src/ledger.ts'
import { API, GATEWAY_CLIENT, refusal, startWorld } from '../src/world.ts'

const sentTo = (authorization: unknown): string => /^Bearer (\S+)$/.exec(String(authorization))?.[1] ?? ''

/** A provider that is not ours, and the paths under which it was asked for tokens. */
async function startCertifiedWorld(t: Test) {
  const provider = await startCertifiedProvider()
  const upstream = await recordingUpstream()
  const app = openApp(t)
  t.teardown(() => Promise.all([upstream.close(), provider.close()]))
  let exchanges = 0
  const options: GatewayOptions = {
    issuers: {
      certified: {
        issuer: provider.issuer,
        audience: [OPAQUE_API],
        introspection: { client: { id: GATEWAY.id, secret: GATEWAY.secret } },
      },
    },
    upstreams: { orders: { url: upstream.url } },
    routes: [
      {
        path: '/orders/*',
        upstream: 'orders',
        auth: { scopes: ['orders:read'] },
        identity: { token: 'exchange', exchange: { resource: JWT_API, scope: 'orders:read' } },
      },
      {
        path: '/writes/*',
        upstream: 'orders',
        auth: {},
        identity: { token: 'exchange', exchange: { resource: JWT_API, scope: 'orders:write' } },
      },
    ],
    ports: {
      async fetch(url, { tls: _, ...init }) {
        if (String(init.body).includes('token-exchange')) exchanges += 1
        return fetch(url, init)
      },
    },
  }
  await app.register(gateway, options)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    provider,
    upstream,
    exchanges: () => exchanges,
    get: (path: string, token: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } }),
  }
}

t.test("a certified provider's token for the upstream reaches it in place of the caller's", async t => {
  const { provider, upstream, exchanges, get } = await startCertifiedWorld(t)
  const token = await provider.clientCredentials(OPAQUE_API, 'orders:read')
  const answers = await Promise.all([1, 2, 3, 4].map(index => get(`/orders/${index}`, token)))
  t.same(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  t.equal(exchanges(), 1, 'parallel requests share one exchange')
  const tokens = new Set(upstream.seen.map(({ headers }) => sentTo(headers.authorization)))
  t.equal(tokens.size, 1)
  const [exchanged = ''] = tokens
  t.not(exchanged, token)
  // An upstream that has never heard of the gateway: keys from the provider, audience its own.
  const keys = createRemoteJWKSet(new URL(`${provider.issuer}/jwks`))
  const { payload } = await jwtVerify(exchanged, keys, { issuer: provider.issuer, audience: JWT_API, typ: 'at+jwt' })
  t.match(payload, { client_id: GATEWAY.id, scope: 'orders:read' })

  t.equal((await get('/orders/5', token)).status, 200)
  t.equal(exchanges(), 1, 'and later ones')
  t.equal((await get('/writes/1', token)).status, 200)
  t.equal(decodeJwt(sentTo(upstream.seen.at(-1)?.headers.authorization)).scope, 'orders:write')
  t.equal(exchanges(), 2, 'what is wanted for another scope is another token')
  const other = await provider.clientCredentials(OPAQUE_API, 'orders:read')
  t.equal((await get('/orders/6', other)).status, 200)
  t.equal(exchanges(), 3, 'what another caller gets is another token')
})

t.test('a token that a certified provider does not exchange any more reaches no upstream', async t => {
  const { provider, upstream, get } = await startCertifiedWorld(t)
  const token = await provider.clientCredentials(OPAQUE_API, 'orders:read')
  t.equal((await get('/orders/1', token)).status, 200)
  const seen = upstream.seen.length
  // Active in the gateway's memory still, for some seconds; the exchange for another scope is not.
  await provider.revoke(token)
  t.same(await refusal(await get('/writes/1', token)), { status: 401, code: 'token_inactive' })
  t.equal(upstream.seen.length, seen)
})

t.test(
  "our provider's exchanged token is for the upstream's audience, about the same user, one for each caller",
  async t => {
    const exchange = { audience: 'https://orders.internal', scope: 'orders:read' }
    const world = await startWorld(t, (issuer, upstream) => ({
      issuers: {
        main: {
          issuer,
          audience: [API],
          introspection: { client: { id: GATEWAY_CLIENT.client_id, secret: GATEWAY_CLIENT.client_secret } },
        },
      },
      upstreams: { orders: { url: upstream } },
      routes: [
        { path: '/orders/*', upstream: 'orders', auth: {}, identity: { token: 'exchange', exchange } },
        {
          path: '/bills/*',
          upstream: 'orders',
          auth: {},
          identity: { token: 'exchange', exchange: { audience: 'bills' } },
        },
      ],
    }))
    const mint = async (sub: string) =>
      (await world.provider.mint({ sub, client_id: 'demo', audience: API, scope: 'orders:read orders:write' })).token
    const seen = () => sentTo(world.upstream.seen.at(-1)?.headers.authorization)
    const exchanges = () =>
      world.provider.journal
        .list({ endpoint: 'token' })
        .filter(({ parsed }) => String(parsed.form.grant_type).endsWith('token-exchange'))
    const alice = await mint('alice')
    const answers = await Promise.all([1, 2, 3].map(index => world.get(`/orders/${index}`, alice)))
    t.same(
      answers.map(({ status }) => status),
      [200, 200, 200],
    )
    const first = seen()
    t.not(first, alice)
    const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`))
    const { payload } = await jwtVerify(first, keys, { issuer: world.issuer, audience: 'https://orders.internal' })
    t.match(payload, { sub: 'alice', scope: 'orders:read' })
    t.equal(exchanges().length, 1)
    await world.get('/bills/1', alice)
    t.match(decodeJwt(seen()), { aud: 'bills', sub: 'alice' })
    t.equal(exchanges().length, 2)
    await world.get('/orders/1', await mint('bob'))
    t.match(decodeJwt(seen()), { sub: 'bob' })
  },
)
