import {
  constants,
  createServer,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import gateway, { type UpstreamOptions } from '@gatehouse/fastify-gateway'
import { rawRequest } from '@gatehouse/testkit'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { type Reception, receive } from '../../src/hostile-upstream.ts'

type Play = (stream: ServerHttp2Stream) => void

const respond =
  (headers: OutgoingHttpHeaders, body: string): Play =>
  stream => {
    stream.respond({ ':status': 200, ...headers })
    stream.end(body)
  }

/** Begins an answer, and does something else once that has been sent. */
const begin =
  (then: Play): Play =>
  stream => {
    stream.respond({ ':status': 200 })
    stream.write('ok', () => setImmediate(() => then(stream)))
  }

/** Node ends a stream before it resets it, unless told not to. */
function reset(stream: ServerHttp2Stream): void {
  stream._final = callback => callback()
  stream.close(constants.NGHTTP2_INTERNAL_ERROR)
}

interface Scene {
  readonly play: Play
  readonly expected: 'refused' | 'cut' | 'late' | 'whole'
}

const SCENES: Readonly<Record<string, Scene>> = {
  'an answer as it should be': { play: respond({ 'content-length': 2 }, 'ok'), expected: 'whole' },
  'a reset before the head': { play: reset, expected: 'refused' },
  'a refusal of the stream': { play: stream => stream.close(constants.NGHTTP2_REFUSED_STREAM), expected: 'refused' },
  'a reset in the body': { play: begin(reset), expected: 'cut' },
  'a body that is shorter than its length': { play: respond({ 'content-length': 9 }, 'ok'), expected: 'cut' },
  'a body that is longer than its length': { play: respond({ 'content-length': 1 }, 'okay'), expected: 'cut' },
  'a connection that goes before the head': { play: stream => stream.session?.destroy(), expected: 'refused' },
  'a connection that goes in the body': { play: begin(stream => stream.session?.destroy()), expected: 'cut' },
  silence: { play: () => undefined, expected: 'late' },
  'silence in the body': { play: begin(() => undefined), expected: 'cut' },
  'a flood of interim answers': {
    play(stream) {
      for (let count = 0; count < 100; count++) stream.additionalHeaders({ ':status': 103, link: '</a>; rel=preload' })
      respond({ 'content-length': 2 }, 'ok')(stream)
    },
    expected: 'whole',
  },
  'a huge head': { play: respond({ 'x-a': 'x'.repeat(30_000), 'x-b': 'x'.repeat(30_000) }, 'ok'), expected: 'refused' },
  'a large head': { play: respond({ 'x-a': 'x'.repeat(15_000), 'content-length': 2 }, 'ok'), expected: 'whole' },
  'a thousand fields': {
    play: respond(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x-${index}`, '1'])), 'ok'),
    expected: 'refused',
  },
  'what only the gateway asserts': {
    play: respond({ 'content-length': 2, 'x-gatehouse-subject': 'root' }, 'ok'),
    expected: 'whole',
  },
}

const WANTED: { readonly [E in Exclude<Scene['expected'], 'cut'>]: object } = {
  whole: { kind: 'whole', status: 200, body: 'ok' },
  refused: { kind: 'whole', status: 502, code: 'upstream_unreachable' },
  late: { kind: 'whole', status: 504, code: 'upstream_timeout' },
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
    const scenes = Object.entries(SCENES)
    const sessions = new Set<ServerHttp2Session>()
    const server = createServer({ maxSendHeaderBlockLength: 1_000_000 })
    server.on('session', session => {
      sessions.add(session)
      session.on('error', () => undefined)
    })
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined)
      const [, scene] = scenes[Number(headers[':path']?.slice(1))] ?? []
      scene?.play(stream)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => {
      for (const session of sessions) session.destroy()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ask = await open(t, url, { headersTimeout: '2s', bodyTimeout: '2s' })
    for (const [index, [name, { expected }]] of scenes.entries()) {
      const got = await ask(`/${index}`)
      if (expected === 'cut') t.ok(got.kind === 'cut' || got.kind === 'none', `${name}: ${got.kind}`)
      else t.match(got, WANTED[expected], name)
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
    t.match(await ask('/'), WANTED.refused, JSON.stringify(bytes.slice(0, 9)))
  }
})
