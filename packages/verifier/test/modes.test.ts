import { forgeToken, json, makeKey } from '@gatehouse/testkit'
import t from 'tap'
import { API, bearer, CLIENT, INTROSPECT, ISSUER, JWKS, makeScene } from './scene.ts'

// Oathkeeper CVE-2026-33496: an introspection cache keyed by the token alone.
t.test('one token string that two issuers know differently is never mixed up', async t => {
  const other = 'https://other.example.com'
  const second = {
    issuer: other,
    audience: API,
    tokens: 'opaque' as const,
    introspection: { ...CLIENT, endpoint: `${other}/introspect` },
  }
  const { ask, verifier, net } = makeScene({ tokens: 'opaque', introspection: CLIENT }, { second })
  net.on(INTROSPECT, () => json({ active: true, sub: 'alice', aud: API }))
  net.on(`${other}/introspect`, () => json({ active: false }))
  const ofMain = verifier.policy({ issuers: ['main'] })
  const ofSecond = verifier.policy({ issuers: ['second'] })
  t.equal(await ask('same', ofMain), 'ok')
  t.equal(await ask('same', ofSecond), 'token_inactive')
  t.equal(await ask('same', ofMain), 'ok')
  t.equal(await ask('same', ofSecond), 'token_inactive')
})

t.test('an opaque token is put to the issuers in the order written, and the first that knows it wins', async t => {
  const other = 'https://other.example.com'
  const second = { issuer: other, audience: API, introspection: { ...CLIENT, endpoint: `${other}/introspect` } }
  const { ask, verifier, net } = makeScene({ introspection: CLIENT }, { second })
  const both = verifier.policy({ issuers: ['second', 'main'] })
  net.on(INTROSPECT, () => json({ active: true, sub: 'alice', aud: API }))
  net.on(`${other}/introspect`, () => json({ active: false }))
  const outcome = await verifier.authenticate(bearer('a'), both)
  t.match(outcome, { ok: true, value: { issuerName: 'main' } })
  t.strictSame(
    net.calls.filter(({ method }) => method === 'POST').map(({ url }) => url),
    [`${other}/introspect`, INTROSPECT],
  )
  net.off(`${other}/introspect`)
  t.equal(await ask('b', both), 'ok', 'an issuer that is down does not hide one that knows the token')
  net.on(INTROSPECT, () => json({ active: false }))
  const unsure = await verifier.authenticate(bearer('c'), both)
  t.match(unsure, { ok: false, rejection: { code: 'issuer_unavailable', detail: { retryAfter: 1 } } })
  net.on(`${other}/introspect`, () => json({ active: true, aud: API, iss: 'https://evil.example.com' }))
  net.advance(2)
  t.equal(await ask('d', both), 'issuer_unknown', 'an answer about another issuer is told before "not active"')
})

t.test('tokens: jwt refuses what is no JWT, without asking anybody', async t => {
  const { ask, net } = makeScene({ tokens: 'jwt' })
  for (const token of ['opaque', 'a.b', 'a.b.c', 'a.b.c.d.e']) t.equal(await ask(token), 'token_malformed')
  t.equal(net.calls.length, 0)
})

t.test('tokens: opaque puts JWTs to the issuer too, whatever they say', async t => {
  const { ask, token, net } = makeScene({ tokens: 'opaque', introspection: CLIENT })
  net.on(INTROSPECT, () => json({ active: false }))
  t.equal(await ask(token()), 'token_inactive')
  t.equal(net.count(JWKS), 0)
})

t.test('tokens: either verifies JWTs here and introspects the rest', async t => {
  const { ask, token, net } = makeScene({ tokens: 'either', introspection: CLIENT })
  net.on(INTROSPECT, () => json({ active: false }))
  t.equal(await ask(token()), 'ok')
  t.equal(net.count(INTROSPECT), 0)
  t.equal(await ask('opaque'), 'token_inactive')
})

t.test('tokens: both verifies a JWT here and asks the issuer, and either may refuse', async t => {
  const { ask, token, net, verifier, policy } = makeScene({
    tokens: 'both',
    introspection: { ...CLIENT, cache: { ttl: 0, negativeTtl: 0 } },
  })
  let active = true
  net.on(INTROSPECT, () => json(active ? { active, sub: 'alice', scope: 'narrow' } : { active }))
  const jwt = token({ scope: 'wide narrow' })
  const outcome = await verifier.authenticate(bearer(jwt), policy)
  t.match(outcome, { ok: true, value: { source: 'both', scopes: ['narrow'], audience: [API] } })
  active = false
  t.equal(await ask(jwt), 'token_inactive', 'revoked after it was remembered')
  t.equal(await ask(token({}, {}, makeKey('ES256', 'one'))), 'signature_invalid')
  t.equal(net.count(INTROSPECT), 2, 'the issuer is not asked about a JWT that does not verify')
  t.equal(net.count(JWKS), 1)
})

t.test('tokens: both merges one answer once while it is remembered', async t => {
  const { token, net, verifier, policy } = makeScene({ tokens: 'both', introspection: CLIENT })
  net.on(INTROSPECT, () => json({ active: true, sub: 'alice' }))
  const jwt = token()
  const first = await verifier.authenticate(bearer(jwt), policy)
  const second = verifier.authenticate(bearer(jwt), policy)
  t.notOk(second instanceof Promise)
  t.equal(await second, first)
})

t.test('a JWT of an issuer that is not configured causes no request', async t => {
  const { ask, token, net } = makeScene({ introspection: CLIENT })
  t.equal(await ask(token({ iss: 'https://evil.example.com' })), 'issuer_unknown')
  t.equal(await ask(token({ iss: `${ISSUER}/` })), 'issuer_unknown')
  t.equal(await ask(token({ iss: [ISSUER] })), 'issuer_unknown')
  t.equal(await ask(token({ iss: null })), 'issuer_unknown')
  t.equal(net.calls.length, 0)
})

t.test(
  'a JWT that names nobody known is put to opaque issuers only, and to none if another route trusts its issuer',
  async t => {
    const endpoint = 'https://other.example.com/introspect'
    const issuer = 'https://other.example.com'
    const second = { issuer, audience: API, tokens: 'opaque' as const, introspection: { ...CLIENT, endpoint } }
    const third = { ...second, issuer: 'https://third.example.com' }
    const { ask, token, verifier, net } = makeScene({}, { second, third })
    net.on(endpoint, () => json({ active: false }))
    const route = verifier.policy({ issuers: ['second', 'third'] })
    t.equal(await ask(token(), route), 'issuer_unknown', 'main is trusted, elsewhere')
    t.equal(net.count(endpoint), 0)
    t.equal(await ask(token({ iss: issuer }), route), 'token_inactive')
    t.equal(net.count(endpoint), 1, 'the issuer that it names, and no other')
    t.equal(await ask(token({ iss: 'https://elsewhere.example.com' }), route), 'token_inactive')
    t.equal(net.count(endpoint), 3, 'both')
    t.equal(await ask(forgeToken({ alg: 'ES256' }, []), route), 'token_inactive')
    t.equal(await ask(forgeToken({ alg: 'ES256' }, []), verifier.policy({ issuers: ['main'] })), 'token_malformed')
  },
)
