import { createPublicKey, generateKeyPairSync, type JsonWebKey, verify } from 'node:crypto'
import type { EpochSeconds, JsonObject } from '@gatehouse/protocol'
import { makeKey, type RecordingUpstream, rawRequest, signToken } from '@gatehouse/testkit'
import t from 'tap'
import { checkGateway, type GatewayOptions, JWKS_PATH, type MintingOptions } from '../src/index.ts'
import { AUDIENCE, ask, bearer, ISSUER, openWorld } from './world.ts'

const key = makeKey('ES256')
const START = 1_800_000_000
const issuers = { main: { issuer: ISSUER, audience: [AUDIENCE], jwks: { keys: [key.jwk] } } } as const
const claims = { realm_access: { roles: ['a', 'b'] }, email: 'alice@example.com', tenant: null }
const token = (more: JsonObject = {}): string =>
  signToken(key, {
    ...{ iss: ISSUER, aud: AUDIENCE, sub: 'alice', client_id: 'web', scope: 'a b', iat: START, exp: START + 600 },
    ...claims,
    ...more,
  })

const minting: MintingOptions = { issuer: 'https://gate.internal', audience: 'orders' }
const routes = [
  {
    path: '/orders/*',
    upstream: 'api',
    auth: {},
    identity: { token: 'mint', mint: { claims: { roles: '/realm_access/roles', mail: 'email', tenant: 'tenant' } } },
  },
  {
    path: '/bills/*',
    upstream: 'api',
    auth: {},
    identity: { token: 'mint', mint: { audience: ['bills', 'ledger'], lifetime: '10m' } },
  },
] as const

async function open(more: Partial<GatewayOptions> = { minting }) {
  const clock = { now: START }
  const ports = { now: () => clock.now as EpochSeconds }
  const world = await openWorld({ routes, issuers, ports, ...more })
  const get = async (path: string, ...headers: string[]) => await rawRequest(world.port, ask('GET', path, headers))
  return { ...world, clock, get }
}

const sentTo = (upstream: RecordingUpstream): string =>
  String(upstream.seen.at(-1)?.headers.authorization).replace(/^Bearer /, '')
const read = (jwt: string, part = 1): JsonObject =>
  JSON.parse(Buffer.from(jwt.split('.')[part] ?? '', 'base64url').toString())

/** Verifies with node:crypto alone, by the key that the JWKS names. */
function isGood(jwt: string, jwks: { keys: (JsonWebKey & { kid?: string })[] }): boolean {
  const { alg, kid } = read(jwt, 0)
  const jwk = jwks.keys.find(each => each.kid === kid)
  if (jwk === undefined) return false
  const [head, body, signature = ''] = jwt.split('.')
  const padding = String(alg).startsWith('PS') ? { padding: 6, saltLength: -1 } : {}
  return verify(
    alg === 'EdDSA' ? null : `sha${String(alg).slice(2)}`,
    Buffer.from(`${head}.${body}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363', ...padding },
    Buffer.from(signature, 'base64url'),
  )
}

t.test('a minted token', async t => {
  const { upstream, clock, get, close } = await open()
  t.teardown(close)
  const jwks = JSON.parse((await get(JWKS_PATH)).body)

  await t.test('says who calls, for whom and for how long, signed by the key that the gateway shows', async t => {
    await get('/orders/1', bearer(token()))
    const minted = sentTo(upstream)
    t.ok(isGood(minted, jwks))
    t.match(read(minted, 0), { alg: 'ES256', typ: 'at+jwt' })
    t.match(read(minted), {
      iss: 'https://gate.internal',
      aud: 'orders',
      sub: 'alice',
      client_id: 'web',
      scope: 'a b',
      roles: ['a', 'b'],
      mail: 'alice@example.com',
      iat: START,
      exp: START + 60,
    })
    t.notOk('tenant' in read(minted), 'a claim that is null is not there')
    t.same(Object.keys(jwks.keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'], 'and nothing private')
  })

  await t.test('is the same until a fifth of its life is left, and another for another route or caller', async t => {
    const mine = bearer(token())
    await get('/orders/1', mine)
    const first = sentTo(upstream)
    await get('/orders/2', mine)
    t.equal(sentTo(upstream), first)
    await get('/bills/1', mine)
    t.match(read(sentTo(upstream)), { aud: ['bills', 'ledger'], exp: START + 600 })
    await get('/orders/1', bearer(token({ sub: 'bob' })))
    t.equal(read(sentTo(upstream)).sub, 'bob')
    clock.now = START + 47
    await get('/orders/1', mine)
    t.equal(sentTo(upstream), first)
    clock.now = START + 49
    await get('/orders/1', mine)
    t.match(read(sentTo(upstream)), { iat: START + 49, exp: START + 109 })
    clock.now = START
  })

  await t.test('never outlives the token it stands for', async t => {
    const short = bearer(token({ exp: START + 30 }))
    await get('/bills/1', short)
    t.equal(read(sentTo(upstream)).exp, START + 30)
    clock.now = START + 29
    await get('/bills/1', short)
    t.equal(read(sentTo(upstream)).exp, START + 30)
    clock.now = START
  })

  await t.test('of a client without a user is about the client', async t => {
    await get('/orders/1', bearer(token({ sub: null, scope: '' })))
    t.match(read(sentTo(upstream)), { sub: 'web', client_id: 'web', scope: undefined })
  })

  await t.test('replaces whatever the caller sent', async t => {
    await get('/orders/1', bearer(token()), 'AUTHORISATION: x', 'Dpop: y')
    const { rawHeaders = [] } = upstream.seen.at(-1) ?? {}
    t.equal(rawHeaders.filter(name => name.toLowerCase() === 'authorization').length, 1)
    t.notMatch(JSON.stringify(rawHeaders), token())
  })

  await t.test('is verified with a document for whoever asks, which no upstream sees', async t => {
    const before = upstream.seen.length
    t.match(await get(JWKS_PATH), { status: 200, headers: { 'content-type': 'application/json' } })
    t.equal((await get('/.well-known/gatehouse/other')).status, 404)
    t.equal(upstream.seen.length, before)
  })
})

t.test('every kind of key signs what its public half verifies', async t => {
  const pem = (pair: { privateKey: { export(options: { format: 'pem'; type: 'pkcs8' }): string | Buffer } }) =>
    String(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const rsa = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }))
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' }) as JsonObject
  const cases: [Partial<MintingOptions>, string][] = [
    [{ key: rsa }, 'RS256'],
    [{ key: rsa, alg: 'PS384' }, 'PS384'],
    [{ key: { ...p384, kid: 'one' } }, 'ES384'],
    [{ key: JSON.stringify({ ...p384, kid: 'one' }) }, 'ES384'],
    [{ key: pem(generateKeyPairSync('ed25519')) }, 'EdDSA'],
  ]
  for (const [more, alg] of cases) {
    const { upstream, get, close } = await open({ minting: { ...minting, ...more } })
    await get('/orders/1', bearer(token()))
    const minted = sentTo(upstream)
    const jwks = JSON.parse((await get(JWKS_PATH)).body)
    t.equal(read(minted, 0).alg, alg)
    t.ok(isGood(minted, jwks), alg)
    if (alg === 'ES384') t.equal(read(minted, 0).kid, 'one')
    t.equal(jwks.keys[0].d, undefined)
    await close()
  }
})

t.test('without a section minting the gateway speaks as itself, to that upstream alone', async t => {
  const { upstream, port, get, close } = await open({
    issuers,
    routes: [{ path: '/orders/*', upstream: 'api', auth: {}, identity: { token: 'mint' } }],
  })
  t.teardown(close)
  await get('/orders/1', bearer(token()))
  const minted = sentTo(upstream)
  t.match(read(minted), { iss: `http://127.0.0.1:${port}`, aud: upstream.url, sub: 'alice', client_id: 'web' })
  t.ok(isGood(minted, JSON.parse((await get(JWKS_PATH)).body)))

  const given = { issuers, upstreams: { api: { url: 'http://127.0.0.1:1' } }, routes: [...routes] }
  const alone = [{ path: '/a', upstream: 'api', auth: {}, identity: { token: 'mint' } }]
  t.match(
    checkGateway({ ...given, routes: alone }).table[0]?.authorization,
    'a token of the listener for http://127.0.0.1:1',
  )
  t.match(
    checkGateway({ ...given, routes: alone, trustedProxies: ['10.0.0.0/8'] }).problems.map(({ message }) => message),
    ['needs an issuer behind a proxy'],
  )
  t.same(checkGateway({ ...given, trustedProxies: ['10.0.0.0/8'], minting: { issuer: 'x' } }).problems, [])
})

t.test('nonsense about minting is refused by path', async t => {
  const upstreams = { api: { url: 'http://127.0.0.1:1' } }
  const route = (identity: object, auth: unknown = {}) => [{ path: '/a', upstream: 'api', auth, identity }]
  const mint = (own: object) => route({ token: 'mint', mint: own })
  const good = route({ token: 'mint' })
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' })
  const cases: [object, unknown, RegExp][] = [
    [good, { ...minting, key: 'x' }, /^minting\.key: is no key to sign with/],
    [good, { ...minting, key: weak }, /^minting\.key: is no key to sign with/],
    [good, { ...minting, alg: 'RS256' }, /^minting\.alg: needs a key of its kind/],
    [good, { ...minting, alg: 'HS256' }, /^minting\.alg: /],
    [good, { ...minting, lifetime: '1d' }, /^minting\.lifetime: is too short or too long/],
    [good, { ...minting, secret: 'x' }, /^minting\.secret: is not known/],
    [mint({ lifetime: '1s' }), minting, /^routes\[0\]\.identity\.mint\.lifetime: is too short/],
    [mint({ claims: { exp: 'x' } }), minting, /^routes\[0\]\.identity\.mint\.claims\.exp: is the gateway’s own/],
    [mint({ claims: { a: '/~' } }), minting, /^routes\[0\]\.identity\.mint\.claims\.a: is no JSON Pointer/],
    [mint({ claim: {} }), minting, /^routes\[0\]\.identity\.mint\.claim: is not known/],
    [route({ mint: {} }), minting, /^routes\[0\]\.identity\.mint: is for token: mint/],
    [route({ token: 'mint' }, 'public'), minting, /^routes\[0\]\.identity\.token: has nobody to speak of/],
  ]
  for (const [routes, given, expected] of cases) {
    const { problems } = checkGateway({ issuers, upstreams, routes, minting: given })
    t.equal(problems.length, 1, JSON.stringify(problems))
    t.match(`${problems[0]?.path}: ${problems[0]?.message}`, expected)
  }
  const ec = makeKey('ES256').privateKey.export({ format: 'jwk' })
  const { effective, table } = checkGateway({ issuers, upstreams, routes: good, minting: { ...minting, key: ec } })
  t.match(effective, { minting: { issuer: 'https://gate.internal', lifetime: '60s', key: { d: '[redacted]' } } })
  t.match(table[0]?.authorization, 'a token of https://gate.internal for orders with sub, client_id, scope')
})
