import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { gzipSync } from 'node:zlib'
import { openWire, rawRequest, rawUpstream, recordingUpstream } from '@gatehouse/testkit'
import t from 'tap'
import { DECISION_CHANNEL } from '../src/index.ts'
import { answering, ask, openWorld, PUBLIC } from './world.ts'

t.test('answers of the upstream', async t => {
  await t.test('204 and 304 and HEAD have no body and keep their headers', async t => {
    const none = await answering(t, 'HTTP/1.1 204 No Content\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n')
    const first = await rawRequest(none.port, ask('GET', '/'))
    t.match(first, { status: 204, body: '', headers: { 'x-a': '1' } })
    t.equal(first.headers['content-length'], undefined)

    const same = await answering(t, 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 10\r\n\r\n')
    const second = await rawRequest(same.port, ask('GET', '/'))
    t.match(second, { status: 304, body: '', headers: { etag: '"a"' } })

    const head = await answering(t, 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n')
    t.match(await rawRequest(head.port, ask('HEAD', '/')), {
      status: 200,
      body: '',
      headers: { 'content-length': '1234' },
    })
  })

  await t.test('interim answers do not disturb the final one', async t => {
    const bytes =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n' +
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload; as=style\r\n\r\n' +
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
    const { port } = await answering(t, bytes)
    const { raw } = await rawRequest(port, ask('GET', '/'))
    t.match(
      raw,
      /^HTTP\/1\.1 102 Processing\r\n\r\nHTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload; as=style\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
    )
    t.match(raw, /\r\n\r\nok$/)
  })

  await t.test('chunks, trailers, repeated fields and bytes beyond ASCII arrive as they were sent', async t => {
    const bytes =
      'HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Name: \xe9\r\n\r\n' +
      '2\r\nok\r\n0\r\nX-Sum: 7\r\nConnection: x\r\n\r\n'
    const { port } = await answering(t, bytes)
    const { raw } = await rawRequest(port, ask('GET', '/'))
    t.match(raw, 'HTTP/1.1 200 Fine\r\n')
    t.match(raw, 'Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Name: \xe9\r\n')
    t.match(raw, '2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n')
  })

  await t.test('a compressed body is not touched', async t => {
    const body = gzipSync('compressed').toString('latin1')
    const { port } = await answering(
      t,
      `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    const answer = await rawRequest(port, ask('GET', '/', ['Accept-Encoding: gzip']))
    t.match(answer, { status: 200, body, headers: { 'content-encoding': 'gzip' } })
  })

  await t.test("redirects and errors are the upstream's own", async t => {
    const moved = await answering(
      t,
      'HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\nContent-Length: 0\r\n\r\n',
    )
    t.match(await rawRequest(moved.port, ask('GET', '/')), {
      status: 302,
      headers: { location: 'http://elsewhere.test/' },
    })
    const broken = await answering(t, 'HTTP/1.1 503 Busy\r\nRetry-After: 9\r\nContent-Length: 4\r\n\r\nbusy')
    t.match(await rawRequest(broken.port, ask('GET', '/')), {
      status: 503,
      body: 'busy',
      headers: { 'retry-after': '9' },
    })
    t.equal(broken.upstream.received.length, 1, 'and are not tried again')
  })

  await t.test('hop-by-hop fields, and those that Connection names, go no further', async t => {
    const bytes =
      'HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\nProxy-Connection: x\r\nUpgrade: h2c\r\nX-End: 1\r\nContent-Length: 2\r\n\r\nok'
    const { port } = await answering(t, bytes)
    const { headers } = await rawRequest(port, ask('GET', '/'))
    t.equal(headers.connection, 'close', 'a client that says close is told close')
    t.match(headers, {
      'x-end': '1',
      'x-hop': undefined,
      'keep-alive': undefined,
      'proxy-connection': undefined,
      upgrade: undefined,
    })
  })

  await t.test('an answer to a client of HTTP/1.0 ends with its connection', async t => {
    const { port } = await answering(t, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n')
    const answer = await rawRequest(port, 'GET / HTTP/1.0\r\nHost: a\r\n\r\n')
    t.match(answer, { status: 200, body: 'ok' })
    t.equal(answer.headers['transfer-encoding'], undefined)
  })
})

t.test('failures of the upstream', async t => {
  const problem = (body: string) => JSON.parse(body.replace(/^[0-9a-f]+\r\n/, '').replace(/\r\n0\r\n\r\n$/, ''))

  await t.test('one that refuses connections is 502 and says nothing of sockets', async t => {
    const gone = await recordingUpstream()
    await gone.close()
    const world = await openWorld({ routes: PUBLIC, upstreams: { api: { url: gone.url } } })
    t.teardown(world.close)
    for (const request of [ask('GET', '/'), ask('POST', '/', ['Content-Length: 4'], 'body')]) {
      const answer = await rawRequest(world.port, request)
      t.equal(answer.status, 502)
      t.match(problem(answer.body), { code: 'upstream_unreachable' })
      t.notMatch(answer.body, /ECONN|127\.0\.0\.1/)
    }
  })

  await t.test('one that never answers is 504', async t => {
    const { port } = await answering(t, '', { headersTimeout: '50ms' }, false)
    const answer = await rawRequest(port, ask('GET', '/'))
    t.equal(answer.status, 504)
    t.match(problem(answer.body), { code: 'upstream_timeout' })
  })

  await t.test('no answer, half a head, or no HTTP at all is 502', async t => {
    for (const bytes of [
      '',
      'HTTP/1.1 200 OK\r\nContent-',
      'hello\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ]) {
      const { port } = await answering(t, bytes)
      const answer = await rawRequest(port, ask('GET', '/'))
      t.equal(answer.status, 502, JSON.stringify(bytes))
    }
  })

  await t.test('an answer cut short is never completed for the client', async t => {
    for (const framing of ['Content-Length: 10\r\n\r\nhalf', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n']) {
      const events: unknown[] = []
      const listen = (event: unknown) => events.push(event)
      subscribe(DECISION_CHANNEL, listen)
      const { port } = await answering(t, `HTTP/1.1 200 OK\r\n${framing}`)
      const answer = await rawRequest(port, ask('GET', '/'))
      unsubscribe(DECISION_CHANNEL, listen)
      t.equal(answer.status, 200)
      t.match(answer.body, 'half')
      t.notMatch(answer.body, '0\r\n\r\n')
      t.match(events, [{ outcome: 'forwarded' }, { outcome: 'cut', cause: 'the upstream cut its answer short' }])
    }
  })

  await t.test('an answer that stalls is cut after bodyTimeout', async t => {
    const { port } = await answering(
      t,
      'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf',
      { bodyTimeout: '50ms' },
      false,
    )
    const answer = await rawRequest(port, ask('GET', '/'))
    t.equal(answer.status, 200)
    t.match(answer.body, 'half')
  })

  await t.test('idempotent requests are tried again as often as retries says, others never', async t => {
    let asked = 0
    const upstream = await rawUpstream(socket => {
      asked += 1
      socket.end(asked % 3 === 0 ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' : '')
    })
    const world = await openWorld({ routes: PUBLIC, upstreams: { api: { url: upstream.url, retries: 2 } } })
    t.teardown(async () => {
      await upstream.close()
      await world.close()
    })
    t.equal((await rawRequest(world.port, ask('GET', '/'))).status, 200)
    t.equal(asked, 3)
    t.equal((await rawRequest(world.port, ask('POST', '/'))).status, 502)
    t.equal(asked, 4)
  })

  await t.test('an idle connection that the upstream just closed is no failure', async t => {
    let connections = 0
    const upstream = await rawUpstream(socket => {
      connections += 1
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      // The next request on this connection is answered with a reset.
      socket.once('data', () => socket.resetAndDestroy())
    })
    const world = await openWorld({ routes: PUBLIC, upstreams: { api: { url: upstream.url } } })
    t.teardown(async () => {
      await upstream.close()
      await world.close()
    })
    for (let count = 0; count < 3; count++) t.equal((await rawRequest(world.port, ask('GET', '/'))).status, 200)
    t.ok(connections >= 2)
  })

  await t.test('requests that find no connection free in time are 503 with Retry-After', async t => {
    const upstream = await rawUpstream(() => undefined)
    const world = await openWorld({
      routes: PUBLIC,
      upstreams: { api: { url: upstream.url, connections: 1, connectTimeout: '50ms' } },
    })
    t.teardown(async () => {
      await upstream.close()
      await world.close()
    })
    const first = await openWire(world.port)
    first.send(ask('GET', '/slow'))
    while (upstream.received.length === 0) await new Promise(resolve => setImmediate(resolve))
    const answer = await rawRequest(world.port, ask('GET', '/'))
    t.match(answer, { status: 503, headers: { 'retry-after': '1' } })
    t.match(problem(answer.body), { code: 'overloaded' })
    const crowd = await Promise.all(Array.from({ length: 20 }, () => rawRequest(world.port, ask('GET', '/'))))
    t.ok(crowd.every(({ status }) => status === 503))
    first.socket.destroy()
  })
})
