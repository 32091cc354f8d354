import { request as httpRequest } from 'node:http'
import { openWire } from '@gatehouse/testkit'
import t from 'tap'
import { until } from './gate.ts'
import type { Peer } from './raw.ts'
import { CLOSE, openWorld, request } from './world.ts'

const MEGABYTE = Buffer.alloc(1 << 20, 'm')

t.test('events reach the client one by one, and the head before the first of them', async t => {
  const { raw, gate } = await openWorld(
    t,
    peer =>
      void peer.socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
      ),
  )
  const wire = await openWire(gate.port)
  wire.send(request('GET', CLOSE))
  await wire.until('text/event-stream')
  for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
    raw.peers[0]?.socket.write(`9\r\n${event}\r\n`)
    await wire.until(`9\r\n${event}\r\n`)
  }
  raw.peers[0]?.socket.write('0\r\n\r\n')
  t.match(await wire.closed(), /data: 2\n\n\r\n0\r\n\r\n$/)
})

t.test('a client that reads slowly holds the upstream back, and gets every byte', async t => {
  const size = 32
  let isStuck = false
  const { gate } = await openWorld(t, peer => {
    peer.socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size << 20}\r\n\r\n`)
    let left = size
    const more = () => {
      while (left-- > 0) if (!peer.socket.write(MEGABYTE)) break
      isStuck = peer.socket.writableLength > 0
    }
    peer.socket.on('drain', more)
    more()
  })
  const call = httpRequest({ port: gate.port, host: '127.0.0.1' })
  call.end()
  const length = await new Promise<number>(resolve => {
    call.on('response', response => {
      let length = 0
      response.pause()
      response.on('data', chunk => {
        length += chunk.length
      })
      response.on('end', () => resolve(length))
      const settled = process.memoryUsage().arrayBuffers
      let turns = 0
      const look = () => {
        if (turns++ < 500) return setImmediate(look)
        t.ok(isStuck, 'the upstream waits')
        t.ok(process.memoryUsage().arrayBuffers - settled < 16 << 20, 'nothing is hoarded in between')
        return response.resume()
      }
      look()
    })
  })
  t.equal(length, size << 20)
})

t.test('a client that leaves ends the request to the upstream, whatever it waits for', async t => {
  const { raw, gate } = await openWorld(t, peer => {
    if (/GET \/answering/.test(peer.text)) peer.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhel')
  })
  const leave = async (text: string, isReady: () => boolean, wanted = '') => {
    const wire = await openWire(gate.port)
    wire.send(text)
    if (wanted !== '') await wire.until(wanted)
    await until(isReady)
    wire.socket.destroy()
    await until(() => raw.open === 0)
    t.same(gate.upstream.state(), { busy: 0, idle: 0, queued: 0 })
  }
  await leave(request('GET'), () => raw.open === 1 && raw.peers.at(-1)?.requests === 1)
  await leave('GET /answering HTTP/1.1\r\nHost: x\r\n\r\n', () => true, 'hel')
  await leave(`${request('POST', 'Content-Length: 100000\r\n')}begun`, () => /begun/.test(raw.peers.at(-1)?.text ?? ''))
  await leave(`${request('POST', 'Transfer-Encoding: chunked\r\n')}5\r\nbegun\r\n`, () =>
    /begun/.test(raw.peers.at(-1)?.text ?? ''),
  )
  await leave(request('GET') + request('GET') + request('GET'), () => raw.open === 3)
  t.same(gate.refused, [])
})

t.test('two hundred aborted downloads leave no connection behind', async t => {
  const { raw, gate } = await openWorld(t, peer => {
    peer.socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${1 << 30}\r\n\r\n`)
    const more = () => {
      while (!peer.socket.destroyed && peer.socket.write(MEGABYTE));
    }
    peer.socket.on('drain', more)
    more()
  })
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const wire = await openWire(gate.port)
        wire.send(request('GET'))
        await wire.until('mmm')
        wire.socket.destroy()
      }),
    )
  }
  await until(() => raw.open === 0)
  t.same(gate.upstream.state(), { busy: 0, idle: 0, queued: 0 })
})

t.test('an upstream that breaks off never makes a whole answer of a part', async t => {
  const heads = [
    'content-length: 100\r\n\r\nhel',
    'transfer-encoding: chunked\r\n\r\n3\r\nhel\r\n',
    'transfer-encoding: chunked\r\n\r\n9\r\nhel',
  ]
  let head = ''
  const { raw, gate } = await openWorld(t, peer => void peer.socket.write(`HTTP/1.1 200 OK\r\n${head}`))
  for (const each of heads) {
    for (const isReset of [true, false]) {
      head = each
      const wire = await openWire(gate.port)
      wire.send(request('GET', CLOSE))
      await wire.until('hel')
      const { socket } = raw.peers.at(-1) as Peer
      if (isReset) socket.resetAndDestroy()
      else socket.end()
      t.notMatch(await wire.closed(), /\r\n0\r\n\r\n$/)
    }
  }
  t.equal(gate.broken.length, 6)
  t.same(gate.refused, [])
})

t.test('an HTTP/1.0 client, for whom the end of the connection ends the answer, is sent a reset', async t => {
  const { raw, gate } = await openWorld(
    t,
    peer => void peer.socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n'),
  )
  const wire = await openWire(gate.port)
  let error: NodeJS.ErrnoException | undefined
  wire.socket.on('error', each => {
    error = each
  })
  wire.send('GET / HTTP/1.0\r\nHost: x\r\n\r\n')
  await wire.until('hel')
  raw.peers[0]?.socket.destroy()
  await wire.closed()
  t.match(error, { code: 'ECONNRESET' })
})
