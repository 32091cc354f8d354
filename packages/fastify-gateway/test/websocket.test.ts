import { once } from 'node:events'
import { connect } from 'node:net'
import { openWire, parseAnswer, rawRequest, rawUpstream, recordingUpstream } from '@gatehouse/testkit'
import t from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import { ask, mint, openWorld } from './world.ts'

const routes = [
  { path: '/ws', upstream: 'api', auth: {}, identity: { headers: { 'x-user': 'sub' } } },
  { path: '/open/*', upstream: 'api', auth: 'public' },
  { path: '/down', upstream: 'down', auth: 'public' },
] as const

const UPGRADE = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
/** The head of an upgrade; Connection says so in place of `ask`'s close. */
const upgrade = (target: string, headers: readonly string[] = [], method = 'GET'): string =>
  ask(method, target, [...UPGRADE, ...headers]).replace('Connection: close', 'Connection: Upgrade')

async function echoing() {
  const upstream = await recordingUpstream()
  const server = new WebSocketServer({
    server: upstream.server,
    handleProtocols: protocols => [...protocols].at(-1) ?? false,
  })
  const heads: NodeJS.Dict<string | string[]>[] = []
  server.on('connection', (socket, request) => {
    heads.push(request.headers)
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
    socket.on('close', code => closed.push(code))
  })
  const closed: number[] = []
  const world = await openWorld(
    { routes, upstreams: { api: { url: upstream.url }, down: { url: 'http://127.0.0.1:1' } } },
    upstream,
  )
  return { world, heads, closed, server }
}

t.test('WebSockets', async t => {
  const { world, heads, closed } = await echoing()
  t.teardown(world.close)
  const url = `ws://127.0.0.1:${world.port}`

  await t.test('carry messages both ways, with their protocol, to their close', async t => {
    const socket = new WebSocket(`${url}/ws`, ['a', 'b'], { headers: { authorization: `Bearer ${mint()}` } })
    await once(socket, 'open')
    t.equal(socket.protocol, 'b')
    for (const message of ['text', 'x'.repeat(300_000)]) {
      socket.send(message)
      const [data] = await once(socket, 'message')
      t.equal(String(data), message)
    }
    socket.close(4001, 'enough')
    const [code] = await once(socket, 'close')
    t.equal(code, 4001)
    while (closed.length === 0) await new Promise(resolve => setImmediate(resolve))
    t.same(closed, [4001])
  })

  await t.test('tell the upstream who asks, and strip what only looks like it', async t => {
    const socket = new WebSocket(`${url}/ws`, {
      headers: {
        authorization: `Bearer ${mint()}`,
        'X-User': 'root',
        X_User: 'root',
        'x.gatehouse.subject': 'root',
        cookie: 'a=1',
        'sec-websocket-extensions': 'permessage-deflate',
      },
    })
    await once(socket, 'open')
    t.match(heads.at(-1), {
      'x-user': 'alice',
      'x-gatehouse-subject': 'alice',
      cookie: 'a=1',
      'x-forwarded-for': '127.0.0.1',
    })
    t.notMatch(JSON.stringify(heads.at(-1)), 'root')
    t.equal(heads.at(-1)?.authorization, undefined)
    socket.close()
    await once(socket, 'close')
  })

  await t.test('without a token are refused with an ordinary answer, and the connection ends', async t => {
    const before = heads.length
    const answer = await rawRequest(world.port, upgrade('/ws'))
    t.match(answer, { status: 401, headers: { 'www-authenticate': /^Bearer/, connection: 'close' } })
    t.equal(JSON.parse(answer.body).code, 'credential_missing')
    t.equal(heads.length, before)
  })

  await t.test('follow the rules of routes and targets', async t => {
    t.equal((await rawRequest(world.port, upgrade('/nowhere'))).status, 404)
    t.equal((await rawRequest(world.port, upgrade('/open/../ws'))).status, 400)
    t.equal((await rawRequest(world.port, upgrade('/%zz'))).status, 400)
    t.equal((await rawRequest(world.port, upgrade('/down'))).status, 502)
    t.match(await rawRequest(world.port, upgrade('/open/x', ['Content-Length: 4'])), {
      status: 400,
      body: /target_ambiguous/,
    })
    t.same(world.upstream.seen, [])
  })

  await t.test('other protocols are not switched to: the request is served as it is', async t => {
    const request = ask('GET', '/open/plain', ['Upgrade: h2c', 'HTTP2-Settings: AAAA']).replace(
      'Connection: close',
      'Connection: Upgrade, HTTP2-Settings',
    )
    const answer = await rawRequest(world.port, request)
    t.match(answer, { status: 200, headers: { connection: 'close', upgrade: undefined } })
    const seen = world.upstream.seen.at(-1)
    t.match(seen, { url: '/open/plain', headers: { upgrade: undefined, 'http2-settings': undefined } })
  })
})

t.test('the tunnel', async t => {
  const HEAD = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-A: 1\r\n\r\n'

  await t.test('carries what either side sends before the handshake is over', async t => {
    const upstream = await rawUpstream(socket => {
      socket.write(`${HEAD}early upstream`)
    })
    const world = await openWorld({ routes, upstreams: { api: { url: upstream.url }, down: { url: upstream.url } } })
    t.teardown(async () => {
      await upstream.close()
      await world.close()
    })
    const wire = await openWire(world.port)
    wire.send(`${upgrade('/open/x')}early client`)
    const head = await wire.until('early upstream')
    t.match(parseAnswer(head), { status: 101, headers: { connection: 'Upgrade', upgrade: 'websocket', 'x-a': '1' } })
    while (!upstream.received[0]?.endsWith('early client')) await new Promise(resolve => setImmediate(resolve))
    t.match(upstream.received[0], /^GET \/open\/x HTTP\/1\.1\r\n/)
    wire.socket.end()
    await wire.closed()
  })

  await t.test('ends for both when either goes', async t => {
    const sockets: import('node:net').Socket[] = []
    const upstream = await rawUpstream(socket => {
      sockets.push(socket)
      socket.write(HEAD)
    })
    const world = await openWorld({ routes, upstreams: { api: { url: upstream.url }, down: { url: upstream.url } } })
    t.teardown(async () => {
      await upstream.close()
      await world.close()
    })
    const first = await openWire(world.port)
    first.send(upgrade('/open/1'))
    await first.until('X-A: 1\r\n')
    sockets[0]?.end('last words')
    t.match(await first.closed(), /last words$/)

    const second = await openWire(world.port)
    second.send(upgrade('/open/2'))
    await second.until('X-A: 1\r\n')
    const gone = once(sockets[1] ?? second.socket, 'close')
    second.socket.destroy()
    await gone

    const third = await openWire(world.port)
    third.send(upgrade('/open/3'))
    await third.until('X-A: 1\r\n')
    await world.app.close()
    await third.closed()
    t.equal(sockets.length, 3)
  })

  await t.test('is not opened by any other answer', async t => {
    const answers = [
      ['HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno', 426],
      ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno', 200],
      ['HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n', 502],
      ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 502],
    ] as const
    for (const [bytes, status] of answers) {
      const upstream = await rawUpstream(socket => socket.end(bytes))
      const world = await openWorld({ routes, upstreams: { api: { url: upstream.url }, down: { url: upstream.url } } })
      const answer = await rawRequest(world.port, upgrade('/open/x'))
      t.equal(answer.status, status, bytes)
      t.equal(answer.headers.connection, 'close')
      await upstream.close()
      await world.close()
    }
  })

  await t.test('leaves nothing open when the client goes before the answer', async t => {
    const upstream = await rawUpstream(() => undefined)
    const world = await openWorld({ routes, upstreams: { api: { url: upstream.url }, down: { url: upstream.url } } })
    t.teardown(async () => {
      await upstream.close()
      await world.close()
    })
    const socket = connect(world.port, '127.0.0.1')
    socket.write(upgrade('/open/x'))
    while (upstream.received.length === 0) await new Promise(resolve => setImmediate(resolve))
    socket.destroy()
    await world.app.close()
    t.equal(upstream.received.length, 1)
  })
})

t.test('an application with WebSockets of its own keeps those that are no route of the gateway', async t => {
  const { world } = await echoing()
  t.teardown(world.close)
  const own = new WebSocketServer({ noServer: true })
  world.app.server.on('upgrade', (request, socket, head) => {
    if (request.url === '/own') own.handleUpgrade(request, socket, head, ws => ws.send('own'))
  })
  const socket = new WebSocket(`ws://127.0.0.1:${world.port}/own`)
  const [data] = await once(socket, 'message')
  t.equal(String(data), 'own')
  socket.terminate()
  t.equal((await rawRequest(world.port, upgrade('/ws'))).status, 401)
})
