import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import gateway from '@gatehouse/fastify-gateway'
import { recordingUpstream } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import { ledger, openApp } from '../src/ledger.ts'
import { API } from '../src/world.ts'

type Answer = (response: ServerResponse) => void

const text =
  (status: number, type: string, body: string): Answer =>
  response =>
    response.writeHead(status, { 'content-type': type }).end(body)

/** Ways in which a provider, or whatever stands in its place, answers wrongly. Each must be an outage and never a verdict. */
const HOSTILE: Readonly<Record<string, Answer>> = {
  'an HTML page': text(200, 'text/html', '<!doctype html><title>Sign in</title>'),
  'an empty body': text(200, 'application/json', ''),
  'a JSON array': text(200, 'application/json', '[]'),
  'a JSON string': text(200, 'application/json', '"yes"'),
  null: text(200, 'application/json', 'null'),
  'truncated JSON': text(200, 'application/json', '{"active": true, "iss": "'),
  'an object of wrong types': text(200, 'application/json', '{"issuer":7,"jwks_uri":[],"keys":"none","active":"true"}'),
  'a status 500': text(500, 'application/json', '{"error":"server_error"}'),
  'a status 404': text(404, 'text/html', 'not here'),
  'a redirect to a page that says yes': response =>
    response.writeHead(302, { location: 'data:application/json,{"active":true}' }).end(),
  'sixteen megabytes': response => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(`{"active":true,"padding":"${'x'.repeat(16 * 1024 * 1024)}"}`)
  },
  'a connection cut in the middle': response => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"active":true')
    response.socket?.destroySoon()
  },
  'invalid UTF-8': response => response.writeHead(200).end(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
}

async function startStub(t: Test, answer: (path: string) => Answer): Promise<string> {
  const server = createServer((request, response) => {
    request.resume()
    answer(request.url ?? '')(response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

for (const [name, hostile] of Object.entries(HOSTILE)) {
  t.test(`${name} from discovery, JWKS or introspection is an outage, never a verdict`, async t => {
    const upstream = await recordingUpstream()
    const app = openApp(t)
    t.teardown(() => upstream.close())
    const everywhere = await startStub(t, () => hostile)
    const introspecting = await startStub(t, () => hostile)
    const publishing = await startStub(t, path =>
      path.includes('.well-known')
        ? text(200, 'application/json', JSON.stringify({ issuer: publishing, jwks_uri: `${publishing}/jwks` }))
        : hostile,
    )
    const client = { id: 'gateway', secret: 'gateway-secret' }
    await app.register(gateway, {
      issuers: {
        everywhere: { issuer: everywhere, audience: [API], tokens: 'jwt' },
        publishing: { issuer: publishing, audience: [API], tokens: 'jwt' },
        introspecting: {
          issuer: introspecting,
          audience: 'unchecked',
          tokens: 'opaque',
          discovery: false,
          introspection: { endpoint: `${introspecting}/introspect`, client },
        },
      },
      upstreams: { orders: { url: upstream.url } },
      routes: [
        { path: '/everywhere', upstream: 'orders', auth: { issuers: ['everywhere'] } },
        { path: '/publishing', upstream: 'orders', auth: { issuers: ['publishing'] } },
        { path: '/introspecting', upstream: 'orders', auth: { issuers: ['introspecting'] } },
      ],
    })
    for (const [path, token] of [
      ['/everywhere', unsigned(everywhere)],
      ['/publishing', unsigned(publishing)],
      ['/introspecting', 'an-opaque-token'],
    ] as const) {
      ledger.hide(token)
      const response = await app.inject({ url: path, headers: { authorization: `Bearer ${token}` } })
      t.same(
        { status: response.statusCode, code: response.json().code },
        { status: 503, code: 'issuer_unavailable' },
        path,
      )
      ledger.show('answer', JSON.stringify(response.headers) + response.body)
      t.ok(response.headers['retry-after'], `${path} says when to come back`)
      t.notMatch(
        response.body,
        /DOCTYPE|Unexpected|ECONN|127\.0\.0\.1/i,
        'nothing of the provider or of a library is in the answer',
      )
    }
    t.equal(upstream.seen.length, 0)
  })
}

/** Shaped like a token of that issuer, signed by nobody: enough to make the gateway ask for keys. */
function unsigned(issuer: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iss: issuer, aud: API, sub: 'eve', exp: Math.floor(Date.now() / 1000) + 600 }
  return `${part({ alg: 'RS256', kid: 'one', typ: 'at+jwt' })}.${part(claims)}.${Buffer.alloc(256, 1).toString('base64url')}`
}
