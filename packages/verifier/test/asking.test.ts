import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { json, signToken } from '@gatehouse/testkit'
import t from 'tap'
import { createVerifier } from '../src/index.ts'
import { API, bearer, CLIENT, codeOf, DISCOVERY, INTROSPECT, ISSUER, JWKS, makeScene } from './scene.ts'

t.test('a signed answer is verified with the issuer’s own keys, end to end', async t => {
  const { ask, net, key, publish } = makeScene({ tokens: 'opaque', introspection: { ...CLIENT, accept: 'jwt' } })
  const answer = (token_introspection: object) => () =>
    new Response(
      signToken(
        key,
        { iss: ISSUER, aud: 'gateway', iat: net.now(), token_introspection: { ...token_introspection } },
        { typ: 'token-introspection+jwt' },
      ),
      { headers: { 'content-type': 'application/token-introspection+jwt' } },
    )
  net.on(INTROSPECT, answer({ active: true, sub: 'alice', aud: API }))
  t.equal(await ask('one'), 'ok')
  t.equal(net.calls.find(({ url }) => url === INTROSPECT)?.headers.accept, 'application/token-introspection+jwt')
  net.on(INTROSPECT, answer({ active: false }))
  t.equal(await ask('two'), 'token_inactive')
  net.on(INTROSPECT, () => json({ active: false }))
  t.equal(await ask('three'), 'issuer_unavailable', 'in the open')
  publish()
  net.advance(700)
  net.on(INTROSPECT, answer({ active: true, sub: 'alice', aud: API }))
  t.equal(await ask('four'), 'issuer_unavailable', 'by a key that was withdrawn')
})

t.test('tokens of the gateway’s own and claims about users come from where discovery says', async t => {
  const { verifier, net } = makeScene({ introspection: CLIENT })
  const [token, userinfo] = [`${ISSUER}/token`, `${ISSUER}/userinfo`]
  const endpoints = { token_endpoint: token, userinfo_endpoint: userinfo }
  net.on(DISCOVERY, () => json({ issuer: ISSUER, jwks_uri: JWKS, ...endpoints }))
  net.on(token, () => json({ access_token: 'own', token_type: 'Bearer', expires_in: 60 }))
  net.on(userinfo, () => json({ sub: 'alice', email: 'alice@example.com' }))
  t.match(await verifier.tokens('main').obtain(), { ok: true, value: { accessToken: 'own' } })
  t.match(await verifier.userinfo('main').find('abc', 'alice'), { ok: true, value: { email: 'alice@example.com' } })
  t.equal(verifier.tokens('main'), verifier.tokens('main'), 'one for each issuer')
  t.throws(() => verifier.tokens('nobody'), TypeError)
  t.throws(() => verifier.userinfo('nobody'), TypeError)
  const without = makeScene()
  t.throws(() => without.verifier.tokens('main'), /issuers\.main\.introspection\.client: has no credentials/)
  t.match(await without.verifier.userinfo('main').find('abc', 'alice'), {
    ok: false,
    rejection: { code: 'issuer_unavailable', cause: 'The discovery document has no userinfo_endpoint' },
  })
})

t.test('an endpoint of discovery that is not safe is none, and spoils no other', async t => {
  const { verifier, ask, token, net } = makeScene({ introspection: CLIENT })
  net.on(DISCOVERY, () => json({ issuer: ISSUER, jwks_uri: JWKS, token_endpoint: 'http://evil.example.com' }))
  t.equal(await ask(token()), 'ok')
  t.equal(codeOf(await verifier.tokens('main').obtain()), 'issuer_unavailable')
})

const cert = readFileSync(`${import.meta.dirname}/fixtures/localhost.cert.pem`, 'utf8')
const key = readFileSync(`${import.meta.dirname}/fixtures/localhost.key.pem`, 'utf8')

t.test('a client certificate is shown on the wire, at the endpoint that asks for one (RFC 8705 section 5)', async t => {
  const shown: (string | undefined)[] = []
  const server = createServer(
    { cert, key, ca: cert, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const { socket, url } = request
      const own = `https://localhost:${(server.address() as AddressInfo).port}`
      if (url === '/.well-known/openid-configuration') {
        const aliases = { introspection_endpoint: `${own}/mtls` }
        const document = { issuer: own, introspection_endpoint: `${own}/plain`, mtls_endpoint_aliases: aliases }
        return response.end(JSON.stringify(document))
      }
      const { authorized } = socket as unknown as { authorized: boolean }
      shown.push(`${url} ${authorized}`)
      return response.end(JSON.stringify({ active: true, sub: 'alice', aud: API }))
    },
  )
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}`
  const client = { id: 'gateway', auth: 'tls_client_auth', cert, key } as const
  const verifier = createVerifier({
    issuers: { main: { issuer, audience: API, ca: cert, tokens: 'opaque', introspection: { client } } },
  })
  t.match(await verifier.authenticate(bearer('opaque'), verifier.policy({})), { ok: true })
  t.same(shown, ['/mtls true'])
})
