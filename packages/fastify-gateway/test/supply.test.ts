import type { EpochSeconds, JsonObject } from '@gatehouse/protocol'
import { json, rawRequest, recordingUpstream, signToken } from '@gatehouse/testkit'
import t from 'tap'
import { checkGateway, type GatewayOptions, type RouteOptions } from '../src/index.ts'
import { fakeNetwork, issuers, key, START, TOKENS, USERINFO } from './network.ts'
import { AUDIENCE, ask, bearer, ISSUER, openWorld } from './world.ts'

const token = (more: JsonObject = {}): string =>
  signToken(key, { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: START, exp: START + 600, email: 'own', ...more })

const exchange = { path: '/x/*', upstream: 'api', auth: {}, identity: { token: 'exchange' } } as const
const issued = (accessToken: string, lifetime = 300) =>
  json({ access_token: accessToken, token_type: 'Bearer', expires_in: lifetime })

async function open(routes: readonly RouteOptions[], more: Partial<GatewayOptions> = {}, answer = 200) {
  const { network, ports } = fakeNetwork()
  const upstream = await recordingUpstream((_request, response) => {
    response.statusCode = answer
    response.end()
  })
  const world = await openWorld({ routes, issuers, ports, ...more }, upstream)
  const get = (path: string, ...headers: string[]) => rawRequest(world.port, ask('GET', path, headers))
  const sent = () => upstream.seen.at(-1)?.headers.authorization
  return { ...world, network, get, sent }
}

t.test('a token in exchange for the caller’s', async t => {
  await t.test('is asked for as RFC 8693 says, kept, and all that the upstream sees', async t => {
    const identity = { token: 'exchange', exchange: { audience: 'orders', scope: ['a', 'b'], resource: 'https://o' } }
    const { network, get, sent, close } = await open([{ ...exchange, identity } as RouteOptions])
    t.teardown(close)
    network.on(TOKENS, () => issued('for-the-upstream'))
    const mine = token()
    const answers = await Promise.all([1, 2, 3].map(() => get('/x/1', bearer(mine))))
    t.same(
      answers.map(({ status }) => status),
      [200, 200, 200],
    )
    await get('/x/2', bearer(mine))
    t.equal(sent(), 'Bearer for-the-upstream')
    t.equal(network.count(TOKENS), 1, 'parallel and later requests share one exchange')
    t.same(Object.fromEntries(new URLSearchParams(network.calls[0]?.body ?? '')), {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: mine,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: 'orders',
      scope: 'a b',
      resource: 'https://o',
    })
    network.on(TOKENS, () => issued('for-bob'))
    await get('/x/1', bearer(token({ sub: 'bob' })))
    t.equal(sent(), 'Bearer for-bob')
  })

  await t.test('that the issuer refuses is the caller’s matter, and an outage is not', async t => {
    const { network, upstream, get, close } = await open([exchange])
    t.teardown(close)
    network.on(TOKENS, () => json({ error: 'invalid_grant' }, { status: 400 }))
    t.match(await get('/x/1', bearer(token())), {
      status: 401,
      body: /token_inactive/,
      headers: { 'www-authenticate': /^Bearer error="invalid_token"/ },
    })
    for (const reply of [
      () => json({ error: 'invalid_client' }, { status: 401 }),
      () => new Response('oops', { status: 500 }),
      () => json({ access_token: 'a b', token_type: 'Bearer' }),
    ]) {
      network.on(TOKENS, reply)
      t.match(await get('/x/1', bearer(token())), {
        status: 503,
        body: /issuer_unavailable/,
        headers: { 'retry-after': '1' },
      })
    }
    network.off(TOKENS)
    t.equal((await get('/x/1', bearer(token()))).status, 503)
    t.same(upstream.seen, [], 'and the caller’s own token never goes in its place')
  })

  await t.test('is got anew after the upstream has refused it', async t => {
    const { network, get, sent, close } = await open([exchange], {}, 401)
    t.teardown(close)
    const tokens = ['first', 'second']
    network.on(TOKENS, () => issued(tokens.shift() ?? 'none'))
    const mine = bearer(token())
    t.equal((await get('/x/1', mine)).status, 401)
    t.equal(sent(), 'Bearer first')
    await get('/x/1', mine)
    t.equal(sent(), 'Bearer second')
  })
})

t.test('an upstream’s own token', async t => {
  const upstream = await recordingUpstream()
  const { network, port, close } = await open(
    [
      { path: '/own/*', upstream: 'own', auth: {} },
      { path: '/open/*', upstream: 'own', auth: 'public' },
    ],
    { upstreams: { own: { url: upstream.url, token: { issuer: 'main', scope: 'orders', audience: ['o'] } } } },
  )
  t.teardown(async () => {
    await close()
    await upstream.close()
  })
  network.on(TOKENS, () => issued('of-the-gateway'))
  await rawRequest(port, ask('GET', '/own/1', [bearer(token())]))
  await rawRequest(port, ask('GET', '/open/1', ['Authorization: Basic abc']))
  t.same(
    upstream.seen.map(({ headers }) => [headers.authorization, headers['x-gatehouse-subject']]),
    [
      ['Bearer of-the-gateway', 'alice'],
      ['Bearer of-the-gateway', undefined],
    ],
  )
  t.equal(network.count(TOKENS), 1)
  t.match(network.calls[0]?.body, /grant_type=client_credentials&scope=orders&audience=o/)
  network.advance(301)
  network.off(TOKENS)
  t.equal((await rawRequest(port, ask('GET', '/open/1'))).status, 503)
  t.equal(upstream.seen.length, 2)
})

t.test('what userinfo says', async t => {
  const headers = { 'x-mail': 'email', 'x-roles': '/roles' }
  const route: RouteOptions = { path: '/*', upstream: 'api', auth: {}, identity: { headers, userinfo: true } }

  await t.test('is there for headers, beside what the token says, and asked for once a while', async t => {
    const { network, upstream, get, close } = await open([route])
    t.teardown(close)
    network.on(USERINFO, () => json({ sub: 'alice', email: 'other', roles: ['a', 'b'] }))
    const mine = token()
    await get('/1', bearer(mine))
    await get('/2', bearer(mine))
    for (const seen of upstream.seen) t.match(seen.headers, { 'x-mail': 'own', 'x-roles': 'a,b' })
    t.equal(network.count(USERINFO), 1)
    t.equal(network.calls[0]?.headers.authorization, `Bearer ${mine}`)
    network.advance(61)
    await get('/3', bearer(mine))
    t.equal(network.count(USERINFO), 2)
  })

  await t.test('goes into minted tokens too', async t => {
    const identity = { token: 'mint', mint: { claims: { roles: 'roles' } }, userinfo: true } as const
    const minting = { issuer: 'https://gate.internal', audience: 'orders' }
    const { network, get, sent, close } = await open([{ ...route, identity }], { minting })
    t.teardown(close)
    network.on(USERINFO, () => json({ sub: 'alice', roles: ['a'] }))
    await get('/1', bearer(token()))
    const payload = Buffer.from(String(sent()).split('.')[1] ?? '', 'base64url').toString()
    t.match(JSON.parse(payload), { sub: 'alice', roles: ['a'] })
  })

  await t.test('about somebody else, or not at all, lets nobody through', async t => {
    const { network, upstream, get, close } = await open([route])
    t.teardown(close)
    network.on(USERINFO, () => json({ sub: 'bob' }))
    t.match(await get('/1', bearer(token())), { status: 503, body: /issuer_unavailable/ })
    network.on(USERINFO, () => new Response('', { status: 401 }))
    t.match(await get('/1', bearer(token())), { status: 401, body: /token_inactive/ })
    network.off(USERINFO)
    t.equal((await get('/1', bearer(token()))).status, 503)
    t.same(upstream.seen, [])
  })
})

t.test('nonsense about tokens for upstreams is refused by path', async t => {
  const powerless = { issuer: 'https://other.example.com', audience: ['a'], jwks: { keys: [key.jwk] } }
  const all = { ...issuers, powerless }
  const plain = { api: { url: 'http://127.0.0.1:1' } }
  const owned = (own: object) => ({ api: { ...plain.api, token: own } })
  const route = (identity: object, auth: unknown = { issuers: ['main'] }) => [
    { path: '/a', upstream: 'api', auth, identity },
  ]
  const cases: [unknown, unknown, RegExp][] = [
    [route({ token: 'exchange' }, {}), plain, /^routes\[0\]\.identity\.token: needs credentials at powerless/],
    [route({ token: 'exchange' }, 'public'), plain, /^routes\[0\]\.identity\.token: has nobody to speak of/],
    [route({ exchange: {} }), plain, /^routes\[0\]\.identity\.exchange: is for token: exchange/],
    [route({ token: 'exchange', exchange: { audience: [] } }), plain, /^routes\[0\]\.identity\.exchange\.audience/],
    [route({ token: 'exchange', exchange: { scopes: 'a' } }), plain, /scopes: is not known, did you mean scope\?/],
    [route({ userinfo: true }, 'public'), plain, /^routes\[0\]\.identity\.userinfo: has nobody to ask about/],
    [route({ userinfo: 'yes' }), plain, /^routes\[0\]\.identity\.userinfo: is a string/],
    [route({}), owned({}), /^upstreams\.api\.token\.issuer: is required/],
    [route({}), owned({ issuer: 'x' }), /^upstreams\.api\.token\.issuer: is no configured issuer/],
    [route({}), owned({ issuer: 'powerless' }), /^upstreams\.api\.token\.issuer: needs credentials at powerless/],
    [route({ token: 'forward' }), owned({ issuer: 'main' }), /^routes\[0\]\.identity\.token: is one token and/],
  ]
  for (const [routes, upstreams, expected] of cases) {
    const { problems } = checkGateway({ issuers: all, upstreams, routes })
    t.equal(problems.length, 1, JSON.stringify(problems))
    t.match(`${problems[0]?.path}: ${problems[0]?.message}`, expected)
  }
  const { table } = checkGateway({
    issuers,
    upstreams: { ...plain, own: { url: 'http://127.0.0.1:1', token: { issuer: 'main', scope: 'a' } } },
    routes: [
      { path: '/b', upstream: 'api', auth: {}, identity: { token: 'exchange', exchange: { audience: 'orders' } } },
      { path: '/a', upstream: 'own', auth: {}, identity: { userinfo: true }, stream: { grace: '5s' } },
    ],
  })
  t.match(table, [
    { authorization: 'a token of the caller’s issuer in exchange for orders', userinfo: false, grace: '0s' },
    { authorization: 'a token of the gateway’s own from main, scope a', userinfo: true, grace: '5s' },
  ])
})

t.test('an expired moment', async t => {
  const { network, get, close } = await open([exchange])
  t.teardown(close)
  network.on(TOKENS, () => issued('x'))
  const now: EpochSeconds = network.ports.now()
  t.equal((await get('/x/1', bearer(token({ exp: now - 60 })))).status, 401)
  t.equal(network.count(TOKENS), 0, 'nothing is exchanged for a token that is refused')
})
