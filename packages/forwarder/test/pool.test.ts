import { openWire, rawRequest } from '@gatehouse/testkit'
import t from 'tap'
import { createUpstream, type UpstreamOptions } from '../src/index.ts'
import { handMovedPorts, openGate, until } from './gate.ts'
import { openRaw, type Peer } from './raw.ts'
import { get, OK, ok, openTimedWorld } from './world.ts'

t.test('a connection is used again, the one used last before the others', async t => {
  const held: Peer[] = []
  const { raw, gate } = await openTimedWorld(t, peer =>
    raw.peers.length < 3 && peer.requests === 1 && held.length < 2 ? void held.push(peer) : ok(peer),
  )
  const both = [rawRequest(gate.port, get()), rawRequest(gate.port, get())]
  await until(() => held.length === 2)
  t.same(gate.upstream.state(), { busy: 2, idle: 0, queued: 0 })
  const [first, second] = held as [Peer, Peer]
  ok(first)
  await until(() => gate.upstream.state().idle === 1)
  ok(second)
  await Promise.all(both)
  for (let round = 0; round < 3; round++) await rawRequest(gate.port, get())
  t.same([first.requests, second.requests], [1, 4])
  t.same(gate.upstream.state(), { busy: 0, idle: 2, queued: 0 })
})

t.test(
  'there are never more connections than allowed; the others wait their turn, and one too many is overloaded',
  async t => {
    const held: Peer[] = []
    const { raw, gate } = await openTimedWorld(t, peer => void held.push(peer), {
      connections: 2,
      limits: { queue: 2 },
    })
    const waiting = [1, 2, 3, 4].map(() => rawRequest(gate.port, get()))
    await until(() => held.length === 2 && gate.upstream.state().queued === 2)
    t.match(await rawRequest(gate.port, get()), { status: 502, body: 'overloaded' })
    for (let answered = 0; answered < 4; answered++) {
      await until(() => held.length > 0)
      ok(held.shift() as Peer)
    }
    for (const got of await Promise.all(waiting)) t.equal(got.body, 'hi')
    t.equal(raw.peers.length, 2)
  },
)

t.test(
  'a request that waits too long for a connection is overloaded, and one whose client leaves waits no more',
  async t => {
    const { gate, ports } = await openTimedWorld(t, () => {}, { connections: 1, limits: { queueTimeout: 1 } })
    const wires = [await openWire(gate.port), await openWire(gate.port), await openWire(gate.port)]
    wires[0]?.send(get())
    await until(() => gate.upstream.state().busy === 1)
    wires[1]?.send(get())
    await until(() => gate.upstream.state().queued === 1)
    wires[2]?.send(get())
    await until(() => gate.upstream.state().queued === 2)
    wires[1]?.socket.destroy()
    await until(() => gate.upstream.state().queued === 1)
    ports.advance(3)
    t.match(await wires[2]?.closed(), /overloaded$/)
    t.same(gate.refused, ['overloaded: no connection became free in time'])
  },
)

t.test('an idle connection is closed after the idle timeout, or a second before the upstream would', async t => {
  let hint = ''
  const { gate, ports } = await openTimedWorld(
    t,
    peer => void peer.socket.write(`HTTP/1.1 200 OK\r\n${hint}content-length: 2\r\n\r\nhi`),
  )
  const idleAfter = async (said: string, seconds: number) => {
    hint = said
    await rawRequest(gate.port, get())
    ports.advance(seconds)
    const { idle } = gate.upstream.state()
    ports.advance(10)
    return idle
  }
  t.equal(await idleAfter('', 3), 1)
  t.equal(await idleAfter('', 6), 0)
  t.equal(await idleAfter('Keep-Alive: timeout=3\r\n', 1.5), 1)
  t.equal(await idleAfter('Keep-Alive: max=7, timeout=3\r\n', 3.5), 0)
  t.equal(await idleAfter('Keep-Alive: timeout=600\r\n', 6), 0)
  t.equal(await idleAfter('Keep-Alive: timeout=0\r\n', 0), 0)
  t.equal(await idleAfter('Connection: close\r\n', 0), 0)
})

t.test('a connection the upstream has closed while it was idle is not used', async t => {
  const { raw, gate } = await openTimedWorld(t, ok)
  await rawRequest(gate.port, get())
  raw.peers[0]?.socket.end()
  await until(() => gate.upstream.state().idle === 0)
  t.match(await rawRequest(gate.port, get('POST')), { body: 'hi' })
  t.equal(raw.peers.length, 2)
})

t.test('an upstream that does not answer in time is a timeout, and its connection is closed', async t => {
  const { raw, gate, ports } = await openTimedWorld(t, () => {}, { headersTimeout: 2 })
  const answer = rawRequest(gate.port, get())
  await until(() => raw.peers[0]?.requests === 1 && gate.upstream.state().busy === 1)
  ports.advance(1.9)
  t.equal(gate.refused.length, 0)
  ports.advance(1)
  t.match(await answer, { status: 502, body: 'timeout' })
  await until(() => raw.open === 0)
  t.same(gate.upstream.state(), { busy: 0, idle: 0, queued: 0 })
})

t.test('interim responses show that the upstream is alive', async t => {
  const { raw, gate, ports } = await openTimedWorld(
    t,
    peer => void peer.socket.write('HTTP/1.1 102 Processing\r\n\r\n'),
    {
      headersTimeout: 2,
      bodyTimeout: 50,
    },
  )
  const answer = rawRequest(gate.port, get())
  await until(() => raw.peers[0]?.requests === 1)
  for (let round = 0; round < 5; round++) {
    const { bytesRead = 0 } = raw.peers[0]?.socket ?? {}
    ports.advance(0.5)
    raw.peers[0]?.socket.write('HTTP/1.1 102 Processing\r\n\r\n')
    t.ok(bytesRead > 0)
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
  }
  t.equal(gate.refused.length, 0)
  ports.advance(3)
  t.match(await answer, { body: 'timeout' })
})

t.test('a head that comes line by line has to be whole in time', async t => {
  const { raw, gate, ports } = await openTimedWorld(t, peer => void peer.socket.write('HTTP/1.1 200 OK\r\n'), {
    headersTimeout: 2,
    bodyTimeout: 50,
  })
  const answer = rawRequest(gate.port, get())
  await until(() => raw.peers[0]?.requests === 1)
  for (let round = 0; round < 8; round++) {
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
    ports.advance(0.5)
    raw.peers[0]?.socket.write('x-line: 1\r\n')
  }
  t.match(await answer, { body: 'timeout' })
  t.same(gate.refused, ['timeout: no answer in time'])
  await until(() => raw.open === 0)
})

t.test('an answer that stands still is broken off, and its client told by the connection', async t => {
  const { raw, gate, ports } = await openTimedWorld(
    t,
    peer => void peer.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhel'),
    { bodyTimeout: 2 },
  )
  const wire = await openWire(gate.port)
  wire.send(get())
  await wire.until('hel')
  ports.advance(3)
  t.match(await wire.closed(), /hel$/)
  t.same([gate.refused, gate.broken], [[], ['timeout: the answer stood still']])
  await until(() => raw.open === 0)
})

t.test('a connection that is not established in time is a timeout', async t => {
  const ports = handMovedPorts()
  const silent = await openRaw(() => {})
  const gate = await openGate({ url: silent.url.replace('http:', 'https:'), connectTimeout: 1 }, {}, ports)
  t.teardown(async () => {
    await gate.close()
    await silent.close()
  })
  const answer = rawRequest(gate.port, get())
  await until(() => silent.open === 1 && gate.upstream.state().busy === 1)
  ports.advance(3)
  t.match(await answer, { status: 502, body: 'timeout' })
  t.same(gate.refused, ['timeout: no connection in time'])
})

t.test('an event loop that stood still is not taken for a silent upstream', async t => {
  let now = 0
  const ticks: (() => void)[] = []
  const raw = await openRaw(() => {})
  const every = (_: number, tick: () => void) => {
    ticks.push(tick)
    return () => undefined
  }
  const gate = await openGate({ url: raw.url, headersTimeout: 2 }, {}, { now: () => now, every })
  t.teardown(async () => {
    await raw.close()
    await gate.close()
  })
  const answer = rawRequest(gate.port, get())
  await until(() => raw.peers[0]?.requests === 1)
  now += 60
  for (const tick of ticks) tick()
  t.equal(gate.refused.length, 0)
  raw.peers[0]?.socket.write(OK)
  t.match(await answer, { body: 'hi' })
})

t.test('a closed forwarder lets what is in flight end and takes nothing new', async t => {
  const { raw, gate } = await openTimedWorld(t, () => {})
  const answer = rawRequest(gate.port, get())
  await until(() => raw.peers[0]?.requests === 1)
  const closing = gate.upstream.close()
  t.match(await rawRequest(gate.port, get()), { status: 502, body: 'unreachable' })
  raw.peers[0]?.socket.write(OK)
  t.match(await answer, { body: 'hi' })
  await closing
  t.same(gate.upstream.state(), { busy: 0, idle: 0, queued: 0 })
  await gate.upstream.close()
})

t.test('a wrong option is named, with what is allowed', t => {
  const wrong: [Partial<UpstreamOptions>, RegExp][] = [
    [{ url: 'orders' }, /^url: must be an http: or https: URL/],
    [{ url: 'ftp://orders' }, /^url/],
    [{ url: 'http://user:secret@orders' }, /^url: must not hold credentials/],
    [{ url: 'http://orders/v1' }, /^url: must be an origin/],
    [{ url: 'http://orders?x' }, /^url: must be an origin/],
    [{ ca: 'pem' }, /^ca: only an https/],
    [{ connections: 0 }, /^connections: must be a whole number of at least 1/],
    [{ connections: 1.5 }, /^connections/],
    [{ connectTimeout: 0 }, /^connectTimeout: must be a number of seconds greater than 0/],
    [{ headersTimeout: -1 }, /^headersTimeout/],
    [{ bodyTimeout: Number.NaN }, /^bodyTimeout/],
    [{ retries: -1 }, /^retries/],
    [{ limits: { head: 10 } }, /^limits.head: must be a whole number of at least 64/],
    [{ limits: { idleTimeout: 0 } }, /^limits.idleTimeout/],
  ]
  for (const [option, message] of wrong) {
    t.throws(
      () => createUpstream({ url: 'http://orders', ...option }),
      { name: 'TypeError', message },
      JSON.stringify(option),
    )
  }
  t.doesNotThrow(() => createUpstream({ url: 'https://[::1]:8443', headersTimeout: 0, bodyTimeout: 0, ca: ['pem'] }))
  t.end()
})
