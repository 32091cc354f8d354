import { once } from 'node:events'
import { connect } from 'node:http2'
import { request as requestHttps } from 'node:https'
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net'
import type { EpochSeconds } from '@gatehouse/protocol'
import { type Answer, rawUpstream, recordingUpstream } from '@gatehouse/testkit'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import gateway from '../src/index.ts'
import { cert, key } from './certificate.ts'
import { get, openHttp2, routes, token } from './http2-world.ts'
import { issuers, mint } from './world.ts'

const DATA = 0
const RST_STREAM = 3

interface Frame {
  readonly type: number
  readonly flags: number
}

/** A client whose connection is listened to: the frames that came to it (RFC 9113 section 4.1). */
async function openTapped(t: Test, origin: string) {
  const chunks: Buffer[] = []
  const tap = createServer(client => {
    const server = connectTcp(Number(new URL(origin).port), '127.0.0.1')
    server.on('data', chunk => {
      chunks.push(chunk)
      client.write(chunk)
    })
    client.pipe(server)
    for (const socket of [client, server]) socket.on('error', () => socket.destroy())
    client.on('close', () => server.destroy())
  })
  tap.listen(0, '127.0.0.1')
  await once(tap, 'listening')
  const session = connect(`http://127.0.0.1:${(tap.address() as AddressInfo).port}`)
  session.on('error', () => undefined)
  t.teardown(() => {
    session.destroy()
    tap.close()
  })
  const frames = (): Frame[] => {
    const bytes = Buffer.concat(chunks)
    const found: Frame[] = []
    for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
      found.push({ type: bytes[at + 3] ?? 0, flags: bytes[at + 4] ?? 0 })
    }
    return found
  }
  return { session, frames }
}

t.test('a client of HTTP/2', async t => {
  const answer: Answer = (request, response, body) => {
    response.setHeader('set-cookie', ['a=1', 'b=2'])
    response.setHeader('x-length', String(body.length))
    if (request.url === '/trailers') {
      response.setHeader('trailer', 'x-sum')
      response.write('part')
      response.addTrailers({ 'x-sum': '7' })
    }
    response.end('done')
  }
  const upstream = await recordingUpstream(answer)
  t.teardown(upstream.close)
  const { session } = await openHttp2(t, upstream.url, { limits: { body: 100_000 } })

  await t.test('is told apart, forwarded and answered like any other', async t => {
    const got = await get(session, { ':path': '/a?b', cookie: ['c=1', 'd=2'], 'X-User': 'x', ...token() })
    t.match(got, { headers: { ':status': 200, 'set-cookie': ['a=1', 'b=2'] }, body: 'done', code: 0 })
    const seen = upstream.seen.at(-1)
    t.match(seen, {
      url: '/a?b',
      headers: {
        'x-gatehouse-subject': 'alice',
        'x-forwarded-host': 'api.example.com',
        cookie: 'c=1; d=2',
        authorization: undefined,
      },
    })
    t.notMatch(JSON.stringify(seen?.rawHeaders), '":')
  })

  await t.test('is refused in the same words', async t => {
    const missing = await get(session, { ':path': '/a' })
    t.match(missing.headers, {
      ':status': 401,
      'www-authenticate': /^Bearer/,
      'content-type': 'application/problem+json',
    })
    t.equal(JSON.parse(missing.body).code, 'credential_missing')
    t.equal((await get(session, { ':path': '/a/../b', ...token() })).headers[':status'], 400)
    const twoHosts = await get(session, { ':path': '/a', ...token(), host: 'other.example.com' })
    t.match(twoHosts.body, /target_ambiguous/)
  })

  await t.test('sends bodies with a length or without one, up to the limit', async t => {
    for (const headers of [{}, { 'content-length': 50_000 }]) {
      const got = await get(session, { ':method': 'POST', ':path': '/a', ...headers, ...token() }, 'x'.repeat(50_000))
      t.match(got.headers, { ':status': 200, 'x-length': '50000' })
      const tooMuch = 'content-length' in headers ? { 'content-length': 200_000 } : {}
      const refused = await get(
        session,
        { ':method': 'POST', ':path': '/a', ...tooMuch, ...token() },
        'x'.repeat(200_000),
      )
      t.equal(refused.headers[':status'], 413)
    }
  })

  await t.test('gets trailer fields', async t => {
    t.match(await get(session, { ':path': '/trailers', ...token() }), { trailers: { 'x-sum': '7' }, body: 'partdone' })
  })
})

t.test('half a message never looks like a whole one', async t => {
  await t.test('of an upstream', async t => {
    const upstream = await rawUpstream(socket => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n')
      setImmediate(() => socket.destroy())
    })
    t.teardown(upstream.close)
    const { origin } = await openHttp2(t, upstream.url)
    const { session, frames } = await openTapped(t, origin)
    const got = await get(session, { ':path': '/a', ...token() })
    t.not(got.code, 0)
    t.ok(frames().some(({ type }) => type === RST_STREAM))
    t.notOk(
      frames().some(({ type, flags }) => type === DATA && (flags & 1) === 1),
      'no frame says that this was all',
    )
  })

  await t.test('of a client', async t => {
    const upstream = await rawUpstream(() => undefined)
    t.teardown(upstream.close)
    const { session } = await openHttp2(t, upstream.url)
    const stream = session.request({ ':method': 'POST', ':path': '/a', ...token() })
    stream.on('error', () => undefined)
    stream.write('part')
    while (!upstream.received[0]?.includes('part')) await new Promise(resolve => setImmediate(resolve))
    // Node itself would end the stream before the reset.
    stream._final = callback => callback()
    stream.close(8)
    await once(stream, 'close')
    await get(session, { ':path': '/.well-known/x' })
    t.notMatch(upstream.received[0], /\r\n0\r\n/)
  })
})

t.test('streams of HTTP/2 last as long as their token', async t => {
  const upstream = await recordingUpstream((request, response) => {
    if (request.url === '/events') response.setHeader('content-type', 'text/event-stream')
    response.write('data: 1\n\n')
  })
  t.teardown(upstream.close)
  const clock = { now: Date.now() / 1000 }
  const { session } = await openHttp2(t, upstream.url, { ports: { now: () => clock.now as EpochSeconds } })
  const credential = mint({ exp: Math.floor(clock.now) + 60 })
  const headers = { authorization: `Bearer ${credential}`, ':authority': 'api.example.com' }
  const open = async (path: string) => {
    const stream = session.request({ ':path': path, ...headers })
    let body = ''
    stream.on('data', chunk => {
      body += String(chunk)
    })
    stream.on('error', () => undefined)
    await once(stream, 'data')
    const closed = new Promise<void>(resolve => stream.once('close', () => resolve()))
    return { stream, closed, body: () => body }
  }
  const events = await open('/events')
  const download = await open('/download')
  clock.now += 60
  await events.closed
  t.match(events.body(), /event: gatehouse\ndata: token_expired\n\n$/)
  t.equal(events.stream.rstCode, 0)
  await download.closed
  t.not(download.stream.rstCode, 0)
})

t.test('one port with TLS serves HTTP/2 and HTTP/1.1, WebSockets too', async t => {
  const upstream = await recordingUpstream()
  const sockets = new WebSocketServer({ server: upstream.server })
  sockets.on('connection', socket => socket.send('hello'))
  const app = Fastify({ http2: true, https: { cert, key, allowHTTP1: true } })
  await (app as unknown as FastifyInstance).register(gateway, {
    issuers,
    upstreams: { api: { url: upstream.url } },
    routes,
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const session = connect(url, { ca: cert })
  t.teardown(async () => {
    session.destroy()
    await app.close()
    await upstream.close()
  })
  t.equal((await get(session, { ':path': '/a', ...token() })).headers[':status'], 200)
  t.match(upstream.seen.at(-1)?.headers, { 'x-forwarded-proto': 'https' })
  const status = await new Promise((resolve, reject) => {
    const outgoing = requestHttps(`${url}/b`, {
      ca: cert,
      agent: false,
      headers: { authorization: token().authorization },
    })
    outgoing.on('response', incoming => {
      incoming.resume()
      resolve(incoming.statusCode)
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
  t.equal(status, 200)
  const socket = new WebSocket(`${url.replace('https', 'wss')}/ws`, {
    ca: cert,
    headers: { authorization: token().authorization },
  })
  const [data] = await once(socket, 'message')
  t.equal(String(data), 'hello')
  socket.terminate()
})
