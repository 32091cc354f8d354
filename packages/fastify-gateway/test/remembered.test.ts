import type { JsonObject } from '@gatehouse/protocol'
import { json, rawRequest, recordingUpstream, signToken } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import type { RouteOptions } from '../src/index.ts'
import { fakeNetwork, INTROSPECT, key, issuers as NETWORKED, START, TOKENS, USERINFO } from './network.ts'
import { AUDIENCE, ask, bearer, ISSUER, openWorld } from './world.ts'

const FACTS: JsonObject = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'alice',
  client_id: 'web',
  scope: 'read',
  acr: 'gold',
  auth_time: START - 1,
  exp: START + 600,
  realm_access: { roles: ['admin'] },
}
const issuers = {
  main: {
    ...NETWORKED.main,
    introspection: { ...NETWORKED.main.introspection, cache: { ttl: '10m' } },
    revocation: { audience: 'gateway' },
  },
} as const

const auth = { scopes: ['read'], clients: ['web'], acr: ['gold'], maxAge: '10m', claims: { sub: 'alice' } }
const routes: readonly RouteOptions[] = [
  { path: '/plain/*', upstream: 'api', auth: {} },
  { path: '/policy/*', upstream: 'api', auth, identity: { headers: { 'x-roles': '/realm_access/roles' } } },
  {
    path: '/mint/*',
    upstream: 'api',
    auth: {},
    identity: { token: 'mint', mint: { claims: { roles: 'realm_access' } } },
  },
  { path: '/exchange/*', upstream: 'api', auth: {}, identity: { token: 'exchange', exchange: { audience: 'x' } } },
  { path: '/userinfo/*', upstream: 'api', auth: {}, identity: { userinfo: true, headers: { 'x-mail': 'email' } } },
  { path: '/forward/*', upstream: 'api', auth: {}, identity: { token: 'forward' }, stream: { grace: '5s' } },
  { path: '/own/*', upstream: 'own', auth: {} },
]

/** How often JSON is read while something is done. */
async function countParses(t: Test, work: () => Promise<void>): Promise<number> {
  const calls = t.capture(JSON, 'parse', JSON.parse)
  await work()
  calls.restore()
  return calls().length
}

t.test('a request whose token is remembered reads no JSON and asks nobody, whatever its route wants', async t => {
  const { network, ports } = fakeNetwork()
  network.on(INTROSPECT, () => json({ active: true, ...FACTS }))
  network.on(TOKENS, () => json({ access_token: 'another', token_type: 'Bearer', expires_in: 600 }))
  network.on(USERINFO, () => json({ sub: 'alice', email: 'alice@example.com' }))
  const upstream = await recordingUpstream()
  const upstreams = { api: { url: upstream.url }, own: { url: upstream.url, token: { issuer: 'main' } } } as const
  const minting = { issuer: 'https://gateway.internal' }
  const { port, close } = await openWorld({ routes, issuers, ports, upstreams, minting }, upstream)
  t.teardown(close)
  const tokens = { JWT: signToken(key, FACTS), opaque: 'an-opaque-token' }
  for (const { path } of routes) {
    for (const [kind, token] of Object.entries(tokens)) {
      const get = async () => {
        t.equal((await rawRequest(port, ask('GET', path.replace('*', '1'), [bearer(token)]))).status, 200, path)
      }
      const seen = upstream.seen.length
      await get()
      const asked = network.calls.length
      t.equal(await countParses(t, get), 0, `${path}, ${kind}`)
      t.equal(network.calls.length, asked, `${path}, ${kind}`)
      const [first, second] = upstream.seen.slice(seen)
      t.same(second?.headers, first?.headers, 'the upstream is told the same')
    }
  }
  t.same(
    new Set(network.calls.map(({ url }) => url)),
    new Set([INTROSPECT, TOKENS, USERINFO]),
    'everybody was asked at first',
  )
  const unseen = signToken(key, { ...FACTS, sub: 'bob' })
  const first = async () => void (await rawRequest(port, ask('GET', '/plain/1', [bearer(unseen)])))
  t.ok((await countParses(t, first)) > 0, 'a token that was never seen has to be read')
})
