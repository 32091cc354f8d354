import { createServer as createHttpServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openWire, rawRequest } from '@gatehouse/testkit'
import t from 'tap'
import { handMovedPorts, openGate, until } from './gate.ts'
import { openRaw } from './raw.ts'
import { CLOSE, OK, openWorld, request } from './world.ts'

const MEGABYTE = Buffer.alloc(1 << 20, 'm')

t.test('an upstream that reads slowly holds the client back, and gets every byte', async t => {
  let length = 0
  const held: (() => void)[] = []
  const server = createHttpServer((incoming, response) => {
    held.push(() => incoming.resume())
    incoming.pause()
    incoming.on('data', chunk => {
      length += chunk.length
    })
    incoming.on('end', () => response.end('hi'))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const gate = await openGate({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await gate.close()
  })
  for (const headers of [{ 'content-length': 32 << 20 }, { 'transfer-encoding': 'chunked' }]) {
    length = 0
    const call = httpRequest({ port: gate.port, host: '127.0.0.1', method: 'POST', headers, agent: false })
    let sent = 0
    const more = () => {
      while (sent < 32) {
        sent++
        if (!call.write(MEGABYTE)) return
      }
      call.end()
    }
    call.on('drain', more)
    more()
    const answer = new Promise<number | undefined>(resolve =>
      call.on('response', response => resolve(response.resume().statusCode)),
    )
    await until(() => held.length > 0)
    for (let turn = 0; turn < 300; turn++) await new Promise(resolve => setImmediate(resolve))
    t.ok(sent < 32, 'the client waits')
    held.shift()?.()
    t.equal(await answer, 200)
    t.equal(length, 32 << 20)
  }
})

t.test('an answer may come before the request is over; the rest of the body is read and dropped', async t => {
  const { raw, gate } = await openWorld(
    t,
    peer => void peer.socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno'),
  )
  const wire = await openWire(gate.port)
  wire.send(`${request('POST', 'Content-Length: 100000\r\n')}begun`)
  await wire.until('\r\n\r\nno')
  await until(() => raw.open === 0)
  wire.send('x'.repeat(99_995))
  wire.send(request('GET', CLOSE))
  t.match(
    await wire.closed(),
    /413 Too Large.*no.*413 Too Large.*no$/s,
    'the next request on the connection is answered',
  )
  t.equal(raw.peers.length, 2, 'a connection that was owed a body is not used again')
})

t.test('an answer that comes with a reset in the middle of a large upload is passed on', async t => {
  const { gate } = await openWorld(t, peer => {
    peer.socket.write('HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno')
    peer.socket.destroySoon()
  })
  for (let round = 0; round < 20; round++) {
    const call = httpRequest({
      port: gate.port,
      host: '127.0.0.1',
      method: 'POST',
      headers: { 'content-length': 8 << 20 },
      agent: false,
    })
    call.on('error', () => undefined)
    for (let sent = 0; sent < 8; sent++) call.write(MEGABYTE)
    const status = await new Promise(resolve => {
      call.on('response', response => resolve(response.resume().statusCode))
      call.on('close', () => resolve('closed'))
    })
    t.equal(status, 413)
    call.destroy()
  }
})

t.test('an upstream may answer while it reads', async t => {
  const { raw, gate } = await openWorld(t, peer => {
    if (peer.requests > 1) return
    peer.socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    peer.socket.on('data', chunk => /pong/.test(String(chunk)) || peer.socket.write('4\r\nping\r\n'))
  })
  const wire = await openWire(gate.port)
  wire.send(request('POST', `${CLOSE}Transfer-Encoding: chunked\r\n`))
  await wire.until('200 OK')
  for (const word of ['one', 'two', 'six']) {
    const before = wire.received().length
    wire.send(`3\r\n${word}\r\n`)
    await until(() => wire.received().length > before && /ping/.test(wire.received().slice(before)))
  }
  wire.send('0\r\n\r\n')
  await until(() => /0\r\n\r\n$/.test(raw.peers[0]?.text ?? ''))
  raw.peers[0]?.socket.write('0\r\n\r\n')
  t.match(await wire.closed(), /(4\r\nping\r\n){3,}0\r\n\r\n$/)
})

t.test(
  'a body over the limit is refused: a stated one before a connection is opened, a chunked one where it passes the limit',
  async t => {
    const { raw, gate } = await openWorld(t, () => {}, {}, { bodyLimit: 10 })
    t.match(await rawRequest(gate.port, `${request('POST', `${CLOSE}Content-Length: 11\r\n`)}hello world`), {
      body: 'body_too_large',
    })
    t.equal(raw.peers.length, 0)
    const wire = await openWire(gate.port)
    wire.send(`${request('POST', 'Transfer-Encoding: chunked\r\n')}5\r\nhello\r\n`)
    await until(() => /hello/.test(raw.peers[0]?.text ?? ''))
    wire.send('6\r\n world\r\n')
    await wire.until('body_too_large')
    await until(() => raw.open === 0)
    wire.send(`5\r\nafter\r\n0\r\n\r\n${request('POST', `${CLOSE}Content-Length: 11\r\n`)}hello world`)
    t.match(await wire.closed(), /body_too_large.*body_too_large$/s, 'the rest is read and dropped')
  },
)

t.test(
  'a client that waits for 100 Continue gets it when the body is wanted, and the upstream never sees the wish',
  async t => {
    const { raw, gate } = await openWorld(
      t,
      peer => void (peer.requests === 1 && peer.socket.on('data', () => undefined)),
    )
    for (const framing of [
      'Content-Length: 5\r\n',
      `Content-Length: ${1 << 16}\r\n`,
      'Transfer-Encoding: chunked\r\n',
    ]) {
      const wire = await openWire(gate.port)
      wire.send(request('POST', `${framing}Expect: 100-continue\r\n${CLOSE}`))
      t.equal(await wire.until('\r\n\r\n'), 'HTTP/1.1 100 Continue\r\n\r\n')
      wire.send(
        /chunked/.test(framing) ? '5\r\nhello\r\n0\r\n\r\n' : 'hello'.padEnd(Number(/\d+/.exec(framing)?.[0]), '.'),
      )
      await until(() => /hello/.test(raw.peers.at(-1)?.text ?? ''))
      raw.peers.at(-1)?.socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      await until(() => /(?:hello|\.{5}|0\r\n\r\n)$/.test(raw.peers.at(-1)?.text ?? ''))
      raw.peers.at(-1)?.socket.write(OK)
      t.match(await wire.closed(), /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n.*hi$/s)
    }
    t.notMatch(raw.peers.map(peer => peer.text).join(), /expect/i)
  },
)

t.test('a coding that would be lost on the way is refused', async t => {
  const { gate } = await openWorld(t, () => {})
  const got = await rawRequest(gate.port, `${request('POST', `${CLOSE}Transfer-Encoding: gzip, chunked\r\n`)}0\r\n\r\n`)
  t.match(got, { status: 502, body: 'bad_request' })
})

t.test('a client that stops sending is a timeout, whether its body is collected or streamed', async t => {
  const ports = handMovedPorts()
  const raw = await openRaw(() => {})
  const gate = await openGate({ url: raw.url, bodyTimeout: 2 }, {}, ports)
  t.teardown(async () => {
    await raw.close()
    await gate.close()
  })
  let requests = 0
  gate.server.on('request', () => requests++)
  for (const length of [100, 100_000]) {
    const wire = await openWire(gate.port)
    wire.send(`${request('POST', `Content-Length: ${length}\r\n`)}begun`)
    await until(() => requests === (length === 100 ? 1 : 2))
    if (length > 100) await until(() => /begun/.test(raw.peers[0]?.text ?? ''))
    ports.advance(3)
    await wire.until('timeout')
    wire.socket.destroy()
  }
  await until(() => raw.open === 0)
  t.equal(raw.peers.length, 1, 'no connection was opened for a body that never came')
  t.same(gate.refused, ['timeout: the request stood still', 'timeout: the request stood still'])
})
