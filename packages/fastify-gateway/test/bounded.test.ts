import { once } from 'node:events'
import type { EpochSeconds, JsonObject } from '@gatehouse/protocol'
import { makeKey, openWire, rawUpstream, recordingUpstream, signToken, type Wire } from '@gatehouse/testkit'
import t from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import type { GatewayOptions, RouteOptions } from '../src/index.ts'
import { AUDIENCE, ask, bearer, ISSUER, openWorld, type World } from './world.ts'

const key = makeKey('ES256')
const START = 1_800_000_000
const issuers = {
  main: { issuer: ISSUER, audience: [AUDIENCE], jwks: { keys: [key.jwk] }, revocation: { audience: ['gateway'] } },
} as const
const routes: readonly RouteOptions[] = [
  { path: '/*', upstream: 'api', auth: {} },
  { path: '/patient/*', upstream: 'api', auth: {}, stream: { grace: '5s' } },
  { path: '/open/*', upstream: 'api', auth: 'public', opensProtected: true },
]

const token = (claims: JsonObject = {}): string =>
  signToken(key, { iss: ISSUER, aud: AUDIENCE, sub: 'alice', sid: 's1', iat: START, exp: START + 60, ...claims })

/** A gateway whose clock the test moves. */
async function openTimed(upstream: Parameters<typeof openWorld>[1], more: Partial<GatewayOptions> = {}) {
  const clock = { now: START }
  const ports = { now: () => clock.now as EpochSeconds }
  const world = await openWorld({ routes, issuers, ports, ...more }, upstream)
  return { world, clock }
}

async function echoing() {
  const upstream = await recordingUpstream()
  const server = new WebSocketServer({ server: upstream.server })
  server.on('connection', socket => socket.on('message', data => socket.send(String(data))))
  return openTimed(upstream)
}

async function connect(world: World, path: string, credential: string): Promise<WebSocket> {
  const headers = { authorization: `Bearer ${credential}` }
  const socket = new WebSocket(`ws://127.0.0.1:${world.port}${path}`, { headers })
  await once(socket, 'open')
  return socket
}

const endOf = (socket: WebSocket) => once(socket, 'close').then(([code, reason]) => [code, String(reason)])

/** Whether a socket is open when the gateway has looked at its clock: another one, whose token is over, is closed by that look. */
async function isOpenAfterLook(world: World, clock: { now: number }, socket: WebSocket): Promise<boolean> {
  const { now } = clock
  clock.now = START
  const canary = await connect(world, '/ws', token({ sub: 'canary', sid: 's3', exp: START + 1 }))
  clock.now = Math.max(now, START + 1)
  await endOf(canary)
  return socket.readyState === WebSocket.OPEN
}

t.test('a WebSocket lasts as long as its token', async t => {
  const { world, clock } = await echoing()
  t.teardown(world.close)

  await t.test('and is closed with 1008 and a reason between second 60 and 62', async t => {
    const socket = await connect(world, '/ws', token())
    clock.now = START + 59.9
    t.ok(await isOpenAfterLook(world, clock, socket))
    socket.send('ping')
    t.equal(String((await once(socket, 'message'))[0]), 'ping')
    clock.now = START + 60.1
    t.same(await endOf(socket), [1008, 'the token expired'])
    clock.now = START
  })

  await t.test('and longer by the grace of its route', async t => {
    const socket = await connect(world, '/patient/ws', token())
    clock.now = START + 64.9
    t.ok(await isOpenAfterLook(world, clock, socket))
    clock.now = START + 65
    t.same(await endOf(socket), [1008, 'the token expired'])
    clock.now = START
  })

  await t.test('and without end where nobody was asked for a token', async t => {
    const socket = await connect(world, '/open/ws', 'x')
    clock.now = START + 86_400
    t.ok(await isOpenAfterLook(world, clock, socket))
    socket.close()
    await once(socket, 'close')
    clock.now = START
  })

  await t.test('and not a moment longer than a revocation, which ends only what it names', async t => {
    const mine = await connect(world, '/ws', token())
    const other = await connect(world, '/ws', token({ sub: 'bob', sid: 's2' }))
    t.ok(world.app.gatehouse.revoke({ sub: 'alice', issuer: 'main' }))
    t.same(await endOf(mine), [1008, 'the token was revoked'])
    t.ok(await isOpenAfterLook(world, clock, other))
    other.close()
    await once(other, 'close')
  })
})

const HANDSHAKE = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
const upgrade = (path: string, claims: JsonObject = {}): string =>
  ask('GET', path, [bearer(token(claims)), 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']).replace(
    'Connection: close',
    'Connection: Upgrade',
  )
const FAREWELL = `${Buffer.from([0x88, 23, 0x03, 0xf0]).toString('latin1')}the token was revoked`

t.test('the Close frame stands between two frames, never inside one', async t => {
  let feed: (bytes: Buffer) => void = () => undefined
  const upstream = await rawUpstream(socket => {
    feed = bytes => void socket.write(bytes)
    socket.write(HANDSHAKE)
  })
  const { world, clock } = await openTimed(undefined, { upstreams: { api: { url: upstream.url } } })
  t.teardown(async () => {
    await upstream.close()
    await world.close()
  })
  const frame = (length: number): Buffer => {
    const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
    head[0] = 0x82
    head[1] = length < 126 ? length : length < 65_536 ? 126 : 127
    if (length >= 65_536) head.writeBigUInt64BE(BigInt(length), 2)
    else if (length >= 126) head.writeUInt16BE(length, 2)
    return Buffer.concat([head, Buffer.alloc(length, 'x')])
  }
  for (const length of [0, 5, 300, 70_000]) {
    const wire = await openWire(world.port)
    wire.send(upgrade('/ws', { sub: `carol-${length}` }))
    await wire.until('\r\n\r\n')
    const whole = frame(length)
    feed(whole.subarray(0, 1))
    await wire.until('\r\n\r\n\x82')
    world.app.gatehouse.revoke({ sub: `carol-${length}` })
    feed(Buffer.concat([whole.subarray(1), frame(3)]))
    const all = await wire.closed()
    t.ok(all.endsWith(whole.toString('latin1') + FAREWELL), `${length} bytes, then the farewell and nothing after it`)
  }
  const wire = await openWire(world.port)
  wire.send(upgrade('/ws'))
  await wire.until('\r\n\r\n')
  feed(Buffer.from([0x82, 5]))
  await wire.until('\x05')
  clock.now = START + 60
  t.ok((await wire.closed()).endsWith('\x82\x05'), 'a frame that never ends is not waited for')
})

/** Reads an answer of an upstream that the test feeds. */
async function reading(head: string, path = '/stream', version = '1.1') {
  let feed: (bytes: string) => void = () => undefined
  const gone: Promise<void>[] = []
  const upstream = await rawUpstream(socket => {
    gone.push(new Promise(resolve => void socket.once('close', () => resolve())))
    feed = bytes => void socket.write(bytes)
    socket.write(head)
  })
  const { world, clock } = await openTimed(undefined, { upstreams: { api: { url: upstream.url } } })
  const wire: Wire = await openWire(world.port)
  wire.send(ask('GET', path, [bearer(token())]).replace('HTTP/1.1', `HTTP/${version}`))
  await wire.until('\r\n\r\n')
  const close = async () => {
    wire.socket.destroy()
    await upstream.close()
    await world.close()
  }
  return { feed: (bytes: string) => feed(bytes), wire, clock, world, gone, close }
}

const EVENTS = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

t.test('an event stream', async t => {
  await t.test('ends with an event that says why, and lets its upstream go', async t => {
    const { feed, wire, clock, gone, close } = await reading(EVENTS)
    t.teardown(close)
    feed(chunk('data: 1\r\n\r\n'))
    await wire.until('data: 1')
    clock.now = START + 60
    const all = await wire.closed()
    t.match(all, /event: gatehouse\ndata: token_expired\n\n\r\n0\r\n\r\n$/)
    await gone[0]
  })

  await t.test('ends at once with a revocation', async t => {
    const { feed, wire, world, close } = await reading(EVENTS)
    t.teardown(close)
    feed(chunk('data: 1\n\n'))
    await wire.until('data: 1')
    world.app.gatehouse.revoke({ sid: 's1' })
    t.match(await wire.closed(), /event: gatehouse\ndata: token_inactive\n\n\r\n0\r\n\r\n$/)
  })

  await t.test('is cut in the middle of an event, which must not look whole', async t => {
    const { feed, wire, clock, gone, close } = await reading(EVENTS)
    t.teardown(close)
    feed(chunk('data: 1\n'))
    await wire.until('data: 1')
    clock.now = START + 60
    t.notMatch(await wire.closed(), /gatehouse|\r\n0\r\n/)
    await gone[0]
  })
})

t.test('a long answer is cut, so that what came does not look like the whole', async t => {
  const answers = [
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\npart', '1.1'],
    ['chunks', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk('part')}`, '1.1'],
    ['the end of the connection', 'HTTP/1.1 200 OK\r\n\r\npart', '1.0'],
  ] as const
  for (const [framing, head, version] of answers) {
    const { wire, clock, gone, close } = await reading(head, '/download', version)
    await wire.until('part')
    clock.now = START + 60
    t.notMatch(await wire.closed(), /\r\n0\r\n/, framing)
    await gone[0]
    await close()
  }
})

t.test('what begins within the tolerance of the issuer is not cut at once', async t => {
  let finish: () => void = () => undefined
  const upstream = await recordingUpstream((_request, response) => {
    response.write('part')
    finish = () => void response.end('rest')
  })
  new WebSocketServer({ server: upstream.server })
  const { world, clock } = await openTimed(upstream)
  t.teardown(world.close)
  clock.now = START + 62
  const wire = await openWire(world.port)
  wire.send(ask('GET', '/late', [bearer(token())]))
  await wire.until('part')
  const canary = await connect(world, '/ws', token({ exp: START + 63 }))
  clock.now = START + 63
  await endOf(canary)
  finish()
  t.match(await wire.closed(), /part\r\n4\r\nrest\r\n0\r\n\r\n$/)
})

t.test('the end of the gateway', async t => {
  const { world } = await echoing()
  t.teardown(world.close)
  const socket = await connect(world, '/ws', token())
  world.app.gatehouse.endTunnels()
  t.same(await endOf(socket), [1001, 'the gateway is going away'])
  const refused = new WebSocket(`ws://127.0.0.1:${world.port}/ws`, { headers: { authorization: `Bearer ${token()}` } })
  const [, response] = await once(refused, 'unexpected-response')
  t.equal(response.statusCode, 503)
  response.destroy()
  refused.on('error', () => undefined)
  refused.terminate()
})
