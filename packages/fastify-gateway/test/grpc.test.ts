import { once } from 'node:events'
import {
  createServer as createHttp2Server,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { rawRequest } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import type { GatewayOptions } from '../src/index.ts'
import { get, openHttp2, routes, token } from './http2-world.ts'
import { ask, bearer, mint, openWorld, PUBLIC } from './world.ts'

/** An upstream that speaks HTTP/2 with prior knowledge. */
async function openUpstream(
  t: Test,
  serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
  port = 0,
) {
  const server: Http2Server = createHttp2Server()
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', session => sessions.add(session))
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    serve(stream, headers)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    for (const session of sessions) session.destroy()
    server.close()
    await once(server, 'close')
  }
  t.teardown(() => (server.listening ? close() : undefined))
  const { port: used } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${used}`, port: used, close, sessions }
}

const GRPC = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' }

t.test('gRPC', async t => {
  const asked: IncomingHttpHeaders[] = []
  const upstream = await openUpstream(t, (stream, headers) => {
    asked.push(headers)
    if (headers[':path'] === '/shop.Orders/Fail') {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5' }, { endStream: true })
      return
    }
    if (headers[':path'] === '/shop.Orders/Break') {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
      stream.write('half')
      stream._final = callback => callback()
      setImmediate(() => stream.close(8))
      return
    }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }))
    stream.pipe(stream)
  })
  const { session } = await openHttp2(t, upstream.url, { upstreams: { api: { url: upstream.url, http2: true } } })

  await t.test('carries messages both ways as they come, and trailer fields at the end', async t => {
    const stream = session.request({ ...GRPC, ':path': '/shop.Orders/Chat', ...token() })
    let trailers: IncomingHttpHeaders = {}
    stream.on('trailers', fields => {
      trailers = fields
    })
    for (const message of ['one', 'two']) {
      stream.write(message)
      const [data] = await once(stream, 'data')
      t.equal(String(data), message)
    }
    stream.end()
    await once(stream, 'end')
    t.match(trailers, { 'grpc-status': '0', 'grpc-message': 'fine' })
    t.match(asked.at(-1), { te: 'trailers', 'x-gatehouse-subject': 'alice', ':authority': upstream.url.slice(7) })
    t.equal(asked.at(-1)?.authorization, undefined)
  })

  await t.test('has answers that are only trailer fields', async t => {
    const got = await get(session, { ...GRPC, ':path': '/shop.Orders/Fail', ...token() }, 'x')
    t.match(got, { headers: { ':status': 200, 'grpc-status': '5' }, body: '', code: 0 })
  })

  await t.test('is reset where its upstream resets', async t => {
    t.not((await get(session, { ...GRPC, ':path': '/shop.Orders/Break', ...token() }, 'x')).code, 0)
  })

  await t.test('is refused without a token', async t => {
    const before = asked.length
    t.equal((await get(session, { ...GRPC, ':path': '/shop.Orders/Chat' }, 'x')).headers[':status'], 401)
    t.equal(asked.length, before)
  })
})

t.test('an upstream that speaks HTTP/2', async t => {
  const serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    if (headers[':path'] === '/silent') return
    stream.respond({ ':status': 200, 'set-cookie': ['a=1', 'b=2'], 'x-got': String(headers['x-multi']) })
    stream.end(headers[':method'])
  }
  const options = (url: string): Partial<GatewayOptions> => ({
    upstreams: { api: { url, http2: true, headersTimeout: '2s', connectTimeout: '2s' } },
  })

  await t.test('serves clients of HTTP/1.1, on one connection', async t => {
    const upstream = await openUpstream(t, serve)
    const world = await openWorld({ routes, ...options(upstream.url) })
    t.teardown(world.close)
    for (const method of ['GET', 'POST', 'DELETE']) {
      const body = method === 'POST' ? 'hello' : ''
      const headers = [bearer(mint()), `Content-Length: ${body.length}`, 'X-Multi: 1', 'X-Multi: 2']
      const answer = await rawRequest(world.port, ask(method, '/a', headers, body))
      t.match(answer, { status: 200, headers: { 'set-cookie': 'a=1, b=2', 'x-got': '1, 2' }, body: new RegExp(method) })
    }
    t.equal(upstream.sessions.size, 1)
    const twice = ['Content-Type: a/b', 'Content-Type: c/d']
    t.match(await rawRequest(world.port, ask('GET', '/a', [bearer(mint()), ...twice])), { status: 400 })
  })

  await t.test('is told apart when it is silent, away and back again', async t => {
    const upstream = await openUpstream(t, serve)
    const world = await openWorld({ routes, ...options(upstream.url) })
    t.teardown(world.close)
    const send = (path: string, method = 'GET') => rawRequest(world.port, ask(method, path, [bearer(mint())]))
    t.match(await send('/silent'), { status: 504, body: /upstream_timeout/ })
    t.equal((await send('/a')).status, 200)
    await upstream.close()
    t.match(await send('/a'), { status: 502, body: /upstream_unreachable/ })
    await openUpstream(t, serve, upstream.port)
    t.equal((await send('/a')).status, 200)
  })
})

t.test(
  'an answer that is refused for its head leaves no connection behind, though its body has come with it',
  // Without a reader of the body the connection is never closed.
  { timeout: 20_000 },
  async t => {
    const upstream = await openUpstream(t, stream => {
      const fields = Array.from({ length: 40 }, (_, index) => [`x-${index}`, 'x'.repeat(1000)])
      stream.respond({ ':status': 200, ...Object.fromEntries(fields) })
      stream.end('unread')
    })
    const world = await openWorld({ routes: PUBLIC, upstreams: { api: { url: upstream.url, http2: true } } })
    t.match(await rawRequest(world.port, ask('GET', '/a')), { status: 502, body: /upstream_unreachable/ })
    const closed = [...upstream.sessions].map(session => session.destroyed || once(session, 'close'))
    await world.close()
    t.equal((await Promise.all(closed)).length, 1)
  },
)
