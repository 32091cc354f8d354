import { json } from '@gatehouse/testkit'
import t from 'tap'
import { documentUrls } from '../../src/issuer/discovery.ts'
import { API, CLIENT, codeOf, DISCOVERY, INTROSPECT, ISSUER, JWKS, makeScene } from '../scene.ts'

const OAUTH = `${ISSUER}/.well-known/oauth-authorization-server`
const DOCUMENT = { issuer: ISSUER, jwks_uri: JWKS }

t.test('OpenID Connect appends its path to the issuer’s, RFC 8414 inserts its own', async t => {
  t.strictSame(documentUrls('https://a.example'), [
    'https://a.example/.well-known/openid-configuration',
    'https://a.example/.well-known/oauth-authorization-server',
  ])
  t.strictSame(documentUrls('https://a.example:8443/tenant/one'), [
    'https://a.example:8443/tenant/one/.well-known/openid-configuration',
    'https://a.example:8443/.well-known/oauth-authorization-server/tenant/one',
  ])
  t.strictSame(documentUrls('https://a.example/tenant/'), [
    'https://a.example/tenant/.well-known/openid-configuration',
    'https://a.example/.well-known/oauth-authorization-server/tenant',
  ])
})

t.test('RFC 8414 is tried where OpenID Connect discovery has nothing usable', async t => {
  const useless: readonly (() => Response)[] = [
    () => new Response('not found', { status: 404 }),
    () => new Response('<html>'),
    () => json({ issuer: 'https://evil.example.com', jwks_uri: JWKS }),
    () => json({ issuer: `${ISSUER}/`, jwks_uri: JWKS }),
    () => json([DOCUMENT]),
    () => new Response(null, { status: 301, headers: { location: OAUTH } }),
  ]
  for (const reply of useless) {
    const { ask, token, net } = makeScene()
    net.on(DISCOVERY, reply)
    net.on(OAUTH, () => json(DOCUMENT))
    t.equal(await ask(token()), 'ok')
    t.equal(net.count(OAUTH), 1)
  }
})

t.test('a document that names another issuer, or an endpoint that is not safe, is not believed', async t => {
  const cases = [
    [{ issuer: 'https://evil.example.com' }, 'The issuer in the discovery document is not the configured one'],
    [{ issuer: undefined }, 'The issuer in the discovery document is not the configured one'],
    [{ jwks_uri: 'http://login.example.com/keys' }, 'An endpoint in the discovery document is not an https URL'],
    [{ jwks_uri: 'file:///etc/keys' }, 'An endpoint in the discovery document is not an https URL'],
    [{ jwks_uri: '/keys' }, 'An endpoint in the discovery document is not an https URL'],
    [{ jwks_uri: ['a'] }, 'An endpoint in the discovery document is not an https URL'],
    [{ introspection_endpoint: 'https://a:b@c.example' }, 'An endpoint in the discovery document is not an https URL'],
    [{ jwks_uri: undefined }, 'The discovery document has no jwks_uri'],
  ] as const
  for (const [change, cause] of cases) {
    const { ask, token, net, verifier } = makeScene()
    net.on(DISCOVERY, () => json({ ...DOCUMENT, ...change }))
    t.equal(await ask(token()), 'issuer_unavailable')
    t.match(verifier.status(), [{ state: 'down', lastError: cause }])
    t.equal(net.count(JWKS), 0)
  }
})

t.test('http endpoints are believed on loopback, and elsewhere only with allowInsecureHttp', async t => {
  const issuer = 'http://127.0.0.1:4010'
  const loopback = makeScene({ issuer })
  const document = { issuer, jwks_uri: `${issuer}/jwks` }
  loopback.net.on(`${issuer}/.well-known/openid-configuration`, () => json(document))
  loopback.net.on(`${issuer}/jwks`, () => json({ keys: [loopback.key.jwk] }))
  t.equal(await loopback.ask(loopback.token({ iss: issuer })), 'ok')
  const loose = makeScene({ allowInsecureHttp: true })
  loose.net.on(DISCOVERY, () => json({ ...DOCUMENT, jwks_uri: 'http://login.example.com/keys' }))
  loose.net.on('http://login.example.com/keys', () => json({ keys: [loose.key.jwk] }))
  t.equal(await loose.ask(loose.token()), 'ok')
})

t.test('JWTs and opaque tokens share one discovery', async t => {
  const { ask, token, net } = makeScene({ introspection: CLIENT })
  net.on(INTROSPECT, () => json({ active: true, aud: API }))
  t.strictSame(await Promise.all([ask(token()), ask('opaque')]), ['ok', 'ok'])
  t.equal(net.count(DISCOVERY), 1)
})

t.test('endpoints that are written out cause no discovery', async t => {
  const introspection = { ...CLIENT, endpoint: INTROSPECT }
  const { ask, token, net } = makeScene({ discovery: false, jwks: { uri: JWKS }, introspection })
  net.on(INTROSPECT, () => json({ active: true, aud: API }))
  t.strictSame(await Promise.all([ask(token()), ask('opaque')]), ['ok', 'ok'])
  t.equal(net.count(DISCOVERY), 0)
})

t.test(
  'discovery that fails is not repeated for every request, and the second document not asked of a dead host',
  async t => {
    const { ask, token, net } = makeScene()
    net.off(DISCOVERY)
    const codes = await Promise.all(Array.from({ length: 20 }, () => ask(token())))
    for (let i = 0; i < 20; i++) codes.push(await ask(token()))
    t.ok(codes.every(code => code === 'issuer_unavailable'))
    t.equal(net.count(DISCOVERY), 1)
    t.equal(net.count(OAUTH), 0)
  },
)

t.test('a document is asked for again after an hour, and the old one kept while that fails', async t => {
  const { ask, token, net, key } = makeScene()
  await ask(token())
  net.advance(3601)
  net.off(DISCOVERY)
  t.equal(await ask(token()), 'ok')
  t.equal(net.count(DISCOVERY), 2)
  net.on(DISCOVERY, () => json({ ...DOCUMENT, jwks_uri: `${ISSUER}/moved` }))
  net.on(`${ISSUER}/moved`, () => json({ keys: [key.jwk] }))
  net.off(JWKS)
  net.advance(1200)
  t.equal(await ask(token()), 'ok', 'the old place, stale')
  net.advance(600)
  t.equal(await ask(token()), 'ok')
  t.equal(net.count(`${ISSUER}/moved`), 1)
})

t.test('a document that lacks what is needed is not kept for an hour, and not asked for by every request', async t => {
  for (const [options, lacking] of [
    [{}, { jwks_uri: undefined }],
    [{ tokens: 'opaque', introspection: CLIENT }, { introspection_endpoint: undefined }],
  ] as const) {
    const { ask, token, net } = makeScene(options)
    const credential = 'tokens' in options ? 'opaque-token' : token()
    const document = { ...DOCUMENT, introspection_endpoint: INTROSPECT }
    net.on(DISCOVERY, () => json({ ...document, ...lacking }))
    net.on(INTROSPECT, () => json({ active: true, sub: 'alice', aud: API }))
    for (let i = 0; i < 8; i++) t.equal(await ask(credential), 'issuer_unavailable')
    t.equal(net.count(DISCOVERY), 1)
    net.advance(1)
    t.same(await Promise.all([ask(credential), ask(credential)]), ['issuer_unavailable', 'issuer_unavailable'])
    t.equal(net.count(DISCOVERY), 2)
    net.on(DISCOVERY, () => json(document))
    net.advance(10)
    t.equal(await ask(credential), 'ok')
    t.equal(net.count(DISCOVERY), 3)
  }
})

t.test('an issuer that never answers is given up at the deadline', async t => {
  const { verifier, net, token, policy } = makeScene({ jwks: { timeout: '20ms' } })
  net.on(DISCOVERY, () => new Promise<Response>(() => undefined))
  const inbound = { method: 'GET', target: '/', rawHeaders: ['authorization', `Bearer ${token()}`] }
  t.equal(codeOf(await verifier.authenticate(inbound, policy)), 'issuer_unavailable')
  t.match(verifier.status(), [{ lastError: 'Discovery did not answer in time' }])
})
