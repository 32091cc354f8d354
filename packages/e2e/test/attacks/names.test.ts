import { connect, createServer, type IncomingHttpHeaders } from 'node:http2'
import type { AddressInfo } from 'node:net'
import gateway from '@gatehouse/fastify-gateway'
import { rawUpstream } from '@gatehouse/testkit'
import Fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { startGate } from '../../src/gate.ts'

/** Names that every object has, or that change what an object is. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'then']

t.test('a header by the name of what every object has is a header, by HTTP/1.1 and to HTTP/2', async t => {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers)
    response.end('ok')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const gate = await startGate(t, options => ({
    ...options,
    upstreams: { ...options.upstreams, modern: { url: `http://127.0.0.1:${port}`, http2: true } },
    routes: [...options.routes, { path: '/modern/*', upstream: 'modern', auth: 'public' as const }],
  }))
  t.teardown(() => server.close())
  for (const name of NAMES) {
    for (const lines of [[`${name}: one`], [`${name}: one`, `${name}: two`]]) {
      t.equal((await gate.send('/public/1', lines)).status, 200, name)
      t.equal((await gate.send('/modern/1', lines)).status, 200, `${name} to HTTP/2`)
      const got = Object.getOwnPropertyDescriptor(seen.at(-1) ?? {}, name.toLowerCase())?.value as unknown
      if (name !== '__proto__') t.match(String(got), /^one/, name)
    }
  }
  t.equal(({} as Record<string, unknown>).one, undefined)
})

t.test('so is one of an answer, for a client by HTTP/2', async t => {
  const lines = NAMES.map(name => `${name}: one\r\n${name}: two\r\n`).join('')
  const upstream = await rawUpstream(socket => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n${lines}\r\nok`))
  const app = Fastify({ http2: true })
  await (app as unknown as FastifyInstance).register(gateway, {
    issuers: { main: { issuer: 'https://login.example.com', audience: ['x'], tokens: 'jwt' } },
    upstreams: { main: { url: upstream.url } },
    routes: [{ path: '/*', upstream: 'main', auth: 'public' }],
  })
  const session = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
  t.teardown(async () => {
    session.destroy()
    await Promise.all([app.close(), upstream.close()])
  })
  const stream = session.request({ ':path': '/1' })
  const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
    stream.once('response', resolve)
    stream.once('error', reject)
  })
  t.equal(headers[':status'], 200)
  t.match(String(headers.constructor), /one/)
})

t.test('trailer fields of a client, which nobody judged, go no further', async t => {
  const upstream = await rawUpstream((socket, head) => {
    let text = head
    const answerTheEnd = (): void => {
      if (/\r\n0\r\n[\s\S]*\r\n$/.test(text)) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    }
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      answerTheEnd()
    })
    answerTheEnd()
  })
  t.teardown(() => upstream.close())
  const gate = await startGate(t, options => ({ ...options, upstreams: { main: { url: upstream.url } } }))
  for (const [target, more] of [
    ['/public/1', []],
    ['/private/1', [`Authorization: Bearer ${await gate.token()}`]],
  ] as const) {
    const framing = ['Transfer-Encoding: chunked', 'Trailer: X-User, X-Gatehouse-Subject', '', '2', 'ok', '0']
    const trailers = [
      'X-User: mallory',
      'X_User: mallory',
      'X-Gatehouse-Subject: mallory',
      'Authorization: Bearer mallory',
    ]
    const head = [`POST ${target} HTTP/1.1`, 'Host: x', 'Connection: close', ...more]
    await gate.raw([...head, ...framing, ...trailers, '', ''].join('\r\n'))
  }
  t.equal(upstream.received.length, 2)
  for (const bytes of upstream.received) {
    t.match(bytes, /\r\n2\r\nok\r\n0\r\n\r\n$/, 'the body came, and ended without them')
    t.notMatch(bytes, /mallory/)
  }
})
