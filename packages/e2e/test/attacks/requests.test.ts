import t from 'tap'
import { testGates } from '../../src/gate.ts'
import { MESSAGES, TARGETS } from '../../src/messages.ts'
import { refuseTargets } from '../../src/surfaces.ts'

const lines = (...parts: readonly string[]): string => `${parts.join('\r\n')}\r\n\r\n`
const STATUS = { request_malformed: 400, target_ambiguous: 400, method_not_allowed: 405, closed: 0 } as const

testGates(
  t,
  'messages that can be framed or read in two ways are refused, and nothing smuggled reaches the upstream',
  async (t, openGate) => {
    const gate = await openGate()
    for (const [name, { bytes, answer }] of Object.entries(MESSAGES)) {
      const { status, code } = await gate.raw(Buffer.from(bytes, 'latin1'))
      t.equal(status, STATUS[answer], name)
      // What Node's parser refuses is put into words by the program; an application has words of its own.
      if (gate.home === 'program' && answer !== 'closed') t.equal(code, answer, name)
    }
    t.same(gate.upstream.seen, [])
    t.equal((await gate.send('/public/1')).status, 200)
  },
)

testGates(t, 'targets that can be read in two ways are refused on every way, guarded or not', async (t, openGate) => {
  const gate = await openGate()
  await refuseTargets(t, gate, TARGETS)
  t.equal((await gate.send('/public/1')).status, 200)
})

testGates(t, 'pipelined requests are judged each by its own credential', async (t, openGate) => {
  const gate = await openGate()
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

testGates(
  t,
  'methods that override the method, and paths that override the path, override nothing',
  async (t, openGate) => {
    const gate = await openGate(options => ({
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
  },
)

testGates(t, 'requests that are good stay good', async (t, openGate) => {
  const gate = await openGate()
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
    `2\r\nok\r\n0\r\n\r\n`,
  )
  t.equal(chunked.status, 200)
  t.equal(gate.upstream.seen.at(-1)?.body.toString(), 'ok')
})
