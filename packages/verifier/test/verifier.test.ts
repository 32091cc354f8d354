import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { json } from '@gatehouse/testkit'
import t from 'tap'
import { createVerifier, STAGE_CHANNEL, type StageEvent } from '../src/index.ts'
import { API, bearer, CLIENT, codeOf, DISCOVERY, INTROSPECT, ISSUER, JWKS, makeScene } from './scene.ts'

t.test('an issuer and an audience are enough to accept a JWT', async t => {
  const { ask, token, verifier } = makeScene()
  t.strictSame(verifier.status(), [{ name: 'main', issuer: ISSUER, state: 'idle', since: undefined }])
  t.equal(await ask(token()), 'ok')
  t.match(verifier.status(), [{ name: 'main', state: 'ready', since: 1_800_000_000 }])
})

t.test('fifty first JWTs cause one discovery and one JWKS request', async t => {
  const { ask, token, net } = makeScene()
  const codes = await Promise.all(Array.from({ length: 50 }, (_, i) => ask(token({ jti: `t${i}` }))))
  t.ok(codes.every(code => code === 'ok'))
  t.equal(net.count(DISCOVERY), 1)
  t.equal(net.count(JWKS), 1)
})

t.test('fifty parallel requests with one fresh opaque token cause one introspection', async t => {
  const { ask, net } = makeScene({ introspection: CLIENT })
  net.on(INTROSPECT, () => json({ active: true, sub: 'alice', aud: API }))
  const codes = await Promise.all(Array.from({ length: 50 }, () => ask('opaque-token')))
  t.ok(codes.every(code => code === 'ok'))
  t.equal(net.count(INTROSPECT), 1)
})

t.test('remembered facts are judged at once, without a promise and without I/O', async t => {
  const { ask, token, verifier, policy, net } = makeScene({ introspection: CLIENT })
  net.on(INTROSPECT, () => json({ active: true, sub: 'alice', aud: API }))
  for (const known of [token(), 'opaque-token']) {
    await ask(known)
    const asked = net.calls.length
    const outcome = verifier.authenticate(bearer(known), policy)
    t.notOk(outcome instanceof Promise)
    t.match(outcome, { ok: true, value: { subject: 'alice', issuerName: 'main', issuer: ISSUER } })
    t.equal(net.calls.length, asked)
  }
})

// Oathkeeper #743: a cached token accepted for a route with another scope.
t.test('a JWT accepted on one route is refused on another that needs another scope or audience', async t => {
  const { ask, token, verifier } = makeScene()
  const jwt = token({ scope: 'orders:read' })
  t.equal(await ask(jwt, verifier.policy({ scopes: ['orders:read'] })), 'ok')
  t.equal(await ask(jwt, verifier.policy({ scopes: ['orders:write'] })), 'scope_missing')
  t.equal(await ask(jwt, verifier.policy({ audience: ['https://other.example.com'] })), 'audience_mismatch')
  t.equal(await ask(jwt, verifier.policy({ clients: ['web'] })), 'client_denied')
  t.equal(await ask(jwt, verifier.policy({ claims: { email_verified: true } })), 'claim_denied')
})

// liboauth2 2.3.0: the cached result outlived exp.
t.test('a JWT that expires while it is remembered is refused from that second on, tolerance added', async t => {
  const { ask, token, net } = makeScene({ clockTolerance: 5 })
  const jwt = token({ exp: net.now() + 60 })
  t.equal(await ask(jwt), 'ok')
  net.advance(64)
  t.equal(await ask(jwt), 'ok')
  net.advance(1)
  t.equal(await ask(jwt), 'token_expired')
})

t.test('an opaque token that expires while it is remembered is refused', async t => {
  const { ask, net } = makeScene({ introspection: { ...CLIENT, cache: { ttl: '1h' } } })
  const exp = net.now() + 60
  net.on(INTROSPECT, () => json(net.now() < exp ? { active: true, sub: 'alice', aud: API, exp } : { active: false }))
  t.equal(await ask('opaque-token'), 'ok')
  net.advance(60)
  t.equal(await ask('opaque-token'), 'token_inactive')
})

t.test('the gateway starts with the provider down, answers 503, and serves once it is up', async t => {
  const { ask, token, net, verifier, policy } = makeScene()
  net.off(DISCOVERY)
  const down = await verifier.authenticate(bearer(token()), policy)
  t.match(down, { ok: false, rejection: { code: 'issuer_unavailable', issuer: 'main', detail: { retryAfter: 1 } } })
  t.match(verifier.status(), [{ state: 'down', lastError: 'Discovery could not be reached' }])
  if (!down.ok) t.equal(verifier.challenge(down.rejection, policy), undefined)
  net.on(DISCOVERY, () => json({ issuer: ISSUER, jwks_uri: JWKS }))
  net.advance(2)
  t.equal(await ask(token()), 'ok')
  t.match(verifier.status(), [{ state: 'ready', since: 1_800_000_002 }])
})

t.test('one dead issuer does not touch the others', async t => {
  const dead = { issuer: 'https://dead.example.com', audience: API }
  const { ask, token, verifier } = makeScene({}, { dead })
  t.equal(await ask(token({ iss: dead.issuer })), 'issuer_unavailable')
  t.equal(await ask(token()), 'ok')
  t.match(verifier.status(), [
    { name: 'main', state: 'ready' },
    { name: 'dead', state: 'down' },
  ])
})

t.test('an issuer without an introspection endpoint is unavailable for opaque tokens and not for JWTs', async t => {
  const { ask, token, net, verifier, policy } = makeScene({ introspection: CLIENT })
  net.on(DISCOVERY, () => json({ issuer: ISSUER, jwks_uri: JWKS }))
  const outcome = await verifier.authenticate(bearer('opaque'), policy)
  const cause = 'The discovery document has no introspection_endpoint'
  t.match(outcome, { ok: false, rejection: { code: 'issuer_unavailable', cause } })
  t.equal(await ask(token()), 'ok')
})

t.test('a challenge names what the route demands', async t => {
  const { verifier } = makeScene()
  const policy = verifier.policy({ anyScope: ['a', 'b'] })
  const missing = await verifier.authenticate({ method: 'GET', target: '/', rawHeaders: [] }, policy)
  t.notOk(missing.ok)
  if (missing.ok) return
  t.equal(verifier.challenge(missing.rejection, policy), 'Bearer scope="a b"')
  const url = 'https://api.example.com/.well-known/oauth-protected-resource'
  t.equal(
    verifier.challenge({ code: 'token_expired' }, verifier.policy({ scopes: ['c'] }), url),
    `Bearer error="invalid_token", error_description="The access token expired", resource_metadata="${url}"`,
  )
})

t.test('every stage is published with its outcome, and never with a token', async t => {
  const { ask, token, net } = makeScene({ introspection: CLIENT })
  net.on(INTROSPECT, () => json({ active: false }))
  const events: StageEvent[] = []
  const listen = (event: unknown): void => void events.push(event as StageEvent)
  subscribe(STAGE_CHANNEL, listen)
  t.teardown(() => unsubscribe(STAGE_CHANNEL, listen))
  const jwt = token()
  await ask(jwt)
  await ask('opaque')
  await ask('')
  const seen = events.map(({ stage, outcome, code, issuer }) =>
    [stage, outcome, code, issuer].filter(Boolean).join(' '),
  )
  t.strictSame(seen, [
    'extract ok',
    'resolve ok',
    'verify ok main',
    'possession ok main',
    'authorize ok main',
    'extract ok',
    'introspect rejected token_inactive main',
    'extract rejected credential_malformed',
  ])
  t.ok(events.every(({ ms }) => ms >= 0))
  t.notOk(JSON.stringify(events).includes(jwt.slice(-20)))
})

t.test('a policy of another verifier is a bug, and thrown as one', async t => {
  const { verifier } = makeScene()
  const { policy } = makeScene()
  t.throws(() => verifier.authenticate(bearer('a'), policy), { name: 'TypeError' })
})

t.test('wrong options are listed all at once, each with its path and what is allowed', async t => {
  const broken = { issuers: { main: { issuer: 'http://login.example.com' } }, maxTokenBytes: 0, publicUrl: '/a' }
  t.throws(() => createVerifier(broken as never), {
    name: 'ConfigurationError',
    problems: [
      { path: 'issuers.main.audience' },
      { path: 'issuers.main.issuer' },
      { path: 'maxTokenBytes' },
      { path: 'publicUrl' },
    ],
  })
  t.throws(() => makeScene().verifier.policy({ issuers: ['mian'] }, 'routes[3].auth'), {
    name: 'ConfigurationError',
    problems: [{ path: 'routes[3].auth.issuers[0]', message: 'is not a configured issuer, did you mean main?' }],
  })
})

t.test('an issuer that answers nonsense is an outage and never a crash', async t => {
  const nonsense: readonly (() => Response)[] = [
    () => new Response('<html>'),
    () => new Response('{"active":'),
    () => new Response(new Uint8Array([0xff, 0xfe])),
    () => new Response('x'.repeat(300_000)),
    () => new Response(null, { status: 302, headers: { location: 'https://evil.example.com' } }),
    () => json([]),
    () => json({}),
    () => json({ active: 'true' }),
    () => new Response(null, { status: 204 }),
    () => new Response('no', { status: 500 }),
  ]
  for (const reply of nonsense) {
    const { ask, token, net } = makeScene({ introspection: CLIENT })
    net.on(INTROSPECT, reply)
    t.equal(await ask('opaque'), 'issuer_unavailable')
    net.on(JWKS, reply)
    t.equal(await ask(token()), 'issuer_unavailable')
    net.on(DISCOVERY, reply)
    t.equal(codeOf(await makeSceneOn(net, token())), 'issuer_unavailable')
  }
})

const makeSceneOn = async (net: ReturnType<typeof makeScene>['net'], token: string) => {
  const verifier = createVerifier({ issuers: { main: { issuer: ISSUER, audience: API } } }, net.ports)
  return verifier.authenticate(bearer(token), verifier.policy({}))
}
