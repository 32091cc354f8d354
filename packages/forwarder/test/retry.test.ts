import { createServer } from 'node:net'
import { rawRequest } from '@gatehouse/testkit'
import t from 'tap'
import { openGate } from './gate.ts'
import { get, ok, openTimedWorld } from './world.ts'

t.test(
  'a request that may be repeated is, once, when the connection it reused is closed before a byte of the answer',
  async t => {
    const { raw, gate } = await openTimedWorld(t, peer => (peer.requests === 1 ? ok(peer) : peer.socket.destroy()))
    await rawRequest(gate.port, get())
    t.match(await rawRequest(gate.port, get()), { status: 200, body: 'hi' })
    t.equal(raw.peers.length, 2)
    await rawRequest(gate.port, get('DELETE'))
    t.equal(raw.peers.length, 3)
    t.match(await rawRequest(gate.port, get('POST')), { status: 502, body: 'unreachable' }, 'POST is not idempotent')
    await rawRequest(gate.port, get())
    t.match(
      await rawRequest(gate.port, `${get('PUT', 'Content-Length: 2\r\n')}hi`),
      { status: 502 },
      'this one has a body',
    )
    t.equal(raw.peers.filter(peer => /POST/.test(peer.text)).length, 1)
    t.equal(raw.peers.filter(peer => /PUT/.test(peer.text)).length, 1)
  },
)

t.test('a request is not repeated on a fresh connection, nor after a byte of the answer', async t => {
  const fresh = await openTimedWorld(t, peer => void peer.socket.destroy(), { retries: 3 })
  t.match(await rawRequest(fresh.gate.port, get()), { status: 502, body: 'unreachable' })
  t.equal(fresh.raw.peers.length, 1)
  const begun = await openTimedWorld(t, peer => (peer.requests === 1 ? ok(peer) : void peer.socket.end('H')), {
    retries: 3,
  })
  await rawRequest(begun.gate.port, get())
  t.match(await rawRequest(begun.gate.port, get()), { status: 502, body: 'bad_response' })
  t.equal(begun.raw.peers.length, 1)
})

t.test('with room for one connection, the repetition takes the place of the closed one', async t => {
  const { raw, gate } = await openTimedWorld(t, peer => (peer.requests === 1 ? ok(peer) : peer.socket.destroy()), {
    connections: 1,
  })
  await rawRequest(gate.port, get())
  t.match(await rawRequest(gate.port, get()), { body: 'hi' })
  t.equal(raw.peers.length, 2)
})

t.test('an upstream that is not there is unreachable, and tried again as often as allowed', async t => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  await new Promise(resolve => server.close(resolve))
  const gate = await openGate({ url, retries: 2 })
  t.teardown(() => gate.close())
  t.match(await rawRequest(gate.port, get()), { status: 502, body: 'unreachable' })
  t.match(await rawRequest(gate.port, get('POST')), { status: 502, body: 'unreachable' })
  t.same(gate.refused, ['unreachable: ECONNREFUSED', 'unreachable: ECONNREFUSED'])
  t.same(gate.upstream.state(), { busy: 0, idle: 0, queued: 0 })
})

t.test('an upstream that closes every connection it accepts is given up', async t => {
  const server = createServer(socket => socket.destroy())
  let accepted = 0
  server.on('connection', () => accepted++)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const gate = await openGate({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` })
  t.teardown(() => gate.close())
  t.teardown(() => server.close())
  t.match(await rawRequest(gate.port, get()), { status: 502, body: 'unreachable' })
  t.equal(accepted, 1)
})
