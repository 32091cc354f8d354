import { openWire, rawRequest } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import type { Order, UpstreamOptions } from '../src/index.ts'
import { openGate, until } from './gate.ts'
import { openRaw, type Peer, say } from './raw.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'

async function world(
  t: Test,
  answer: string | ((peer: Peer) => void),
  order: Partial<Order> = {},
  options: Partial<UpstreamOptions> = {},
) {
  const raw = await openRaw(
    typeof answer === 'string' ? peer => peer.socket.write(Buffer.from(answer, 'latin1')) : answer,
  )
  const gate = await openGate({ url: raw.url, ...options }, order)
  t.teardown(async () => {
    await gate.close()
    await raw.close()
  })
  return { raw, gate }
}

const get = (more = '', method = 'GET', version = '1.1') => `${method} /a?b HTTP/${version}\r\nHost: x\r\n${more}\r\n`
const CLOSE = 'Connection: close\r\n'

t.test('the request leaves with the bytes it was given and a framing of its own', async t => {
  const { raw, gate } = await world(t, OK, { headers: 'host: orders\r\nX-User: \xe9\r\n' })
  await rawRequest(gate.port, get(CLOSE))
  await rawRequest(gate.port, get(`${CLOSE}Content-Length: 0\r\n`, 'DELETE'))
  await rawRequest(gate.port, get(CLOSE, 'POST'))
  await rawRequest(gate.port, `${get(`${CLOSE}Content-Length: 5\r\n`, 'PUT')}he\0lo`)
  await rawRequest(
    gate.port,
    `${get(`${CLOSE}Transfer-Encoding: chunked\r\n`, 'POST')}5;x=y\r\nhello\r\n0\r\nTrailer: x\r\n\r\n`,
  )
  const common = 'host: orders\r\nX-User: \xe9\r\n'
  t.equal(
    raw.peers.map(peer => peer.text).join(''),
    `GET /a?b HTTP/1.1\r\n${common}connection: keep-alive\r\n\r\n` +
      `DELETE /a?b HTTP/1.1\r\n${common}connection: keep-alive\r\n\r\n` +
      `POST /a?b HTTP/1.1\r\n${common}content-length: 0\r\nconnection: keep-alive\r\n\r\n` +
      `PUT /a?b HTTP/1.1\r\n${common}content-length: 5\r\nconnection: keep-alive\r\n\r\nhe\0lo` +
      `POST /a?b HTTP/1.1\r\n${common}transfer-encoding: chunked\r\nconnection: keep-alive\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  )
  t.equal(raw.peers.length, 1, 'all over one connection')
})

t.test('an order that could be read as two requests, or as another framing, is a bug that is thrown', async t => {
  const { gate } = await world(t, OK)
  const bad: Partial<Order>[] = [
    { headers: 'a: b\r\n\r\nGET / HTTP/1.1\r\n' },
    { headers: 'a: b\n' },
    { headers: 'a: b' },
    { headers: 'a: \u010a\r\n' },
    { headers: 'a: \0\r\n' },
    { headers: 'a : b\r\n' },
    { headers: 'a: b\r\nContent-Length: 5\r\n' },
    { headers: 'transfer-encoding: chunked\r\n' },
    { headers: 'Connection: close\r\n' },
    { target: '/a b' },
    { target: '/a\r\nx: y' },
    { target: '/\u0120' },
    { target: '' },
    { method: 'GE T' },
    { method: 'CONNECT' },
    { method: '' },
  ]
  for (const order of bad) {
    let thrown: unknown
    gate.server.removeAllListeners('request').once('request', (request, response) => {
      try {
        gate.upstream.forward(request, response, {
          method: 'GET',
          target: '/',
          headers: '',
          refuse: () => {},
          ...order,
        })
      } catch (error) {
        thrown = error
      }
      response.end()
    })
    await rawRequest(gate.port, get(CLOSE))
    t.match(thrown, { name: 'TypeError', message: /order/ }, JSON.stringify(order))
  }
})

t.test('an answer cut at every byte arrives as one that came whole', async t => {
  const answers: [method: string, answer: string, head: RegExp, body: string][] = [
    [
      'GET',
      'HTTP/1.1 200 Fine\r\nSet-Cookie: a\r\nX-Two: \xe9\r\nset-cookie: b\r\nContent-Length: 5\r\n\r\nhel\xff\0',
      /^HTTP\/1.1 200 Fine\r\nSet-Cookie: a\r\nX-Two: \xe9\r\nset-cookie: b\r\ncontent-length: 5\r\n/,
      'hel\xff\0',
    ],
    [
      'GET',
      'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n',
      /^HTTP\/1.1 201 Created\r\ncontent-length: 0\r\n/,
      '',
    ],
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n', /\r\ncontent-length: 1234\r\n/, ''],
    [
      'GET',
      'HTTP/1.1 204 No Content\r\nx: y\r\ncontent-length: 0\r\n\r\n',
      /^HTTP\/1.1 204 No Content\r\nx: y\r\nDate/,
      '',
    ],
    [
      'GET',
      'HTTP/1.1 304 Not Modified\r\nEtag: "a"\r\nContent-Length: 9\r\n\r\n',
      /\r\nEtag: "a"\r\ncontent-length: 9\r\n/,
      '',
    ],
    ['GET', 'HTTP/1.1 200 \r\ncontent-length: 1\r\n\r\nx', /^HTTP\/1.1 200 OK\r\n/, 'x'],
  ]
  for (const [method, answer, head, body] of answers) {
    const bytes = Buffer.from(answer, 'latin1')
    let cut = 0
    const { gate } = await world(
      t,
      peer =>
        void say(
          peer.socket,
          [bytes.subarray(0, cut), bytes.subarray(cut)].filter(part => part.length > 0),
        ),
    )
    for (; cut < bytes.length; cut++) {
      const got = await rawRequest(gate.port, get(CLOSE, method))
      if (!head.test(got.raw) || got.body !== body) t.same(got, { head, body }, `${answer} cut at ${cut}`)
    }
    t.equal(gate.refused.length, 0, answer.slice(0, 20))
  }
})

t.test('a chunked answer that came whole has a length; one that came in parts is chunked anew', async t => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  const whole = await world(t, `${head}5;x\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`)
  const one = await rawRequest(whole.gate.port, get(CLOSE))
  t.match(one, { status: 200, headers: { 'content-length': '6' }, body: 'hello!' })
  t.notOk(one.headers['transfer-encoding'])
  const parts = await world(t, peer => void say(peer.socket, [`${head}5;x\r\nhel`, 'lo\r', '\n0\r\n\r\n']))
  const two = await rawRequest(parts.gate.port, get(CLOSE))
  t.match(two, { headers: { 'transfer-encoding': 'chunked' }, body: /^[0-9a-f]+\r\nhel.*lo\r\n0\r\n\r\n$/s })
})

t.test('an answer that ends with the connection is chunked, so that its end can be told from an accident', async t => {
  const { gate } = await world(
    t,
    peer => void say(peer.socket, ['HTTP/1.1 200 OK\r\n\r\nhel', 'lo']).then(() => peer.socket.end()),
  )
  const got = await rawRequest(gate.port, get(CLOSE))
  t.match(got, { headers: { 'transfer-encoding': 'chunked' }, body: /hel.*lo\r\n0\r\n\r\n$/s })
  const old = await rawRequest(gate.port, get('', 'GET', '1.0'))
  t.match(old, { status: 200, body: 'hello' }, 'an HTTP/1.0 client knows no chunks')
})

t.test('announced trailers go on, and are dropped for a client that knows no chunks', async t => {
  const answer =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\nX-Other: 8\r\n\r\n'
  const { gate } = await world(t, answer)
  const got = await rawRequest(gate.port, get(CLOSE))
  t.match(got, { headers: { trailer: 'x-sum' }, body: '2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n' })
  t.match(await rawRequest(gate.port, get('', 'GET', '1.0')), { status: 200, body: 'hi' })
})

t.test('what the upstream says about its connection is not passed on', async t => {
  const { gate } = await world(
    t,
    'HTTP/1.1 200 OK\r\nConnection: keep-alive, x-secret\r\nKeep-Alive: timeout=5\r\nX-Secret: 1\r\nProxy-Authenticate: x\r\nUpgrade: h2c\r\ncontent-length: 2\r\n\r\nhi',
  )
  for (const [request, says] of [
    [get(CLOSE), 'close'],
    [get('', 'GET', '1.0'), 'close'],
    [get('Connection: Close, x\r\n'), 'close'],
  ] as const) {
    const got = await rawRequest(gate.port, request)
    t.match(got, { headers: { connection: says }, body: 'hi' })
    t.notMatch(got.raw, /keep-alive|secret|proxy-|upgrade/i)
  }
})

t.test('an upstream that says close does not end the connection of a client that wants to keep it', async t => {
  const { raw, gate } = await world(t, 'HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 2\r\n\r\nhi')
  const wire = await openWire(gate.port)
  wire.send(get())
  t.match(await wire.until('\r\n\r\nhi'), /\r\nConnection: keep-alive\r\n/)
  wire.send(get(CLOSE))
  t.match(await wire.closed(), /hi.*\r\nConnection: close\r\n.*hi$/s)
  t.equal(raw.peers.length, 2)
})

t.test('pipelined requests are answered in order, whatever order the upstream has', async t => {
  const waiting: Peer[] = []
  const { gate } = await world(t, peer => {
    if (waiting.push(peer) < 3) return
    for (const each of waiting.reverse()) {
      const target = /GET (\S+)/.exec(each.text)?.[1] ?? ''
      each.socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${target.length}\r\n\r\n${target}`)
    }
  })
  const wire = await openWire(gate.port)
  wire.send(
    'GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\nGET /third HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  )
  const bodies = [...(await wire.closed()).matchAll(/\r\n\r\n(\/[a-z]+)/g)].map(match => match[1])
  t.same(bodies, ['/first', '/second', '/third'])
})

t.test('the gateway shapes the fields of the answer, beside those it has set before', async t => {
  const { gate } = await world(
    t,
    'HTTP/1.1 404 Nope\r\nX-Internal: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\ncontent-length: 2\r\n\r\nhi',
    {
      response: (status, fields) => [
        ...fields.filter((_, at) => fields[at - (at % 2)] !== 'X-Internal'),
        'x-status',
        String(status),
      ],
    },
  )
  gate.server.prependListener('request', (_request, response) => response.setHeader('x-before', 'kept'))
  const got = await rawRequest(gate.port, get(CLOSE))
  t.match(got, {
    status: 404,
    headers: { 'x-before': 'kept', 'x-status': '404', 'set-cookie': 'a, b', 'content-length': '2' },
    body: 'hi',
  })
  t.notOk(got.headers['x-internal'])
})

t.test('a malformed answer is refused, and its connection not used again', async t => {
  const answers = [
    'HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n',
    'HTTP/1.1 200 OK\ncontent-length: 0\n\n',
    'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    'hello',
    `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40000)}\r\n\r\n`,
  ]
  let next = 0
  const { raw, gate } = await world(t, peer => peer.socket.end(answers[next++] ?? ''))
  for (const answer of answers)
    t.match(await rawRequest(gate.port, get(CLOSE)), { status: 502, body: 'bad_response' }, answer.slice(0, 40))
  t.equal(raw.peers.length, answers.length)
  t.equal(gate.refused.length, answers.length)
  await until(() => gate.upstream.state().idle + gate.upstream.state().busy === 0)
})

t.test('bytes after the end of an answer reach nobody', async t => {
  const poison = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison'
  const attached = await world(t, OK + poison)
  for (let round = 0; round < 3; round++) t.match(await rawRequest(attached.gate.port, get(CLOSE)), { body: 'hi' })
  t.equal(attached.raw.peers.length, 3, 'each connection served one request')
  const later = await world(t, peer => void say(peer.socket, peer.requests === 1 ? [OK, poison] : ['']))
  t.match(await rawRequest(later.gate.port, get(CLOSE)), { body: 'hi' })
  await until(() => later.gate.upstream.state().idle === 0)
  t.match(await rawRequest(later.gate.port, get(CLOSE)), { body: 'hi' })
  t.equal(later.raw.peers.length, 2)
})
