import { openWire, rawRequest, rawUpstream } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import { type Gate, startGate } from '../../src/gate.ts'

const CRLF = '\r\n'
const fieldsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `X-${index}: 1`)

/** What `send` writes by itself. */
const OWN = ['Host: a', 'Connection: close']

interface Answer {
  readonly status: number
  readonly code: string | undefined
  readonly mediaType: string | undefined
}

/** One request, for whose answer it waits however long it takes. */
async function send(
  gate: Gate,
  target: string,
  lines: readonly string[] = [],
  method = 'GET',
  body = '',
): Promise<Answer> {
  const head = [`${method} ${target} HTTP/1.1`, ...OWN, ...lines].join(CRLF)
  const { status, headers, body: answer } = await rawRequest(gate.port, `${head}${CRLF}${CRLF}${body}`)
  return { status, code: /"code":"(\w+)"/.exec(answer)?.[1], mediaType: headers['content-type'] }
}

const refused = (t: Test, name: string, answer: Answer, status: number, code: string): void =>
  void t.same(answer, { status, code, mediaType: 'application/problem+json' }, name)

t.test('a request head has as many fields as allowed, and not one more, on routes of every kind', async t => {
  const gate = await startGate(t, options => ({ ...options, limits: { fields: 20 } }))
  const authorization = `Authorization: Bearer ${await gate.token()}`
  const most = 20 - OWN.length
  t.equal((await send(gate, '/public/1', fieldsOf(most))).status, 200)
  t.equal((await send(gate, '/private/1', [authorization, ...fieldsOf(most - 1)])).status, 200)
  for (const target of ['/public/1', '/private/1', '/nowhere', '/public/..']) {
    refused(t, target, await send(gate, target, [authorization, ...fieldsOf(most)]), 431, 'headers_too_large')
  }
  const preflight = ['Origin: https://app.example.com', 'Access-Control-Request-Method: GET']
  t.equal((await send(gate, '/browser/1', preflight, 'OPTIONS')).status, 204)
  refused(
    t,
    'preflight',
    await send(gate, '/browser/1', [...preflight, ...fieldsOf(most)], 'OPTIONS'),
    431,
    'headers_too_large',
  )
  t.equal(gate.upstream.seen.length, 2)
})

t.test('fields beyond what node:http shows are counted, so that none hides a body', async t => {
  const gate = await startGate(t)
  const flood = [...Array.from({ length: 2005 }, () => 'a:'), 'Transfer-Encoding: chunked']
  const answer = await send(gate, '/public/1', flood, 'POST', `5${CRLF}hello${CRLF}0${CRLF}${CRLF}`)
  refused(t, 'two thousand fields', answer, 431, 'headers_too_large')
  t.equal(gate.upstream.seen.length, 0)
})

t.test('header bytes, tokens and bodies pass up to their limit, and are refused beyond it', async t => {
  const gate = await startGate(t, options => ({ ...options, limits: { headers: 2048, token: 600, body: 1000 } }))
  const sizeOf = (lines: readonly string[]): number => lines.join('').length + 2 * lines.length
  const own = sizeOf(OWN)
  const filler = (bytes: number): string[] => [`X: ${'x'.repeat(bytes - own - 'X: '.length - 2)}`]
  t.equal((await send(gate, '/public/1', filler(2000))).status, 200)
  refused(t, 'headers', await send(gate, '/public/1', filler(2100)), 431, 'headers_too_large')

  const opaque = (bytes: number): string[] => [`Authorization: Bearer ${'a'.repeat(bytes)}`]
  refused(t, 'a token of the limit is judged', await send(gate, '/private/1', opaque(600)), 401, 'token_inactive')
  refused(t, 'a longer one is not', await send(gate, '/private/1', opaque(601)), 401, 'token_too_large')

  const chunked = (bytes: number): string => `${bytes.toString(16)}${CRLF}${'b'.repeat(bytes)}${CRLF}0${CRLF}${CRLF}`
  t.equal((await send(gate, '/public/1', ['Content-Length: 1000'], 'POST', 'b'.repeat(1000))).status, 200)
  t.equal((await send(gate, '/public/1', ['Transfer-Encoding: chunked'], 'POST', chunked(1000))).status, 200)
  const seen = gate.upstream.seen.length
  refused(
    t,
    'a length',
    await send(gate, '/public/1', ['Content-Length: 1001'], 'POST', 'b'.repeat(1001)),
    413,
    'body_too_large',
  )
  refused(
    t,
    'chunks',
    await send(gate, '/public/1', ['Transfer-Encoding: chunked'], 'POST', chunked(1001)),
    413,
    'body_too_large',
  )
  t.equal(gate.upstream.seen.length, seen, 'no upstream has seen the whole of them')
})

t.test(
  'an upstream gets as many requests as it has connections, as many wait as may, and the rest is told to come back',
  async t => {
    const held: (() => void)[] = []
    const slow = await rawUpstream(socket => {
      held.push(() => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'))
    })
    t.teardown(slow.close)
    const gate = await startGate(t, options => ({
      ...options,
      upstreams: { main: { url: slow.url, connections: 3, queue: 5, connectTimeout: '30s' } },
    }))
    const ask = async (): Promise<string> => {
      const wire = await openWire(gate.port)
      wire.send(`GET /public/1 HTTP/1.1${CRLF}Host: a${CRLF}Connection: close${CRLF}${CRLF}`)
      return wire.closed()
    }
    const answers = Array.from({ length: 200 }, ask)
    const over: string[] = []
    for (const answer of answers) void answer.then(text => text.startsWith('HTTP/1.1 503') && over.push(text))
    while (over.length < 192 || held.length < 3) await new Promise(resolve => setImmediate(resolve))
    t.equal(held.length, 3, 'not one connection more')
    t.equal(over.length, 192, 'three are under way and five wait')
    t.match(over[0], /retry-after: 1\r\n[\s\S]*"code":"overloaded"/i)
    let released = 0
    while (released < 8) {
      const next = held.shift()
      if (next === undefined) await new Promise(resolve => setImmediate(resolve))
      else {
        released += 1
        next()
      }
    }
    const statuses = (await Promise.all(answers)).map(answer => answer.slice(9, 12))
    t.equal(statuses.filter(status => status === '200').length, 8)
    t.equal(slow.received.length, 8)
  },
)

t.test(
  'answers of an issuer are read up to their limit: one that is longer is an outage, and never a verdict',
  async t => {
    const gate = await startGate(t, options => ({
      ...options,
      routes: [
        ...options.routes,
        {
          path: '/user/*',
          upstream: 'main',
          auth: { issuers: ['a'] },
          identity: { userinfo: true, headers: { 'x-mail': 'email' } },
        },
      ],
    }))
    const tenant = gate.provider.tenant('a')
    const origin = `${gate.issuer}/a`
    const pad = (document: object, bytes: number): string => {
      const text = JSON.stringify({ ...document, pad: '' })
      return text.replace('"pad":""', `"pad":"${'x'.repeat(bytes - text.length)}"`)
    }
    const fetched = async (path: string): Promise<object> => (await (await fetch(`${origin}${path}`)).json()) as object
    const documents = {
      discovery: { document: await fetched('/.well-known/openid-configuration'), most: 262_144 },
      jwks: { document: await fetched('/jwks'), most: 262_144 },
    }
    for (const [endpoint, { document, most }] of Object.entries(documents)) {
      for (const [bytes, status] of [
        [most + 1, 503],
        [most, 200],
      ] as const) {
        const own = await startGate(t, options => ({
          ...options,
          issuers: { a: { ...options.issuers.a, issuer: origin, audience: 'unchecked' } },
          routes: [{ path: '/private/*', upstream: 'main', auth: { issuers: ['a'], scopes: ['read'] } }],
        }))
        const body = pad(document, bytes)
        tenant.faults.add({
          endpoint: endpoint as 'jwks',
          status: 200,
          headers: { 'content-type': 'application/json' },
          body,
          times: 5,
        })
        const answer = await send(own, '/private/1', [`Authorization: Bearer ${await gate.token()}`])
        t.equal(answer.status, status, `${endpoint} of ${bytes} bytes`)
        if (status === 503) t.equal(answer.code, 'issuer_unavailable', `${endpoint} of ${bytes} bytes`)
        tenant.faults.clear()
      }
    }
    const active = {
      active: true,
      iss: origin,
      sub: 'alice',
      client_id: 'demo',
      scope: 'read',
      aud: 'https://api.example.com',
    }
    for (const [bytes, status] of [
      [65_537, 503],
      [65_536, 200],
    ] as const) {
      tenant.faults.add({
        endpoint: 'introspect',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: pad(active, bytes),
        times: 1,
      })
      const answer = await send(gate, '/private/1', [`Authorization: Bearer opaque-${bytes}`])
      t.equal(answer.status, status, `introspection of ${bytes} bytes`)
      tenant.faults.clear()
    }
    for (const [bytes, status] of [
      [65_537, 503],
      [65_536, 200],
    ] as const) {
      const token = await gate.token({ scope: 'openid read', claims: { n: bytes } })
      tenant.faults.add({
        endpoint: 'userinfo',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: pad({ sub: 'alice', email: 'a@b' }, bytes),
        times: 1,
      })
      const answer = await send(gate, '/user/1', [`Authorization: Bearer ${token}`])
      t.equal(answer.status, status, `userinfo of ${bytes} bytes`)
      tenant.faults.clear()
    }
  },
)
