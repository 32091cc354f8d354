import { once } from 'node:events'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { rawRequest, recordingUpstream } from '@gatehouse/testkit'
import Fastify from 'fastify'
import t from 'tap'
import gateway from '../src/index.ts'
import { cert, key } from './certificate.ts'
import { ask, issuers, mint, openWorld } from './world.ts'

const routes = [{ path: '/*', upstream: 'api', auth: 'public' }] as const

t.test('an upstream with a private certificate is reached with its ca, and not without', async t => {
  const server = createServer({ cert, key }, (_request, response) => response.end('private')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  const trusting = await openWorld({ routes, upstreams: { api: { url, ca: cert } } })
  const wary = await openWorld({ routes, upstreams: { api: { url } } })
  t.teardown(async () => {
    await trusting.close()
    await wary.close()
    server.closeAllConnections()
    server.close()
  })
  t.match(await rawRequest(trusting.port, ask('GET', '/')), { status: 200, body: /private/ })
  t.match(await rawRequest(wary.port, ask('GET', '/')), { status: 502, body: /upstream_unreachable/ })
})

t.test('a server with TLS tells its scheme, and shows the verifier the certificate of the client', async t => {
  const upstream = await recordingUpstream()
  const app = Fastify({ https: { cert, key, requestCert: true, rejectUnauthorized: false } })
  await app.register(gateway, {
    issuers,
    upstreams: { api: { url: upstream.url } },
    routes: [{ path: '/*', upstream: 'api', auth: {} }],
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    await app.close()
    await upstream.close()
  })
  const get = (token: string, options: object) =>
    new Promise<{ status: number | undefined; code?: string }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, connection: 'close' }
      const outgoing = request(url, { ca: cert, headers, agent: false, ...options }, incoming => {
        let body = ''
        incoming.on('data', chunk => {
          body += chunk
        })
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode, code: body.startsWith('{') ? JSON.parse(body).code : '' }),
        )
      })
      outgoing.on('error', reject)
      outgoing.end()
    })
  t.match(await get(mint(), {}), { status: 200 })
  t.match(upstream.seen.at(-1)?.headers, { 'x-forwarded-proto': 'https' })
  const bound = mint({ cnf: { 'x5t#S256': 'A'.repeat(43) } })
  t.match(await get(bound, {}), { status: 401, code: 'certificate_missing' })
  t.match(await get(bound, { cert, key }), { status: 401, code: 'certificate_mismatch' })
})
