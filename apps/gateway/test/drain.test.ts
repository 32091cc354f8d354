import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import t, { type Test } from 'tap'
import { configurationFor, runConfiguration } from './gatehouse.ts'
import { openSocket } from './socket.ts'

/** An upstream that takes WebSockets, and answers other requests when told. */
async function listenSockets(t: Test) {
  const sockets = new Set<Socket>()
  const waiting: (() => void)[] = []
  const server = createServer((_request, response) => waiting.push(() => response.end('finished')))
  server.on('upgrade', (request, socket: Socket) => {
    const accept = createHash('sha1').update(
      `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
    )
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept.digest('base64')}\r\n\r\n`,
    )
    socket.on('error', () => undefined)
    sockets.add(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: () => {
      for (const go of waiting) go()
    },
    waiting,
  }
}

t.test('WebSockets do not hold the drain to its grace: they are told to go with 1001, and nothing was cut', async t => {
  const upstream = await listenSockets(t)
  for (const workers of [1, 2]) {
    const { child, url } = await runConfiguration(t, configurationFor(upstream.url, { shutdownGrace: '1h', workers }))
    const client = await openSocket(t, url, '/health')
    child.process.kill('SIGTERM')
    // RFC 6455 sections 5.5.1 and 7.4.1: a Close frame that begins with the status code 1001.
    const frame = await client.frames()
    t.equal(frame[0], 0x88)
    t.equal(frame.readUInt16BE(2), 1001)
    t.same(await child.ended, { code: 0, signal: null })
  }
})

t.test('while a request is in flight WebSockets go on, until a third of the grace is left', async t => {
  const upstream = await listenSockets(t)
  const { child, url } = await runConfiguration(t, configurationFor(upstream.url, { shutdownGrace: '1h' }))
  const client = await openSocket(t, url, '/health')
  const pending = fetch(`${url}/health`)
  while (upstream.waiting.length === 0) await new Promise(resolve => setImmediate(resolve))
  child.process.kill('SIGTERM')
  await child.line('draining')
  upstream.answer()
  t.equal(await (await pending).text(), 'finished')
  t.equal((await client.frames())[0], 0x88)
  t.same(await child.ended, { code: 0, signal: null })
})
