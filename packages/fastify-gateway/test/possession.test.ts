import { createHash, X509Certificate } from 'node:crypto'
import { request } from 'node:https'
import { rootCertificates } from 'node:tls'
import type { JsonObject } from '@gatehouse/protocol'
import { makeKey, rawRequest, recordingUpstream, signToken } from '@gatehouse/testkit'
import Fastify from 'fastify'
import t from 'tap'
import { parseCertificate } from '../src/certificate.ts'
import gateway, { checkGateway, type GatewayOptions } from '../src/index.ts'
import { cert, key } from './certificate.ts'
import { ask, bearer, issuers, mint, openWorld } from './world.ts'

const holder = makeKey('ES256', 'holder')
const { crv, kty, x, y } = holder.jwk
const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
const bound = mint({ cnf: { jkt } })
const ath = createHash('sha256').update(bound).digest('base64url')
let proofs = 0

/** A proof for GET of a URL, now and by the right key unless claims say otherwise. */
function prove(htu: string, claims: JsonObject = {}): string {
  proofs += 1
  const iat = Math.floor(Date.now() / 1000)
  return signToken(
    holder,
    { jti: `proof-${proofs}`, htm: 'GET', htu, iat, ath, ...claims },
    { typ: 'dpop+jwt', jwk: { crv: crv ?? '', kty, x: x ?? '', y: y ?? '' } },
  )
}

const routes = [{ path: '/*', upstream: 'api', auth: { proof: 'dpop' } }] as const
const dpop = (proof: string): string[] => [`Authorization: DPoP ${bound}`, `DPoP: ${proof}`]

t.test('a DPoP proof names the URL that the client sees', async t => {
  await t.test('which is the listener unless told otherwise', async t => {
    const world = await openWorld({ routes })
    t.teardown(world.close)
    const origin = `http://127.0.0.1:${world.port}`
    t.equal((await rawRequest(world.port, ask('GET', '/a?b', dpop(prove(`${origin}/a`))))).status, 200)
    const { headers } = world.upstream.seen[0] ?? {}
    t.match(headers, { dpop: undefined, authorization: undefined, 'x-gatehouse-subject': 'alice' })
    const elsewhere = await rawRequest(world.port, ask('GET', '/a', dpop(prove('https://api.example.com/a'))))
    t.match(elsewhere, { status: 401, body: /proof_invalid/, headers: { 'www-authenticate': /^DPoP .*algs=/ } })
  })

  await t.test('or publicUrl, with the prefix under which the gateway is', async t => {
    const world = await openWorld({ routes, publicUrl: 'https://api.example.com', prefix: '/api' })
    t.teardown(world.close)
    const right = await rawRequest(world.port, ask('GET', '/api/a', dpop(prove('https://api.example.com/api/a'))))
    t.equal(right.status, 200)
    const wrong = await rawRequest(world.port, ask('GET', '/api/a', dpop(prove('https://api.example.com/a'))))
    t.equal(wrong.status, 401)
  })

  await t.test('and is nowhere before the server listens', async t => {
    const app = Fastify()
    t.teardown(() => app.close())
    await app.register(gateway, { issuers, upstreams: { api: { url: 'http://127.0.0.1:1' } }, routes })
    const headers = { authorization: `DPoP ${bound}`, dpop: prove('http://localhost:80/a'), host: 'localhost:80' }
    t.match((await app.inject({ url: '/a', headers })).json(), { code: 'proof_invalid' })
  })
})

t.test('a client whose clock is off is given a nonce, and used proofs are refused', async t => {
  const world = await openWorld({ routes })
  t.teardown(world.close)
  const url = `http://127.0.0.1:${world.port}/a`
  const send = (proof: string) => rawRequest(world.port, ask('GET', '/a', dpop(proof)))
  const late = { iat: Math.floor(Date.now() / 1000) - 3600 }
  const refused = await send(prove(url, late))
  t.match(refused, { status: 401, headers: { 'www-authenticate': /error="use_dpop_nonce"/, 'dpop-nonce': /^.{16,}$/ } })
  const proof = prove(url, { ...late, nonce: refused.headers['dpop-nonce'] ?? '' })
  t.equal((await send(proof)).status, 200)
  t.match(await send(proof), { status: 401, body: /proof_replayed/, headers: { 'dpop-nonce': undefined } })
})

t.test('proof: dpop behind proxies needs publicUrl', async t => {
  const options = { issuers, upstreams: { api: { url: 'http://127.0.0.1:1' } }, routes, trustedProxies: ['10.0.0.1'] }
  t.match(checkGateway(options).problems, [{ path: 'routes[0].auth.proof', message: /^needs publicUrl/ }])
  t.same(checkGateway({ ...options, publicUrl: 'https://api.example.com' }).problems, [])
  t.same(checkGateway({ ...options, trustedProxies: [] }).problems, [])
})

const der = new X509Certificate(cert).raw
const thumbprint = createHash('sha256').update(der).digest('base64url')
const escaped = encodeURIComponent(cert)
const base64 = der.toString('base64')
const holding = mint({ cnf: { 'x5t#S256': thumbprint } })

t.test('a certificate in a header', async t => {
  await t.test('is read in the forms that proxies write', async t => {
    const forms = [
      `:${base64}:`,
      escaped,
      cert.replaceAll('\n', ' '),
      `Cert="${escaped}"`,
      `By=spiffe://a;Hash=abc;Cert="${escaped}";Subject="CN=a,O=\\"b;c\\"";URI=`,
    ]
    for (const form of forms) t.same(parseCertificate(form), der, form.slice(0, 20))
    const others = [
      '',
      base64,
      `:${base64}`,
      `:${base64.slice(0, 100)}:`,
      '::',
      escaped.replace('CERTIFICATE', 'PRIVATE%20KEY'),
      '-----BEGIN%20CERTIFICATE-----%zz',
      '-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----',
      `Cert="${escaped}",Cert="${escaped}"`,
      `Cert="${escaped}";Cert="${escaped}"`,
      `Subject="Cert=${escaped}"`,
      'Cert=',
      `Cert=""1;Cert="${escaped}"`,
    ]
    for (const other of others) t.equal(parseCertificate(other), undefined, other.slice(0, 40))
  })

  await t.test('of two blocks of PEM, as a proxy makes of two headers, neither is chosen', async t => {
    const [other = ''] = rootCertificates
    for (const joined of [`${escaped},${escaped}`, `${escaped}, ${encodeURIComponent(other)}`, `${cert}${other}`]) {
      t.equal(parseCertificate(joined.replaceAll('\n', ' ')), undefined)
    }
    t.equal(parseCertificate(`${escaped},`), undefined, 'nor is one with anything after it')
    t.equal(parseCertificate(`Cert="${escaped}${escaped}"`), undefined)
  })

  const world = (more: Partial<GatewayOptions>) =>
    openWorld({ routes: [{ path: '/*', upstream: 'api', auth: {} }], ...more })

  await t.test('counts from a trusted proxy, said once', async t => {
    const { port, upstream, close } = await world({
      trustedProxies: ['127.0.0.1'],
      clientCertificateHeader: 'Client-Cert',
    })
    t.teardown(close)
    const send = (...headers: string[]) => rawRequest(port, ask('GET', '/', [bearer(holding), ...headers]))
    t.equal((await send(`client-cert: :${base64}:`)).status, 200)
    t.equal(upstream.seen[0]?.headers['client-cert'], `:${base64}:`, 'the upstream may want it too')
    t.match(await send(), { status: 401, body: /certificate_missing/ })
    t.match(await send('client-cert: nonsense'), { body: /certificate_missing/ })
    t.match(await send(`client-cert: :${base64}:`, `Client-Cert: :${base64}:`), { body: /certificate_missing/ })
    const other = new X509Certificate(rootCertificates[0] ?? '').raw.toString('base64')
    t.match(await send(`client-cert: :${other}:`), { body: /certificate_mismatch/ })
  })

  await t.test('from anybody else is neither believed nor passed on, whatever its name', async t => {
    const { port, upstream, close } = await world({
      trustedProxies: ['10.0.0.1'],
      clientCertificateHeader: 'x-peer-cert',
    })
    t.teardown(close)
    const forged = [
      `X-Peer-Cert: :${base64}:`,
      `Client-Cert: :${base64}:`,
      `Client_Cert_Chain: :${base64}:`,
      `ssl-client-cert: ${escaped}`,
      `X-SSL-Cert: ${escaped}`,
      `X-SSL-Client-Verify: SUCCESS`,
      `X-Forwarded-Client-Cert: Cert="${escaped}"`,
    ]
    t.match(await rawRequest(port, ask('GET', '/', [bearer(holding), ...forged])), { body: /certificate_missing/ })
    t.equal((await rawRequest(port, ask('GET', '/', [bearer(mint()), ...forged]))).status, 200)
    t.notMatch(JSON.stringify(upstream.seen[0]?.rawHeaders), /cert|SUCCESS/i)
  })

  await t.test('needs somebody who is trusted', async t => {
    const options = { issuers, upstreams: { api: { url: 'http://127.0.0.1:1' } }, routes: [] as unknown }
    options.routes = [{ path: '/*', upstream: 'api', auth: {} }]
    const check = (more: object) => checkGateway({ ...options, ...more }).problems
    t.match(check({ clientCertificateHeader: 'client-cert' }), [{ path: 'clientCertificateHeader' }])
    t.match(check({ clientCertificateHeader: 'a b', trustedProxies: ['::1'] }), [{ path: 'clientCertificateHeader' }])
    t.match(check({ clientCertificateHeader: 'Cookie', trustedProxies: ['::1'] }), [{ message: 'has another meaning' }])
    t.same(check({ clientCertificateHeader: 'client-cert', trustedProxies: ['::1'] }), [])
  })
})

t.test('where the server names authorities, a certificate of another one does not count', async t => {
  const upstream = await recordingUpstream()
  t.teardown(upstream.close)
  const statuses = []
  for (const ca of [cert, rootCertificates[0] ?? '']) {
    const app = Fastify({ https: { cert, key, ca, requestCert: true, rejectUnauthorized: false } })
    await app.register(gateway, {
      issuers,
      upstreams: { api: { url: upstream.url } },
      routes: [{ path: '/*', upstream: 'api', auth: {} }],
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const headers = { authorization: `Bearer ${holding}`, connection: 'close' }
    statuses.push(
      await new Promise((resolve, reject) => {
        const outgoing = request(url, { ca: cert, cert, key, headers, agent: false }, incoming => {
          incoming.resume()
          resolve(incoming.statusCode)
        })
        outgoing.on('error', reject)
        outgoing.end()
      }),
    )
    await app.close()
  }
  t.same(statuses, [200, 401])
})
