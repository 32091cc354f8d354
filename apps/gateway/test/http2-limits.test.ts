import { constants } from 'node:http2'
import t from 'tap'
import { configurationFor, listenUpstream, runConfiguration, token } from './gatehouse.ts'
import {
  CONTINUATION,
  frame,
  GET_HEALTH,
  HEADERS,
  openRaw,
  openSession,
  PING,
  RST_STREAM,
  SETTINGS,
  send,
  TLS,
} from './http2-client.ts'

const DATA = 0
const WINDOW_UPDATE = 8
const END_STREAM = 1
const END_HEADERS = 4
const POST_HEALTH = Buffer.concat([Buffer.from([0x83]), GET_HEALTH.subarray(1)])

t.test('limits hold over HTTP/2', async t => {
  const waiting: (() => void)[] = []
  const upstream = await listenUpstream(t, (request, response) => {
    if (request.url === '/health') response.end('fine')
    else waiting.push(() => response.end('late'))
  })
  const limits = { headers: 4096, fields: 20, concurrency: 5, headersTimeout: '2s', requestTimeout: '3s' }
  const { url } = await runConfiguration(t, configurationFor(upstream, { tls: TLS, limits }))
  const health = { ':path': '/health' }
  const isFine = async () => {
    const session = await openSession(t, url)
    const { headers } = await send(session, health)
    session.destroy()
    return Number(headers[':status']) === 200
  }

  await t.test('too long a head is refused in words, and one that is out of all proportion is reset', async t => {
    const session = await openSession(t, url)
    const long = await send(session, { ...health, x: 'a'.repeat(5000) })
    t.equal(long.headers[':status'], 431)
    t.match(JSON.parse(long.body.toString()), { code: 'headers_too_large' })
    const fields = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`x-${index}`, '1']))
    t.equal((await send(session, { ...health, ...fields })).headers[':status'], 431)
    const huge = await send(session, { ...health, x: 'a'.repeat(40_000) })
    t.equal(huge.headers[':status'], undefined)
    t.not(huge.code, 0)
    t.ok(await isFine())
  })

  await t.test('no more streams at once than are offered', async t => {
    const session = await openSession(t, url)
    t.equal(session.remoteSettings.maxConcurrentStreams, 5)
    const headers = { ':path': '/orders/1', authorization: `Bearer ${token()}` }
    const answers = Array.from({ length: 7 }, () => send(session, headers))
    while (waiting.length < 5) await new Promise(resolve => setImmediate(resolve))
    t.ok(await isFine(), 'others are served')
    t.equal(waiting.length, 5, 'this client keeps the rest for itself')
    for (let served = 0; served < 7; served++) {
      while (waiting.length === 0) await new Promise(resolve => setImmediate(resolve))
      waiting.shift()?.()
    }
    t.same(
      (await Promise.all(answers)).map(({ headers: got }) => got[':status']),
      Array.from({ length: 7 }, () => 200),
    )
  })

  await t.test('a connection without a request ends, pings or not, and so does half a head', async t => {
    const pinging = await openRaw(t, url)
    const timer = setInterval(() => pinging.socket.write(frame(PING, 0, 0, Buffer.alloc(8))), 50)
    await pinging.closed
    clearInterval(timer)
    const half = await openRaw(t, url)
    half.socket.write(frame(HEADERS, END_STREAM, 1, GET_HEALTH))
    await half.closed
    t.pass('both were closed')
  })

  await t.test('a body that does not come in time resets its request, and only that', async t => {
    const session = await openSession(t, url)
    const stream = session.request({ ':method': 'POST', ':path': '/orders/1', authorization: `Bearer ${token()}` })
    stream.on('error', () => undefined)
    stream.write('part')
    await new Promise(resolve => stream.once('close', resolve))
    t.equal(stream.rstCode, constants.NGHTTP2_ENHANCE_YOUR_CALM)
    t.equal((await send(session, health)).headers[':status'], 200)
  })
})

t.test('floods end the connection that they come by, and nothing else', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const { url, child } = await runConfiguration(t, configurationFor(upstream, { tls: TLS }))
  const other = await openSession(t, url)
  t.equal((await send(other, { ':path': '/health' })).headers[':status'], 200)
  const id = (index: number) => 2 * index + 1
  const floods: Record<string, (index: number) => Buffer> = {
    'rapid reset (CVE-2023-44487)': index =>
      Buffer.concat([
        frame(HEADERS, END_STREAM | END_HEADERS, id(index), GET_HEALTH),
        frame(RST_STREAM, 0, id(index), Buffer.from([0, 0, 0, constants.NGHTTP2_CANCEL])),
      ]),
    'resets that the server is made to send (CVE-2025-8671)': index =>
      Buffer.concat([
        frame(HEADERS, END_STREAM | END_HEADERS, id(index), GET_HEALTH),
        frame(WINDOW_UPDATE, 0, id(index), Buffer.alloc(4)),
      ]),
    'continuations without end (CVE-2024-27983)': index =>
      index === 0 ? frame(HEADERS, END_STREAM, 1, GET_HEALTH) : frame(CONTINUATION, 0, 1, Buffer.from([0x82])),
    'settings whose acknowledgements are not read (CVE-2019-9515)': () => frame(SETTINGS, 0, 0),
    'pings whose answers are not read (CVE-2019-9512)': () => frame(PING, 0, 0, Buffer.alloc(8)),
    'heads that are malformed (CVE-2019-9514)': index =>
      frame(HEADERS, END_STREAM | END_HEADERS, id(index), Buffer.from([0x82])),
    'pieces of a body with nothing in them (CVE-2019-9518)': index =>
      index === 0 ? frame(HEADERS, END_HEADERS, 1, POST_HEALTH) : frame(DATA, 0, 1),
  }
  for (const [name, flood] of Object.entries(floods)) {
    await t.test(name, async t => {
      const { socket, closed } = await openRaw(t, url)
      // What it answers is not read: that is the flood.
      socket.pause()
      let isClosed = false
      void closed.then(() => (isClosed = true))
      let sent = 0
      while (!isClosed && sent < 200_000) {
        const batch = Buffer.concat(Array.from({ length: 500 }, (_, index) => flood(sent + index)))
        sent += 500
        if (!socket.write(batch)) await Promise.race([new Promise(resolve => socket.once('drain', resolve)), closed])
        await new Promise(resolve => setImmediate(resolve))
      }
      t.ok(isClosed, `closed after ${sent} frames`)
      t.equal((await send(other, { ':path': '/health' })).headers[':status'], 200)
    })
  }
  t.equal(child.process.exitCode, null)
})
