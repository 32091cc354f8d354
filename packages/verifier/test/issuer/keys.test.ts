import { json, makeKey } from '@gatehouse/testkit'
import t from 'tap'
import { UnknownKids } from '../../src/issuer/unknown-kids.ts'
import { CLIENT, DISCOVERY, INTROSPECT, ISSUER, JWKS, makeScene } from '../scene.ts'

const UNTIL = 1_900_000_000
const two = makeKey('ES256', 'two')

t.test('two hundred distinct unknown kids cause at most three JWKS requests', async t => {
  for (const parallel of [true, false]) {
    const { ask, token, net } = makeScene()
    const tokens = Array.from({ length: 200 }, (_, i) => token({}, { kid: `unknown-${i}` }))
    const codes: string[] = []
    if (parallel) codes.push(...(await Promise.all(tokens.map(one => ask(one)))))
    else for (const one of tokens) codes.push(await ask(one))
    t.ok(codes.every(code => code === 'key_unknown'))
    t.ok(net.count(JWKS) <= 3, `${net.count(JWKS)} requests`)
    t.equal(net.count(DISCOVERY), 1)
  }
})

// jose createRemoteJWKSet: no cooldown after a failed fetch.
t.test('fifty tokens in a row while the JWKS fails cause one request', async t => {
  const { ask, token, net } = makeScene()
  net.on(JWKS, () => new Response('down', { status: 503 }))
  for (let i = 0; i < 50; i++) t.equal(await ask(token({}, { kid: `k${i}` })), 'issuer_unavailable')
  t.equal(net.count(JWKS), 1)
})

t.test('attempts at a JWKS that fails come at growing intervals, and its recovery is noticed', async t => {
  const { ask, token, net, publish, key } = makeScene()
  net.off(JWKS)
  for (let i = 0; i < 600; i++) {
    await ask(token({ exp: UNTIL }))
    net.advance(0.1)
  }
  const attempts = net.count(JWKS)
  t.ok(attempts >= 8 && attempts <= 20, `${attempts} attempts in a minute`)
  publish(key)
  net.advance(10)
  t.equal(await ask(token()), 'ok')
})

t.test('a key that appears after the set was loaded is found at once, and the next one after the cooldown', async t => {
  const { ask, token, net, publish, key } = makeScene()
  t.equal(await ask(token()), 'ok')
  publish(key, two)
  t.equal(await ask(token({}, {}, two)), 'ok')
  t.equal(net.count(JWKS), 2)
  const three = makeKey('ES256', 'three')
  publish(two, three)
  t.equal(await ask(token({}, {}, three)), 'key_unknown')
  t.equal(net.count(JWKS), 2)
  net.advance(30)
  t.equal(await ask(token({}, {}, three)), 'ok')
  t.equal(await ask(token()), 'key_unknown', 'the first key is gone')
})

t.test('a key that stays unknown is asked for less and less often', async t => {
  const { ask, token, net } = makeScene({ jwks: { maxAge: '24h' } })
  await ask(token())
  for (let i = 0; i < 600; i++) {
    t.equal(await ask(token({ exp: UNTIL }, { kid: 'late' })), 'key_unknown')
    net.advance(1)
  }
  t.equal(net.count(JWKS), 1 + 5, 'after 0, 30, 90, 210 and 450 seconds')
})

t.test('unknown kids are remembered in bounded memory', async t => {
  const kids = new UnknownKids(30, 600)
  for (let i = 0; i < 5000; i++) kids.add('ES256', `k${i}`, 0)
  t.equal(kids.size, 1000)
  t.ok(kids.has('ES256', 'k4999', 29))
  t.notOk(kids.has('ES256', 'k4999', 30))
  t.notOk(kids.has('ES256', 'k0', 1))
  t.notOk(kids.has('RS256', 'k4999', 1))
  kids.add('ES256', undefined, 0)
  t.ok(kids.has('ES256', undefined, 1))
})

t.test('keys are refreshed ahead of their expiry, behind the request that notices', async t => {
  const { ask, token, net } = makeScene({ jwks: { maxAge: 100 } })
  const long = token({ exp: UNTIL })
  await ask(long)
  net.advance(79)
  await ask(long)
  t.equal(net.count(JWKS), 1)
  net.advance(1)
  t.equal(await ask(long), 'ok')
  t.equal(net.count(JWKS), 2)
})

t.test('a verdict that is remembered falls with the removal of its key, at the latest after maxAge', async t => {
  const { ask, token, net, publish } = makeScene({ jwks: { maxAge: 100 } })
  const jwt = token({ exp: UNTIL })
  t.equal(await ask(jwt), 'ok')
  publish(two)
  net.advance(79)
  t.equal(await ask(jwt), 'ok')
  net.advance(21)
  t.equal(await ask(jwt), 'key_unknown')
})

t.test('a set without keys is an issuer that withdrew them, and does not get around the cooldown', async t => {
  const { ask, token, net, publish, key } = makeScene({ jwks: { maxAge: 100 } })
  const jwt = token({ exp: UNTIL })
  t.equal(await ask(jwt), 'ok')
  publish()
  net.advance(100)
  for (let i = 0; i < 20; i++) t.equal(await ask(jwt), 'key_unknown')
  t.equal(net.count(JWKS), 3)
  publish(key)
  net.advance(30)
  t.equal(await ask(jwt), 'ok')
})

t.test('with the JWKS gone, known keys go on for staleIfError and not a second longer', async t => {
  const { ask, token, net, verifier } = makeScene({ jwks: { maxAge: 100, staleIfError: 1000 } })
  const jwt = token({ exp: UNTIL })
  t.equal(await ask(jwt), 'ok')
  net.off(JWKS)
  for (const age of [100, 500, 1099]) {
    net.advance(age - (net.now() - 1_800_000_000))
    t.equal(await ask(jwt), 'ok', `remembered, at ${age} s`)
    t.equal(await ask(token({ exp: UNTIL, jti: `${age}` })), 'ok', `never seen, at ${age} s`)
    t.equal(await ask(token({}, {}, two)), 'issuer_unavailable', 'an unknown key may be a new one')
  }
  t.match(verifier.status(), [{ state: 'down', lastError: 'The JWKS endpoint could not be reached' }])
  net.advance(1)
  t.equal(await ask(jwt), 'issuer_unavailable')
  t.equal(await ask(token({ exp: UNTIL, jti: 'x' })), 'issuer_unavailable')
})

t.test('staleIfError: 0s ends with the freshness of the keys', async t => {
  const { ask, token, net } = makeScene({ jwks: { maxAge: 100, staleIfError: '0s' } })
  const jwt = token({ exp: UNTIL })
  t.equal(await ask(jwt), 'ok')
  net.off(JWKS)
  net.advance(99)
  t.equal(await ask(jwt), 'ok')
  net.advance(1)
  t.equal(await ask(jwt), 'issuer_unavailable')
})

t.test('maxAge: 0s asks for the keys each time', async t => {
  const { ask, token, net } = makeScene({ jwks: { maxAge: 0 } })
  const jwt = token()
  for (let i = 0; i < 3; i++) t.equal(await ask(jwt), 'ok')
  t.equal(net.count(JWKS), 3)
})

t.test('Cache-Control shortens the life of keys, within cooldown and maxAge', async t => {
  const cases = [
    ['max-age=60', 60],
    ['public, max-age="45"', 45],
    ['max-age=5', 30],
    ['no-store, max-age=60', 30],
    ['no-cache', 30],
    ['max-age=86400', 100],
    ['public', 100],
  ] as const
  for (const [header, life] of cases) {
    const { ask, token, net, key } = makeScene({ jwks: { maxAge: 100 } })
    net.on(JWKS, () => json({ keys: [key.jwk] }, { headers: { 'cache-control': header } }))
    const jwt = token()
    await ask(jwt)
    net.off(JWKS)
    net.advance(life * 0.8 - 0.1)
    await ask(jwt)
    t.equal(net.count(JWKS), 1, header)
    net.advance(0.2)
    await ask(jwt)
    t.equal(net.count(JWKS), 2, header)
  }
})

// KrakenD: a key cache by kid alone; get-jwks 1706a17: key poisoning.
t.test('two issuers that name their keys alike each verify with their own', async t => {
  const other = 'https://other.example.com'
  const second = { issuer: other, audience: 'https://api.example.com', jwks: { uri: `${other}/keys` } }
  const { ask, token, net } = makeScene({}, { second })
  const theirs = makeKey('ES256', 'one')
  net.on(`${other}/keys`, () => json({ keys: [theirs.jwk] }))
  t.equal(await ask(token()), 'ok')
  t.equal(await ask(token({ iss: other }, {}, theirs)), 'ok')
  t.equal(await ask(token({}, {}, theirs)), 'signature_invalid')
  t.equal(await ask(token({ iss: other })), 'signature_invalid')
  t.equal(net.count(`${other}/.well-known/openid-configuration`), 0)
})

t.test('several keys of one name, or a token that names none, are tried in turn, but not without end', async t => {
  const { ask, token, publish, key } = makeScene()
  const twins = Array.from({ length: 3 }, () => makeKey('ES256', 'one'))
  publish(...twins, key)
  t.equal(await ask(token()), 'ok')
  t.equal(await ask(token({}, { kid: undefined as never })), 'ok')
  const crowd = makeScene()
  crowd.publish(...twins, makeKey('ES256', 'one'), crowd.key)
  t.equal(await crowd.ask(crowd.token()), 'signature_invalid', 'the fifth of a name is not tried')
})

t.test('a bad answer keeps the good keys', async t => {
  const bad: readonly (() => Response)[] = [
    () => new Response('<html>'),
    () => json({ keys: {} }),
    () => json([]),
    () => json({ keys: Array.from({ length: 101 }, () => ({})) }),
    () => json({ keys: [], pad: 'x'.repeat(300_000) }),
    () => json({}, { status: 500 }),
    () => new Response(null, { status: 302, headers: { location: INTROSPECT } }),
  ]
  for (const reply of bad) {
    const { ask, token, net } = makeScene({ jwks: { maxAge: 100 }, introspection: CLIENT })
    await ask(token())
    net.on(JWKS, reply)
    net.advance(100)
    t.equal(await ask(token()), 'ok')
    t.equal(net.count(INTROSPECT), 0, 'a redirect is not followed')
  }
})

t.test('a JWKS is read whatever its Content-Type, and what is no usable key in it is left out', async t => {
  const { ask, token, net, key } = makeScene()
  const junk = [null, 1, 'a', [], {}, { kty: 'RSA', kid: 'one' }, { kty: 'oct', kid: 'one', k: 'AAAA' }]
  const body = JSON.stringify({ keys: [...junk, key.jwk] })
  net.on(JWKS, () => new Response(body, { headers: { 'content-type': 'text/html' } }))
  t.equal(await ask(token()), 'ok')
})

t.test('keys that are written in the configuration need no network', async t => {
  const { jwk } = two
  const { ask, token, net } = makeScene({ discovery: false, jwks: { keys: [jwk] } })
  t.equal(await ask(token({}, {}, two)), 'ok')
  t.equal(await ask(token({}, {}, two)), 'ok')
  t.equal(await ask(token({ iss: ISSUER }, { kid: 'other' }, two)), 'key_unknown')
  t.equal(net.calls.length, 0)
})

t.test('a private certificate authority is handed to every question', async t => {
  const ca = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
  const { ask, token } = makeScene({ ca })
  t.equal(await ask(token()), 'ok')
})

t.test('a search for a key goes past the caches on the way; a load and a refresh do not', async t => {
  const { ask, token, net, publish, key } = makeScene({ jwks: { maxAge: 100 } })
  const asksForNews = () => net.calls.filter(({ url }) => url === JWKS).map(({ headers }) => headers['cache-control'])
  await ask(token())
  net.advance(80)
  await ask(token({ exp: UNTIL }))
  t.same(asksForNews(), [undefined, undefined])
  await new Promise(resolve => setImmediate(resolve))
  publish(key, two)
  t.equal(await ask(token({}, {}, two)), 'ok')
  t.same(asksForNews(), [undefined, undefined, 'no-cache'])
})

t.test('where a cache answered without the key the issuer is asked, once', async t => {
  for (const [age, requests] of [
    ['2', 2],
    ['0', 1],
    ['', 1],
    ['old', 1],
  ] as const) {
    const { ask, token, net, key } = makeScene({ jwks: { cooldown: 0 } })
    net.on(JWKS, ({ headers }) => {
      const isNews = headers['cache-control'] === 'no-cache'
      return json({ keys: [(isNews ? two : key).jwk] }, { headers: { age } })
    })
    const codes = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(token({ jti: `${i}` }, {}, two))))
    t.same([...new Set(codes)], [requests === 2 ? 'ok' : 'key_unknown'], `Age: ${age}`)
    t.equal(net.count(JWKS), requests, `Age: ${age}`)
  }
  const { ask, token, net, key } = makeScene({ jwks: { cooldown: 0 } })
  net.on(JWKS, () => json({ keys: [key.jwk] }, { headers: { age: '2' } }))
  t.equal(await ask(token({}, {}, two)), 'key_unknown', 'a cache that answers all the same')
  t.equal(net.count(JWKS), 2)
})

t.test('a search that joins a refresh, which a cache answers without the key, goes on', async t => {
  const { ask, token, net, key } = makeScene({ jwks: { maxAge: 100 } })
  await ask(token())
  net.on(JWKS, ({ headers }) =>
    headers['cache-control'] === 'no-cache'
      ? json({ keys: [key.jwk, two.jwk] })
      : json({ keys: [key.jwk] }, { headers: { age: '9' } }),
  )
  net.advance(80)
  const refreshing = ask(token({ exp: UNTIL }))
  t.equal(await ask(token({}, {}, two)), 'ok')
  t.equal(await refreshing, 'ok')
  t.equal(net.count(JWKS), 3)
})
