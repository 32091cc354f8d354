import gateway from '@gatehouse/fastify-gateway'
import { recordingUpstream } from '@gatehouse/testkit'
import t from 'tap'
import { GATEWAY, JWT_API, OPAQUE_API, startCertifiedProvider } from '../src/certified.ts'
import { openApp } from '../src/ledger.ts'
import { refusal } from '../src/world.ts'

// A certified provider as the oracle: nothing of ours makes these tokens or answers these questions.
t.test('the gateway in front of a certified provider', async t => {
  const provider = await startCertifiedProvider()
  const upstream = await recordingUpstream()
  const app = openApp(t)
  t.teardown(() => Promise.all([upstream.close(), provider.close()]))
  await app.register(gateway, {
    issuers: {
      certified: {
        issuer: provider.issuer,
        audience: [JWT_API, OPAQUE_API],
        tokens: 'either',
        typ: 'at+jwt',
        introspection: { client: { id: GATEWAY.id, secret: GATEWAY.secret }, cache: { ttl: '0s', negativeTtl: '0s' } },
      },
    },
    upstreams: { orders: { url: upstream.url } },
    routes: [
      { path: '/jwt/*', upstream: 'orders', auth: { audience: [JWT_API], scopes: ['orders:read'] } },
      { path: '/opaque/*', upstream: 'orders', auth: { audience: [OPAQUE_API], scopes: ['orders:read'] } },
    ],
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const get = (path: string, token: string): Promise<Response> =>
    fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })

  t.test('its RFC 9068 access token passes, and only where its audience and scope do', async t => {
    const token = await provider.clientCredentials(JWT_API, 'orders:read')
    t.equal((await get('/jwt/1', token)).status, 200)
    t.equal(upstream.seen.at(-1)?.headers['x-gatehouse-client'], 'service')
    t.same(await refusal(await get('/opaque/1', token)), { status: 401, code: 'audience_mismatch' })
    const writer = await provider.clientCredentials(JWT_API, 'orders:write')
    t.same(await refusal(await get('/jwt/1', writer)), { status: 403, code: 'scope_missing' })
  })

  t.test('its opaque access token passes until it is revoked', async t => {
    const token = await provider.clientCredentials(OPAQUE_API, 'orders:read')
    t.equal((await get('/opaque/1', token)).status, 200)
    t.equal(upstream.seen.at(-1)?.headers['x-gatehouse-scope'], 'orders:read')
    t.same(await refusal(await get('/jwt/1', token)), { status: 401, code: 'audience_mismatch' })
    await provider.revoke(token)
    t.same(await refusal(await get('/opaque/1', token)), { status: 401, code: 'token_inactive' })
  })

  t.test('a token with one signature bit changed is refused without reaching the upstream', async t => {
    const token = await provider.clientCredentials(JWT_API, 'orders:read')
    const [header, payload, signature = ''] = token.split('.')
    const bytes = Buffer.from(signature, 'base64url')
    bytes[0] = (bytes[0] ?? 0) ^ 1
    const seen = upstream.seen.length
    t.same(await refusal(await get('/jwt/1', `${header}.${payload}.${bytes.toString('base64url')}`)), {
      status: 401,
      code: 'signature_invalid',
    })
    t.equal(upstream.seen.length, seen)
  })
})
