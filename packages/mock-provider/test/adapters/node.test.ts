import http from 'node:http'
import net from 'node:net'
import t, { type Test } from 'tap'
import { type Handle, listen, splitTarget } from '../../src/adapters/node.ts'
import { type Answer, BODY_LIMIT, type Question } from '../../src/http/message.ts'

const ok = (over: Partial<Answer> = {}): Answer => ({
  status: 200,
  headers: [['content-type', 'text/plain']],
  body: 'hello',
  ...over,
})

async function serveOne(t: Test, answer: Answer = ok()): Promise<{ url: string; port: number; seen: Question[] }> {
  const seen: Question[] = []
  const handle: Handle = async question => {
    seen.push(question)
    return answer
  }
  const { url, port, close } = await listen(handle, () => undefined)
  t.teardown(close)
  return { url, port, seen }
}

/** Writes bytes, reads until the connection ends. */
const exchange = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes))
    let read = ''
    socket.on('data', chunk => {
      read += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(read))
  })

t.test('a request arrives as it was sent', async t => {
  const { port, seen } = await serveOne(t)
  await exchange(
    port,
    'POST /a%2Fb/?x=%20&y HTTP/1.1\r\nHost: idp.test\r\nX-A: 1\r\nx-a: 2\r\nCookie: a=1\r\nCookie: b=2\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc',
  )
  const [question] = seen
  t.match(question, {
    method: 'POST',
    origin: 'http://idp.test',
    path: '/a%2Fb/',
    query: 'x=%20&y',
    headers: { 'x-a': '1, 2', cookie: 'a=1; b=2' },
  })
  t.equal(Buffer.from(question?.body ?? '').toString(), 'abc')
})

t.test('a second Authorization header is seen, not swallowed', async t => {
  const { port, seen } = await serveOne(t)
  await exchange(
    port,
    'GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n',
  )
  t.equal(seen[0]?.headers.authorization, 'Bearer a, Bearer b')
})

t.test('a target in absolute form, with a fragment or empty is read', async t => {
  t.same(splitTarget('http://other.test/token?a=b#c'), { path: '/token', query: 'a=b' })
  t.same(splitTarget('http://other.test'), { path: '/', query: '' })
  t.same(splitTarget('//x/y'), { path: '//x/y', query: '' })
})

t.test('a Host that is no host becomes no origin', async t => {
  const { port, seen } = await serveOne(t)
  await exchange(port, 'GET / HTTP/1.1\r\nHost: evil host\r\nConnection: close\r\n\r\n')
  await exchange(port, 'GET / HTTP/1.0\r\n\r\n')
  t.same(
    seen.map(({ origin }) => origin),
    ['http://localhost', 'http://localhost'],
  )
})

t.test('what is no HTTP is refused as all else is, and an expectation that is none of ours is passed over', async t => {
  const { port, seen } = await serveOne(t)
  for (const [bytes, status] of [
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['GET / HTTP/1.1\r\nHost: x\r\nX: \u0001\r\n\r\n', 400],
    ['nonsense\r\n\r\n', 400],
  ] as const) {
    const [head = '', body = ''] = (await exchange(port, bytes)).split('\r\n\r\n')
    t.match(head, new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*content-type: application/json`))
    t.match(JSON.parse(body), { error: 'invalid_request' })
  }
  t.equal(seen.length, 0)
  const expecting = 'GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n'
  t.match(await exchange(port, expecting), /^HTTP\/1.1 200/)
})

t.test('headers of one name are sent apart, and the length is stated', async t => {
  const { url } = await serveOne(
    t,
    ok({
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
      body: 'é',
    }),
  )
  const response = await fetch(url)
  t.same(response.headers.getSetCookie(), ['a=1', 'b=2'])
  t.equal(response.headers.get('content-length'), '2')
  t.equal(await response.text(), 'é')
})

t.test('an idle connection is kept for as long as its client likes', async t => {
  const { url } = await serveOne(t)
  const { headers } = await fetch(url)
  t.equal(headers.get('connection'), 'keep-alive')
  t.equal(headers.get('keep-alive'), null, 'no time is set')
})

t.test('a body beyond the limit is cut and said to be oversized', async t => {
  const { url, seen } = await serveOne(t)
  await fetch(url, { method: 'POST', body: 'x'.repeat(BODY_LIMIT + 1) })
  t.equal(seen[0]?.oversized, true)
  t.ok((seen[0]?.body.length ?? 0) <= BODY_LIMIT)
})

t.test('a reset destroys the socket before any answer', async t => {
  const { url } = await serveOne(t, ok({ disruption: { reset: true } }))
  await t.rejects(fetch(url), { cause: { code: 'ECONNRESET' } })
})

t.test('a truncated answer promises its length and breaks off', async t => {
  const { url, port } = await serveOne(t, ok({ disruption: { truncate: 2 } }))
  const response = await fetch(url)
  t.equal(response.headers.get('content-length'), '5')
  await t.rejects(response.text())
  t.match(await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /\r\n\r\nhe$/)
})

t.test('a handler that fails ends the connection and not the listener', async t => {
  let isFirst = true
  const handle: Handle = async () => {
    if (!isFirst) return ok()
    isFirst = false
    throw new Error('boom')
  }
  const { url, close } = await listen(handle, () => undefined)
  t.teardown(close)
  await t.rejects(fetch(url))
  t.equal((await fetch(url)).status, 200)
})

t.test('close ends idle and busy keep-alive connections at once', async t => {
  let reached = (): void => undefined
  const isReached = new Promise<void>(resolve => {
    reached = resolve
  })
  const { url, close } = await listen(
    async ({ path }) => {
      if (path !== '/slow') return ok()
      reached()
      return new Promise<Answer>(() => undefined)
    },
    () => undefined,
  )
  const agent = new http.Agent({ keepAlive: true })
  await new Promise(resolve => http.get(url, { agent }, response => response.resume().on('end', resolve)))
  const slow = fetch(`${url}/slow`)
  await isReached
  await Promise.all([t.rejects(slow), close()])
  agent.destroy()
})

t.test('the origin is told before the first request, and names the loopback for a wildcard', async t => {
  const bound: string[] = []
  const one = await listen(
    async () => ok(),
    origin => bound.push(origin),
    { host: '0.0.0.0' },
  )
  t.teardown(one.close)
  t.same(bound, [`http://127.0.0.1:${one.port}`])
  t.equal(one.url, bound[0])
  await t.rejects(
    listen(
      async () => ok(),
      () => undefined,
      { port: one.port, host: '0.0.0.0' },
    ),
    { code: 'EADDRINUSE' },
  )
})

t.test('a length that a script gives an answer is the only one on the wire', async t => {
  const { port } = await serveOne(t, ok({ headers: [['content-length', '3']] }))
  const raw = await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  t.same(raw.match(/^content-length: .*$/gim), ['content-length: 3'])
  t.ok(raw.endsWith('\r\n\r\nhello'), 'and the body is what it is')
})

t.test('a client that goes before its answer is told of, and one that stays is not', async t => {
  const left: string[] = []
  let leave: (path: string) => void = () => undefined
  const gone = new Promise<string>(resolve => {
    leave = resolve
  })
  let socket: net.Socket | undefined
  const handle: Handle = ({ path, onGone }) => {
    onGone?.(() => (path === '/goes' ? leave(path) : left.push(path)))
    if (path === '/stays') return Promise.resolve(ok())
    socket?.destroy()
    return new Promise(() => undefined)
  }
  const { port, close } = await listen(handle, () => undefined)
  t.teardown(close)
  await exchange(port, 'GET /stays HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  socket = net.connect(port, '127.0.0.1', () => socket?.write('GET /goes HTTP/1.1\r\nHost: x\r\n\r\n'))
  t.equal(await gone, '/goes')
  t.same(left, [])
})
