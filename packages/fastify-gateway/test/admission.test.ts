import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { openWire, type RawUpstream, rawUpstream } from '@gatehouse/testkit'
import t from 'tap'
import { Admission } from '../src/admission.ts'
import { Throttle } from '../src/event-loop.ts'
import { get, openHttp2, token } from './http2-world.ts'
import { ask, openWorld } from './world.ts'

const routes = [{ path: '/*', upstream: 'api', auth: 'public' }] as const
const GET = 'GET /held HTTP/1.1\r\nHost: a\r\n\r\n'

/** An upstream that answers the first request of a connection when it is told to. */
async function heldUpstream(): Promise<{ readonly upstream: RawUpstream; release(): void }> {
  const held: (() => void)[] = []
  let isOpen = false
  const upstream = await rawUpstream(socket => {
    const answer = () => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
    if (isOpen) answer()
    else held.push(answer)
  })
  return {
    upstream,
    release() {
      isOpen = true
      for (const answer of held.splice(0)) answer()
    },
  }
}

const statusesOf = (raw: string): string[] => [...raw.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status ?? '')

t.test('as many requests as are allowed wait on one connection, and one more ends it', async t => {
  const { upstream, release } = await heldUpstream()
  const world = await openWorld({ routes, upstreams: { api: { url: upstream.url } }, limits: { concurrency: 4 } })
  t.teardown(async () => {
    await upstream.close()
    await world.close()
  })
  const wires = await Promise.all([openWire(world.port), openWire(world.port)])
  wires[0].send(GET.repeat(3) + ask('GET', '/held'))
  wires[1].send(GET.repeat(5))
  // A connection of its own is not touched by the crowd on another.
  const other = await openWire(world.port)
  other.send(ask('GET', '/held'))
  while (upstream.received.length < 9) await new Promise(resolve => setImmediate(resolve))
  release()
  t.same(statusesOf(await wires[0].closed()), ['200', '200', '200', '200'])
  const crowded = await wires[1].closed()
  t.same(statusesOf(crowded), ['200', '200', '200', '200', '503'])
  t.match(crowded, /503 Service Unavailable\r\n(?:[^\r\n]+\r\n)*retry-after: 1\r\n/i)
  t.match(crowded, /connection: close[\s\S]*"code":"overloaded"/)
  t.same(statusesOf(await other.closed()), ['200'])
  t.equal(upstream.received.length, 9, 'what was turned away reached nobody')
})

t.test('who waits for answers before sending more is never turned away', async t => {
  const world = await openWorld({ routes, limits: { concurrency: 1 } })
  t.teardown(world.close)
  const wire = await openWire(world.port)
  for (let count = 1; count <= 5; count++) {
    wire.send(GET)
    while (statusesOf(wire.received()).length < count) await new Promise(resolve => setImmediate(resolve))
  }
  t.same(statusesOf(wire.received()), ['200', '200', '200', '200', '200'])
  wire.socket.destroy()
})

t.test('a place on a connection is free again when the answer before it is out', async t => {
  const admission = new Admission(3, new Throttle(0))
  const socket = new EventEmitter()
  const request = { socket, httpVersionMajor: 1 } as unknown as IncomingMessage
  const waiting = () => Object.assign(new EventEmitter(), { socket: null }) as unknown as ServerResponse
  const [first, second, third] = [waiting(), waiting(), waiting()]
  t.equal(admission.refusalOf(request, first), undefined)
  t.equal(admission.refusalOf(request, second), undefined)
  const flood = Array.from({ length: 10_000 }, () => admission.refusalOf(request, third))
  t.ok(flood.every(reason => reason === 'connection'))
  t.equal(third.listenerCount('socket'), 0, 'nothing is kept of what was turned away')
  first.emit('socket', socket)
  t.equal(admission.refusalOf(request, third), undefined)
  t.equal(admission.refusalOf(request, waiting()), 'connection')
})

t.test('streams of HTTP/2 are counted like pipelined requests', async t => {
  const { upstream, release } = await heldUpstream()
  t.teardown(upstream.close)
  const { session } = await openHttp2(t, upstream.url, { limits: { concurrency: 3 } })
  const held = Array.from({ length: 3 }, () => get(session, { ...token(), ':path': '/held' }))
  while (upstream.received.length < 3) await new Promise(resolve => setImmediate(resolve))
  const refused = await get(session, { ...token(), ':path': '/held' })
  t.match(refused, { headers: { ':status': 503, 'retry-after': '1' }, body: /"code":"overloaded"/ })
  release()
  t.same(
    (await Promise.all(held)).map(({ headers }) => headers[':status']),
    [200, 200, 200],
  )
  t.match(await get(session, { ...token(), ':path': '/held' }), { headers: { ':status': 200 } })
})

t.test(
  'a loop that is late turns requests away with 503 before anybody is asked, and takes them again later',
  async t => {
    const world = await openWorld({ routes, limits: { eventLoopDelay: '20ms' } })
    t.teardown(world.close)
    const send = async (): Promise<string> => {
      const wire = await openWire(world.port)
      wire.send(ask('GET', '/'))
      return wire.closed()
    }
    t.match(await send(), /^HTTP\/1\.1 200/)
    const seen = world.upstream.seen.length
    for (let stall = 0; stall < 8; stall++) {
      const began = performance.now()
      const before = process.cpuUsage()
      while (performance.now() - began < 250 || process.cpuUsage(before).user < 150_000);
      // The timers of this turn, then a turn for what they have set in motion.
      await new Promise(resolve => setTimeout(resolve))
      await new Promise(resolve => setImmediate(resolve))
    }
    const answers = await Promise.all(Array.from({ length: 10 }, send))
    const refused = answers.filter(answer => answer.startsWith('HTTP/1.1 503'))
    t.ok(refused.length > 0, 'a part is turned away')
    t.match(refused[0], /retry-after: 1[\s\S]*"code":"overloaded"/i)
    t.equal(world.upstream.seen.length - seen, 10 - refused.length)
    let last = ''
    while (!last.startsWith('HTTP/1.1 200')) last = await send()
    t.match(last, /^HTTP\/1\.1 200/)
  },
)
