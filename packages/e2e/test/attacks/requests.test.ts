import t, { type Test } from 'tap'
import { type Gate, startGate } from '../../src/gate.ts'

const CRLF = '\r\n'
const lines = (...parts: readonly string[]): string => parts.join(CRLF) + CRLF + CRLF
const SMUGGLED = `GET /admin/smuggled HTTP/1.1${CRLF}Host: x${CRLF}${CRLF}`

/** Messages that two readers frame differently. `A` stands for a good Authorization line. */
const SMUGGLING: Readonly<Record<string, string>> = {
  'CL.TE': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: 6${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}0${CRLF}${CRLF}${SMUGGLED}`,
  'TE.CL': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding: chunked${CRLF}Content-Length: 4${CRLF}${CRLF}5c${CRLF}${SMUGGLED}0${CRLF}${CRLF}`,
  'TE.TE with an unknown coding': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding: chunked, x${CRLF}${CRLF}0${CRLF}${CRLF}${SMUGGLED}`,
  'TE xchunked': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding: xchunked${CRLF}${CRLF}${SMUGGLED}`,
  'TE identity': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding: identity${CRLF}${CRLF}${SMUGGLED}`,
  'TE twice': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding: identity${CRLF}Transfer-Encoding: chunked${CRLF}Content-Length: 3${CRLF}${CRLF}0${CRLF}${CRLF}${SMUGGLED}`,
  'TE with a tab before the colon': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding\t: chunked${CRLF}${CRLF}0${CRLF}${CRLF}${SMUGGLED}`,
  'TE with a space before the colon': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding : chunked${CRLF}${CRLF}0${CRLF}${CRLF}${SMUGGLED}`,
  'TE with a vertical tab': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding: \u000bchunked${CRLF}${CRLF}0${CRLF}${CRLF}${SMUGGLED}`,
  'lengths that differ': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: 0${CRLF}Content-Length: 44${CRLF}${CRLF}${SMUGGLED}`,
  'a list of lengths': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: 0, 44${CRLF}${CRLF}${SMUGGLED}`,
  'a negative length': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: -1${CRLF}${CRLF}${SMUGGLED}`,
  'a length with a plus': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: +5${CRLF}${CRLF}${SMUGGLED}`,
  'a length in hex': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: 0x5${CRLF}${CRLF}${SMUGGLED}`,
  'a length with a unit': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: 5 bytes${CRLF}${CRLF}${SMUGGLED}`,
  'a length beyond 64 bits': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Content-Length: 99999999999999999999${CRLF}${CRLF}${SMUGGLED}`,
  'an empty length': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Content-Length:${CRLF}${CRLF}${SMUGGLED}`,
  'a chunk size with a sign': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}-1${CRLF}${CRLF}${SMUGGLED}`,
  'a chunk size with 0x': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}0x5${CRLF}aaaaa${CRLF}0${CRLF}${CRLF}`,
  'a chunk size beyond 64 bits': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}fffffffffffffffff${CRLF}a`,
  'a chunk that does not end where it says': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}1${CRLF}aX${CRLF}0${CRLF}${CRLF}${SMUGGLED}`,
  'obs-fold': `GET /public/1 HTTP/1.1${CRLF}Host: x${CRLF}X-A: one${CRLF} two${CRLF}${CRLF}`,
  'obs-fold in Transfer-Encoding': `POST /public/1 HTTP/1.1${CRLF}Host: x${CRLF}Transfer-Encoding:${CRLF} chunked${CRLF}${CRLF}0${CRLF}${CRLF}${SMUGGLED}`,
  'a bare CR in a value': `GET /public/1 HTTP/1.1${CRLF}Host: x${CRLF}X-A: one\rX-B: two${CRLF}${CRLF}`,
  'NUL in a value': `GET /public/1 HTTP/1.1${CRLF}Host: x${CRLF}X-A: a\u0000b${CRLF}${CRLF}`,
  'NUL in a name': `GET /public/1 HTTP/1.1${CRLF}Host: x${CRLF}X\u0000A: a${CRLF}${CRLF}`,
  'a space in a name': `GET /public/1 HTTP/1.1${CRLF}Host: x${CRLF}X A: a${CRLF}${CRLF}`,
  'a space before the first header': `GET /public/1 HTTP/1.1${CRLF} Host: x${CRLF}${CRLF}`,
  'a header without a colon': `GET /public/1 HTTP/1.1${CRLF}Host: x${CRLF}nothing${CRLF}${CRLF}`,
  'an empty name': `GET /public/1 HTTP/1.1${CRLF}Host: x${CRLF}: a${CRLF}${CRLF}`,
  'HTTP/0.9': `GET /public/1${CRLF}${CRLF}`,
  'HTTP/2 by name': `GET /public/1 HTTP/2.0${CRLF}Host: x${CRLF}${CRLF}`,
  'HTTP/1.2': `GET /public/1 HTTP/1.2${CRLF}Host: x${CRLF}${CRLF}`,
  'HTTP/1.10': `GET /public/1 HTTP/1.10${CRLF}Host: x${CRLF}${CRLF}`,
  'the protocol in lower case': `GET /public/1 http/1.1${CRLF}Host: x${CRLF}${CRLF}`,
  'a method in lower case': `get /public/1 HTTP/1.1${CRLF}Host: x${CRLF}${CRLF}`,
  'a method nobody knows': `BREW /public/1 HTTP/1.1${CRLF}Host: x${CRLF}${CRLF}`,
  'a method with a space': `GE T /public/1 HTTP/1.1${CRLF}Host: x${CRLF}${CRLF}`,
  CONNECT: `CONNECT 127.0.0.1:1 HTTP/1.1${CRLF}Host: 127.0.0.1:1${CRLF}${CRLF}`,
  'CONNECT to a path': `CONNECT /public/1 HTTP/1.1${CRLF}Host: x${CRLF}${CRLF}`,
  'the preface of HTTP/2': `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}`,
  'a TLS hello': '\u0016\u0003\u0001\u0002\u0000\u0001',
  'nothing but line ends': `${CRLF}${CRLF}${CRLF}${CRLF}: x${CRLF}${CRLF}`,
}

const TARGETS = [
  '/public/../admin/1',
  '/public/./1',
  '/public/..',
  '/public/.',
  '/..',
  '/.',
  '/../admin/1',
  '/public/%2e%2e/admin/1',
  '/public/%2E%2e/admin/1',
  '/public/.%2e/admin/1',
  '/public/%2e./admin/1',
  '/public/%2e/1',
  '/public//admin/1',
  '//public/1',
  '///',
  '/public/1//',
  '/public/..//admin',
  '/public\\1',
  '/public/\\..\\admin',
  '\\public\\1',
  '/public/%5c..%5cadmin',
  '/public/%5C1',
  '/public/;/1',
  '/public;jsessionid=1/1',
  '/public/..;/admin/1',
  '/public/1;a=b',
  '/public/%2fadmin/1',
  '/public/%2Fadmin',
  '/public%2f1',
  '/public/..%2fadmin',
  '/public/%252e%252e/admin',
  '/public/%252f',
  '/public/%2525',
  '/public/%25%32%65',
  '/public/%00',
  '/public/1%00.html',
  '/public/%0d%0aX:1',
  '/public/%0a',
  '/public/%09',
  '/public/%7f',
  '/public/%1f',
  '/public/%',
  '/public/%2',
  '/public/%zz',
  '/public/%g0',
  '/public/%u002e',
  '/public/%c0%ae%c0%ae/admin',
  '/public/%c0%af',
  '/public/%ff',
  '/public/%ed%a0%80',
  '/public/#',
  '/public/#/admin',
  '/public/1#x',
  '*',
  'public/1',
  '?/public/1',
  '.',
  '..',
  'http://',
  'http:///public/1',
  'ftp://x/public/1',
  'http://evil.example.com/public/1',
  'HTTP://x/public/../admin/1',
  'x:80',
  'javascript:alert(1)',
  '/public/\u0080',
  '/public/é',
] as const

const refusals = async (t: Test, gate: Gate, name: string, bytes: string): Promise<void> => {
  const answer = await gate.raw(Buffer.from(bytes, 'latin1'))
  // A connection that is closed without a word is a refusal too; an answer is of the client's making, never ours.
  t.ok(
    answer.status === 0 ||
      (answer.status >= 400 && answer.status < 500) ||
      answer.status === 505 ||
      answer.status === 501,
    `${name}: ${answer.status}`,
  )
}

t.test('messages that can be framed in two ways are refused, and nothing smuggled reaches the upstream', async t => {
  const gate = await startGate(t)
  for (const [name, bytes] of Object.entries(SMUGGLING)) await refusals(t, gate, name, bytes)
  t.notOk(gate.upstream.seen.some(seen => seen.url.includes('smuggled')))
  t.same(
    gate.upstream.seen.map(seen => `${seen.method} ${seen.url}`),
    [],
  )
  t.equal((await gate.send('/public/1')).status, 200)
})

t.test('targets that can be read in two ways are refused on public and guarded routes alike', async t => {
  const gate = await startGate(t)
  const authorization = `Authorization: Bearer ${await gate.token({ scope: 'read admin' })}`
  for (const target of TARGETS) {
    for (const extra of [[], [authorization]]) {
      await refusals(t, gate, target, lines(`GET ${target} HTTP/1.1`, 'Host: x', 'Connection: close', ...extra))
    }
  }
  t.same(
    gate.upstream.seen.map(seen => seen.url),
    [],
  )
})

t.test('pipelined requests are judged each by its own credential', async t => {
  const gate = await startGate(t)
  const good = `Authorization: Bearer ${await gate.token()}`
  const get = (target: string, ...headers: string[]): string => lines(`GET ${target} HTTP/1.1`, 'Host: x', ...headers)
  const bytes =
    get('/private/1', good) +
    get('/private/2') +
    get('/private/3', good) +
    get('/admin/4', good) +
    get('/private/5', 'Connection: close')
  const { head, body } = await gate.raw(bytes)
  const statuses = [...`${head}\r\n\r\n${body}`.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(match => match[1])
  t.same(statuses, ['200', '401', '200', '403', '401'])
  t.same(gate.upstream.seen.map(seen => seen.url).sort(), ['/private/1', '/private/3'])
})

t.test('methods that override the method, and paths that override the path, override nothing', async t => {
  const gate = await startGate(t, options => ({
    ...options,
    routes: [...options.routes, { path: '/reading/*', methods: ['GET'], upstream: 'main', auth: 'public' as const }],
  }))
  for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method']) {
    t.equal((await gate.send('/reading/1', [`${name}: GET`], 'DELETE')).code, 'method_not_allowed', name)
  }
  for (const name of [
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Forwarded-Uri',
    'X-Accel-Redirect',
    'X-Envoy-Original-Path',
  ]) {
    t.equal((await gate.send('/admin/1', [`${name}: /public/1`])).code, 'credential_missing', name)
  }
  t.equal(gate.upstream.seen.length, 0)
})

t.test('requests that are good stay good', async t => {
  const gate = await startGate(t)
  const authorization = `Authorization: Bearer ${await gate.token()}`
  for (const target of [
    '/private/1',
    '/private/',
    '/private/a/b/c',
    '/private/caf%C3%A9',
    '/private/a%20b',
    "/private/a!$&'()*+,=:@~-._",
    '/private/1?x=/../y',
    '/private/1?a=%2F%2e%2e;b',
    '/private/1?',
  ]) {
    t.equal((await gate.send(target, [authorization])).status, 200, target)
    t.equal(gate.upstream.seen.at(-1)?.url, target)
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const answer = await gate.send('/private/1', [authorization, 'Content-Length: 2'], method, 'ok')
    t.equal(answer.status, 200, method)
    t.equal(gate.upstream.seen.at(-1)?.body.toString(), 'ok')
  }
  const chunked = await gate.send(
    '/private/1',
    [authorization, 'Transfer-Encoding: chunked'],
    'POST',
    `2${CRLF}ok${CRLF}0${CRLF}${CRLF}`,
  )
  t.equal(chunked.status, 200)
  t.equal(gate.upstream.seen.at(-1)?.body.toString(), 'ok')
})
