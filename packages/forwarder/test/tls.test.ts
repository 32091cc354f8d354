import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { openWire, rawRequest } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import type { UpstreamOptions } from '../src/index.ts'
import { openGate, until } from './gate.ts'
import { say } from './raw.ts'

const file = (name: string) => readFileSync(new URL(`certificates/${name}`, import.meta.url))
const ca = file('authority.pem')
const GET = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
const BODY = Buffer.alloc(3 << 20, 'b')

interface World extends TlsOptions {
  readonly host?: string
}

async function world(
  t: Test,
  answer: (socket: TLSSocket) => void,
  options: Partial<UpstreamOptions>,
  { host = 'localhost', ...more }: World = {},
) {
  const sockets = new Set<TLSSocket>()
  const server = createServer({ cert: file('upstream.pem'), key: file('upstream.key'), ...more }, socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', () => answer(socket))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const gate = await openGate({ url: `https://${host}:${(server.address() as AddressInfo).port}`, ...options })
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await gate.close()
  })
  return { gate, sockets }
}

t.test('an answer comes over TLS as it comes without, whatever its size and pieces', async t => {
  const heads: string[] = []
  const { gate, sockets } = await world(
    t,
    socket => {
      heads.push(`${socket.alpnProtocol} ${socket.servername} ${socket.isSessionReused()}`)
      void say(socket, ['HTTP/1.1 200 OK\r\nConte', `nt-Length: ${BODY.length}\r\n\r\n`, BODY])
    },
    { ca, connections: 1 },
    { ALPNProtocols: ['h2', 'http/1.1'] },
  )
  for (let round = 0; round < 3; round++) {
    const got = await rawRequest(gate.port, GET)
    t.equal(got.body.length, BODY.length)
  }
  t.equal(sockets.size, 1)
  t.match(heads, ['http/1.1 localhost false', 'http/1.1 localhost false', 'http/1.1 localhost false'])
  for (const socket of sockets) socket.destroy()
  await until(() => gate.upstream.state().idle === 0)
  t.equal((await rawRequest(gate.port, GET)).body.length, BODY.length)
  t.equal(heads[3], 'http/1.1 localhost true', 'the session is resumed')
})

t.test('a slow client holds a TLS upstream back', async t => {
  let waiting = 0
  const { gate } = await world(
    t,
    socket => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 33554432\r\n\r\n')
      const more = () => {
        while (socket.bytesWritten < 40_000_000 && socket.write(BODY)) waiting++
        waiting = socket.writableLength
      }
      socket.on('drain', more)
      more()
    },
    { ca },
  )
  const wire = await openWire(gate.port)
  wire.socket.pause()
  wire.send(GET)
  await until(() => gate.upstream.state().busy === 1 && waiting > 0)
  for (let turn = 0; turn < 300; turn++) await new Promise(resolve => setImmediate(resolve))
  t.ok(process.memoryUsage().arrayBuffers < 64 << 20)
  wire.socket.destroy()
  await until(() => gate.upstream.state().busy === 0)
})

t.test('a certificate that is not vouched for, or is for another host, makes the upstream unreachable', async t => {
  const stranger = await world(t, () => {}, {})
  t.match(await rawRequest(stranger.gate.port, GET), { status: 502, body: 'unreachable' })
  t.match(stranger.gate.refused, [/^unreachable: [A-Z_]+$/])
  const other = await world(t, () => {}, { ca }, { host: '127.0.0.1' })
  t.match(await rawRequest(other.gate.port, GET), { status: 502, body: 'unreachable' })
  t.same(other.gate.refused, ['unreachable: ERR_TLS_CERT_ALTNAME_INVALID'])
})
