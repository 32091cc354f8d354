import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import gateway, { type UpstreamOptions } from '@gatehouse/fastify-gateway'
import { rawRequest } from '@gatehouse/testkit'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { type Reception, receive } from '../../src/hostile-upstream.ts'

type Play = (stream: ServerHttp2Stream) => void

const PLAYS: Readonly<
  Record<string, { readonly play: Play; readonly expected: 'refused' | 'cut' | 'late' | 'whole' }>
> = {
  good: {
    play: stream => (stream.respond({ ':status': 200, 'content-length': 2 }), stream.end('ok')),
    expected: 'whole',
  },
  'a reset before the head': { play: stream => stream.close(2), expected: 'refused' },
  'a refusal of the stream': { play: stream => stream.close(7), expected: 'refused' },
  'a reset in the body': {
    play: stream => (stream.respond({ ':status': 200 }), stream.write('ok', () => stream.close(2))),
    expected: 'cut',
  },
  'a body that is shorter than its length': {
    play: stream => (stream.respond({ ':status': 200, 'content-length': 9 }), stream.end('ok')),
    expected: 'cut',
  },
  'a body that is longer than its length': {
    play: stream => (stream.respond({ ':status': 200, 'content-length': 1 }), stream.end('okay')),
    expected: 'cut',
  },
  'a connection that goes away before the head': { play: stream => stream.session?.destroy(), expected: 'refused' },
  'a connection that goes away in the body': {
    play: stream => (stream.respond({ ':status': 200 }), stream.write('ok', () => stream.session?.destroy())),
    expected: 'cut',
  },
  silence: { play: () => undefined, expected: 'late' },
  'silence in the body': { play: stream => (stream.respond({ ':status': 200 }), stream.write('ok')), expected: 'cut' },
  'a flood of interim answers': {
    play(stream) {
      for (let count = 0; count < 100; count++) stream.additionalHeaders({ ':status': 103, link: '</a>; rel=preload' })
      stream.respond({ ':status': 200, 'content-length': 2 })
      stream.end('ok')
    },
    expected: 'whole',
  },
  'a huge head': {
    play: stream => (
      stream.respond({ ':status': 200, 'x-a': 'x'.repeat(60_000), 'x-b': 'x'.repeat(60_000) }), stream.end('ok')
    ),
    expected: 'refused',
  },
  'fields of a connection': {
    play: stream => (
      stream.respond({ ':status': 200, 'content-length': 2, 'x-gatehouse-subject': 'root' }), stream.end('ok')
    ),
    expected: 'whole',
  },
}

const WANTED: Readonly<Record<string, object>> = {
  whole: { kind: 'whole', status: 200, body: 'ok' },
  refused: { kind: 'whole', status: 502, code: 'upstream_unreachable' },
  late: { kind: 'whole', status: 504, code: 'upstream_timeout' },
  cut: { kind: 'cut' },
}

async function open(
  t: Test,
  url: string,
  options: Partial<UpstreamOptions>,
): Promise<(path: string) => Promise<Reception>> {
  const app = Fastify({ forceCloseConnections: true })
  await app.register(gateway, {
    issuers: { main: { issuer: 'https://login.example.com', audience: ['a'] } },
    upstreams: { hostile: { url, http2: true, ...options } },
    routes: [{ path: '/*', upstream: 'hostile', auth: 'public' }],
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo
  return async path =>
    receive((await rawRequest(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)).raw)
}

t.test(
  'an upstream of HTTP/2 that breaks its word gives no whole answer, and the next one is as it should be',
  async t => {
    const plays = Object.entries(PLAYS)
    const sessions = new Set<ServerHttp2Session>()
    const server = createServer({ maxSendHeaderBlockLength: 1_000_000 })
    server.on('session', session => {
      sessions.add(session)
      session.on('error', () => undefined)
    })
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined)
      const [, played] = plays[Number(headers[':path']?.slice(1))] ?? []
      played?.play(stream)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => {
      for (const session of sessions) session.destroy()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ask = await open(t, url, { headersTimeout: '300ms', bodyTimeout: '300ms' })
    for (const [index, [name, { expected }]] of plays.entries()) {
      const got = await ask(`/${index}`)
      t.match(got, WANTED[expected] ?? {}, name)
      t.match(await ask('/0'), { kind: 'whole', status: 200, body: 'ok' }, `${name}: the next client`)
    }
  },
)

t.test('an upstream that was said to speak HTTP/2 and speaks HTTP/1.1, or nothing known, is 502', async t => {
  for (const bytes of ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 'ok', '\0'.repeat(100)]) {
    const server = createTcpServer(socket => {
      socket.on('error', () => socket.destroy())
      socket.end(bytes)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => server.close())
    const ask = await open(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, {})
    t.match(await ask('/'), WANTED.refused ?? {}, JSON.stringify(bytes.slice(0, 9)))
  }
})
