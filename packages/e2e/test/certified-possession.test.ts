import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:https'
import gateway, { type GatewayOptions } from '@gatehouse/fastify-gateway'
import { recordingUpstream } from '@gatehouse/testkit'
import Fastify, { type FastifyInstance } from 'fastify'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { type Certificate, makeCertificate } from '../src/certificates.ts'
import { GATEWAY, JWT_API, OPAQUE_API, startCertifiedProvider } from '../src/certified.ts'
import { LOGGED, openApp, refuseLeaks } from '../src/ledger.ts'
import { freePort } from '../src/processes.ts'

type Provider = Awaited<ReturnType<typeof startCertifiedProvider>>

const APIS = [
  ['JWT', JWT_API, '/jwt/1'],
  ['opaque', OPAQUE_API, '/opaque/1'],
] as const

const options = (provider: Provider, upstream: string, publicUrl: string): GatewayOptions => ({
  publicUrl,
  issuers: {
    certified: {
      issuer: provider.issuer,
      audience: [JWT_API, OPAQUE_API],
      tokens: 'either',
      introspection: { client: { id: GATEWAY.id, secret: GATEWAY.secret }, accept: 'jwt' },
    },
  },
  upstreams: { orders: { url: upstream } },
  routes: [
    { path: '/jwt/*', upstream: 'orders', auth: { audience: [JWT_API] } },
    { path: '/opaque/*', upstream: 'orders', auth: { audience: [OPAQUE_API] } },
  ],
})

async function startPlayers(
  t: Test,
): Promise<{ provider: Provider; upstream: Awaited<ReturnType<typeof recordingUpstream>> }> {
  const provider = await startCertifiedProvider()
  const upstream = await recordingUpstream()
  t.teardown(() => Promise.all([upstream.close(), provider.close()]))
  return { provider, upstream }
}

/** A proof by jose alone (RFC 9449 section 4.2). */
async function makeProver(): Promise<(htm: string, htu: string, token?: string) => Promise<string>> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  await calculateJwkThumbprint(jwk)
  return (htm, htu, token) => {
    const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') }
    return new SignJWT({ htm, htu, jti: crypto.randomUUID(), ...ath })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setIssuedAt()
      .sign(privateKey)
  }
}

t.test("a certified provider's DPoP-bound tokens pass with a proof and fail without", async t => {
  const { provider, upstream } = await startPlayers(t)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const app = openApp(t)
  await app.register(gateway, options(provider, upstream.url, url))
  await app.listen({ port, host: '127.0.0.1' })
  const codeOf = async (path: string, headers: Record<string, string>): Promise<string> => {
    const response = await fetch(`${url}${path}`, { headers })
    return response.status === 200 ? 'accepted' : ((await response.json()) as { code: string }).code
  }
  for (const [kind, api, path] of APIS) {
    const prove = await makeProver()
    const token = await provider.clientCredentials(api, 'orders:read', {
      dpop: await prove('POST', `${provider.issuer}/token`),
    })
    const authorization = `DPoP ${token}`
    const dpop = await prove('GET', `${url}${path}`, token)
    t.equal(await codeOf(path, { authorization, dpop }), 'accepted', `${kind}: a proof of this request`)
    t.equal(await codeOf(path, { authorization, dpop }), 'proof_replayed', `${kind}: the same proof again`)
    t.equal(await codeOf(path, { authorization }), 'proof_missing', `${kind}: no proof`)
    t.equal(
      await codeOf(path, { authorization: `Bearer ${token}` }),
      'proof_missing',
      `${kind}: as a plain bearer token`,
    )
    const elsewhere = await prove('GET', `${url}/other`, token)
    t.equal(
      await codeOf(path, { authorization, dpop: elsewhere }),
      'proof_invalid',
      `${kind}: a proof of another request`,
    )
    const stranger = await (await makeProver())('GET', `${url}${path}`, token)
    t.equal(await codeOf(path, { authorization, dpop: stranger }), 'proof_invalid', `${kind}: a proof by another key`)
  }
  t.equal(upstream.seen.length, 2)
  t.notOk(upstream.seen.some(seen => 'dpop' in seen.headers || 'authorization' in seen.headers))
})

t.test("a certified provider's certificate-bound tokens pass over that certificate's connection only", async t => {
  const { provider, upstream } = await startPlayers(t)
  const [server, client, other] = ['gateway', 'client', 'other'].map(makeCertificate) as [
    Certificate,
    Certificate,
    Certificate,
  ]
  const app = Fastify({
    ...LOGGED,
    https: { ...server, requestCert: true, rejectUnauthorized: false, ca: [client.cert, other.cert] },
  }) as unknown as FastifyInstance
  t.teardown(async () => {
    await app.close()
    refuseLeaks()
  })
  const port = await freePort()
  await app.register(gateway, options(provider, upstream.url, `https://127.0.0.1:${port}`))
  await app.listen({ port, host: '127.0.0.1' })
  const get = async (path: string, token: string, certificate?: Certificate): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, connection: 'close' }
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      ca: server.cert,
      headers,
      agent: false,
      ...certificate,
    }).end()
    const [response] = await once(outgoing, 'response')
    let body = ''
    for await (const chunk of response) body += String(chunk)
    return response.statusCode === 200 ? 'accepted' : JSON.parse(body).code
  }
  for (const [kind, api, path] of APIS) {
    const shown = Buffer.from(client.cert).toString('base64')
    const token = await provider.clientCredentials(api, 'orders:read', {
      ...provider.bound,
      'x-test-certificate': shown,
    })
    t.equal(await get(path, token, client), 'accepted', `${kind}: over its certificate`)
    t.equal(await get(path, token), 'certificate_missing', `${kind}: without one`)
    t.equal(await get(path, token, other), 'certificate_mismatch', `${kind}: over another`)
  }
  t.equal(upstream.seen.length, 2)
})
