import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createLogTo, judgeConfiguration, startGateway } from '@gatehouse/gateway'
import { openWire, type RecordingUpstream, rawRequest, recordingUpstream } from '@gatehouse/testkit'
import t, { type Test } from 'tap'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const GET = 'GET /public/1 HTTP/1.1\r\nHost: a\r\n\r\n'
const LAST = 'GET /public/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

interface Limits {
  readonly limits?: object
  readonly upstream?: object
}

/** The app as it is run, with an issuer that nobody needs. */
async function start(t: Test, url: string, { limits = {}, upstream = {} }: Limits = {}) {
  const path = join(t.testdir(), 'gatehouse.json')
  const configuration = {
    server: { port: 0, limits },
    admin: { port: 0 },
    issuers: { main: { issuer: 'https://login.example.com', audience: ['a'] } },
    upstreams: { main: { url, ...upstream } },
    routes: [
      { path: '/public/*', upstream: 'main', auth: 'public' },
      { path: '/private/*', upstream: 'main', auth: {} },
    ],
  }
  writeFileSync(path, JSON.stringify(configuration))
  const judged = judgeConfiguration(path, { variable: () => undefined, logLevel: 'silent', noColor: true })
  if (!judged.ok) throw new Error(JSON.stringify(judged.problems))
  const gateway = await startGateway(judged.configuration, createLogTo({ write: () => undefined }, 'silent'))
  t.teardown(() => gateway.close())
  const metric = async (line: RegExp): Promise<number> => {
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text()
    return Number(line.exec(text)?.[1] ?? 0)
  }
  return { port: Number(new URL(gateway.url).port), metric }
}

async function recording(t: Test): Promise<RecordingUpstream> {
  const upstream = await recordingUpstream()
  t.teardown(upstream.close)
  return upstream
}

t.test(
  'two hundred clients that trickle their heads are answered 408 and let go; another one is served meanwhile',
  async t => {
    const upstream = await recording(t)
    const { port } = await start(t, upstream.url, { limits: { headersTimeout: '1s' } })
    const slow = await Promise.all(Array.from({ length: 200 }, () => openWire(port)))
    for (const wire of slow) wire.send('GET /public/1 HTTP/1.1\r\n')
    const trickle = setInterval(() => {
      for (const { socket } of slow) if (socket.writable) socket.write('X-A: 1\r\n')
    }, 50)
    t.equal((await rawRequest(port, LAST)).status, 200)
    const answers = await Promise.all(slow.map(wire => wire.closed()))
    clearInterval(trickle)
    t.ok(answers.every(answer => answer === '' || answer.startsWith('HTTP/1.1 408')))
    t.ok(answers.some(answer => /"code":"request_timeout"/.test(answer)))
    t.equal((await rawRequest(port, LAST)).status, 200)
    t.equal(upstream.seen.length, 2)
  },
)

t.test('a body that does not come in time ends the request, and no upstream has seen the whole of it', async t => {
  const upstream = await recording(t)
  const { port } = await start(t, upstream.url, { limits: { headersTimeout: '500ms', requestTimeout: '500ms' } })
  for (const framing of ['Content-Length: 100', 'Content-Length: 100000', 'Transfer-Encoding: chunked']) {
    const slow = await openWire(port)
    slow.send(`POST /public/1 HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n2\r\nok\r\n`)
    t.match(await slow.closed(), /^(?:HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"[\s\S]*)?$/, framing)
  }
  t.equal(upstream.seen.length, 0)
  const whole = await rawRequest(
    port,
    `POST /public/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok`,
  )
  t.equal(whole.status, 200)
})

t.test('a client that does not read holds the upstream back; when it reads again it gets every byte', async t => {
  const size = 64 << 20
  let written = 0
  const source = createServer((_request, response) => {
    response.setHeader('content-length', size)
    const chunk = Buffer.alloc(65_536)
    const fill = () => {
      while (written < size) {
        written += chunk.length
        if (!response.write(chunk)) return void response.once('drain', fill)
      }
      response.end()
    }
    fill()
  }).listen(0, '127.0.0.1')
  await once(source, 'listening')
  t.teardown(() => {
    source.closeAllConnections()
    source.close()
  })
  const { port } = await start(t, `http://127.0.0.1:${(source.address() as AddressInfo).port}`)
  const wire = await openWire(port)
  let received = 0
  wire.socket.removeAllListeners('data')
  wire.socket.on('data', chunk => {
    received += chunk.length
  })
  wire.socket.pause()
  wire.send(LAST)
  // As long as anything moves; then everything between the two is full.
  for (let last = -1, still = 0; still < 500; still += 1) {
    await turn()
    if (written !== last || written === 0) still = 0
    last = written
  }
  t.ok(written < size / 2, `${written} of ${size} bytes were taken for a client that reads nothing`)
  wire.socket.resume()
  await wire.closed()
  t.ok(received > size, 'the body and its head')
})

t.test('a client that reads nothing for longer than bodyTimeout is let go, with what it held', async t => {
  const upstream = await recordingUpstream((_request, response) => response.end(Buffer.alloc(64 << 20)))
  t.teardown(upstream.close)
  const { port } = await start(t, upstream.url, { upstream: { bodyTimeout: '300ms', connections: 1 } })
  const wire = await openWire(port)
  wire.socket.pause()
  wire.send(LAST)
  // The only connection is free again for somebody who reads.
  const { raw, status } = await rawRequest(port, LAST)
  t.equal(status, 200)
  t.ok(raw.length > 64 << 20)
  wire.socket.destroy()
})

t.test('a head that never ends is 431 as soon as it is too long, by bytes', async t => {
  const upstream = await recording(t)
  const { port } = await start(t, upstream.url)
  for (const line of ['X-A: 1\r\n', `X-A: ${'x'.repeat(500)}\r\n`]) {
    const wire = await openWire(port)
    wire.send(`GET /public/1 HTTP/1.1\r\nHost: a\r\n${line.repeat(Math.ceil(60_000 / line.length))}`)
    t.match(await wire.closed(), /^HTTP\/1\.1 431 [\s\S]*"code":"headers_too_large"/)
  }
  t.equal(upstream.seen.length, 0)
})

t.test(
  'Expect gets no credit: who is refused is told so at once, and who is invited and sends nothing is not waited for',
  async t => {
    const upstream = await recording(t)
    const { port } = await start(t, upstream.url, { limits: { headersTimeout: '500ms', requestTimeout: '500ms' } })
    const post = (target: string, expectation: string) =>
      `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n${expectation}\r\n`
    const refused = await openWire(port)
    refused.send(post('/private/1', 'Expect: 100-continue\r\n'))
    t.match(await refused.until('credential_missing'), /^HTTP\/1\.1 401 /)
    t.notMatch(refused.received(), '100 Continue')
    refused.socket.destroy()
    const invited = await openWire(port)
    invited.send(post('/public/1', 'Expect: 100-continue\r\n'))
    t.match(await invited.closed(), /^HTTP\/1\.1 100 Continue\r\n\r\n(?:HTTP\/1\.1 408 [\s\S]*)?$/)
    const unknown = await openWire(port)
    unknown.send(post('/public/1', 'Expect: 200-ok\r\nConnection: close\r\n'))
    t.match(await unknown.closed(), /^HTTP\/1\.1 417 /)
    t.equal(upstream.seen.length, 0)
    const good = await openWire(port)
    good.send(post('/public/1', 'Expect: 100-continue\r\nConnection: close\r\n'))
    await good.until('100 Continue')
    good.send('ok')
    t.match(await good.closed(), /HTTP\/1\.1 200 /)
  },
)

t.test('five thousand pipelined requests are a hundred to the upstream, and the end of the connection', async t => {
  let arrived = 0
  const answers: (() => void)[] = []
  const upstream = await recordingUpstream((_request, response) => {
    arrived += 1
    answers.push(() => response.end('ok'))
  })
  t.teardown(upstream.close)
  const { port, metric } = await start(t, upstream.url, { upstream: { connections: 200 } })
  const flood = await openWire(port)
  flood.send(GET.repeat(5000))
  while (arrived < 100) await turn()
  for (let still = 0; still < 200; still++) await turn()
  t.equal(arrived, 100)
  const other = rawRequest(port, LAST)
  while (arrived < 101) await turn()
  for (const answer of answers) answer()
  t.equal((await other).status, 200)
  const text = await flood.closed()
  t.equal(text.match(/HTTP\/1\.1 200/g)?.length, 100)
  t.equal(text.match(/HTTP\/1\.1 503/g)?.length, 1, 'and one word more')
  t.ok((await metric(/gatehouse_shed_total\{limit="connection"\} (\d+)/)) > 0)
})

t.test(
  'beyond limits.connections a connection is closed at once, counted, and free again when one is over',
  async t => {
    const upstream = await recording(t)
    const { port, metric } = await start(t, upstream.url, { limits: { connections: 3 } })
    const wires = await Promise.all(Array.from({ length: 3 }, () => openWire(port)))
    for (const wire of wires) {
      wire.send(GET)
      await wire.until('ok')
    }
    const over = await openWire(port)
    over.send(GET)
    t.equal(await over.closed(), '')
    t.equal(await metric(/gatehouse_shed_total\{limit="connections"\} (\d+)/), 1)
    wires[0]?.socket.destroy()
    let answer = ''
    while (answer === '') answer = (await rawRequest(port, LAST)).raw
    t.match(answer, /^HTTP\/1\.1 200/)
  },
)
