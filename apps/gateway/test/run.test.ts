import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { configurationFor, listenUpstream, runConfiguration, startGatehouse, token } from './gatehouse.ts'

t.test('serves: accepted, refused, public; the admin listener tells; SIGTERM ends it with 0', async t => {
  const upstream = await listenUpstream(t, (request, response) => {
    response.end(
      JSON.stringify({
        subject: request.headers['x-gatehouse-subject'] ?? null,
        authorization: request.headers.authorization ?? null,
      }),
    )
  })
  const { child, url, admin } = await runConfiguration(t, configurationFor(upstream), { GATEHOUSE_LOG_LEVEL: 'debug' })
  const good = token()
  const accepted = await fetch(`${url}/orders/1?access_token=${good}`, {
    headers: { authorization: `Bearer ${good}`, cookie: 'session=hunter2' },
  })
  t.equal(accepted.status, 200)
  t.same(await accepted.json(), { subject: 'alice', authorization: null })
  const expired = await fetch(`${url}/orders/1`, { headers: { authorization: `Bearer ${token({ exp: 1 })}` } })
  t.equal(expired.status, 401)
  t.match(expired.headers.get('content-type'), /^application\/problem\+json/)
  const refusal = (await expired.json()) as { traceId: string }
  t.match(refusal, { status: 401, code: 'token_expired', traceId: String })
  t.equal(
    (await fetch(`${url}/orders/1`, { headers: { authorization: 'Bearer hunter2.hunter2.hunter2' } })).status,
    401,
  )
  t.equal((await fetch(`${url}/health`)).status, 200)
  t.equal((await fetch(`${url}/nowhere`)).status, 404)

  t.equal((await fetch(`${admin}/livez`)).status, 200)
  const ready = await fetch(`${admin}/readyz`)
  t.equal(ready.status, 200)
  t.match(await ready.json(), { status: 'ready', issuers: [{ name: 'main' }] })
  const metrics = await (await fetch(`${admin}/metrics`)).text()
  t.match(
    metrics,
    /gatehouse_requests_total\{route="\/orders\/\*",outcome="refused",status="401",code="token_expired"\} 1/,
  )
  t.match(metrics, /gatehouse_requests_total\{route="\/orders\/\*",outcome="forwarded",status="200",code="none"\} 1/)
  t.match(metrics, /gatehouse_rejections_total\{stage="\w+",code="token_expired",issuer="main"\} 1/)
  t.match(metrics, /gatehouse_request_duration_seconds_count\{route="\/orders\/\*",class="4xx"\} 2/)
  t.match(metrics, /gatehouse_stage_duration_seconds_bucket/)
  t.match(metrics, /process_resident_memory_bytes/)
  t.equal((await fetch(`${admin}/orders/1`)).status, 404)
  t.equal((await fetch(`${admin}/livez`, { method: 'POST' })).status, 405)

  child.process.kill('SIGTERM')
  t.same(await child.ended, { code: 0, signal: null })
  t.equal(child.output.err, '')
  t.match(
    child.lines().filter(line => line.code === 'token_expired'),
    [{ traceId: refusal.traceId, route: '/orders/*', status: 401 }],
    'one line for the refused request',
  )
  for (const secret of [good, good.split('.')[2] ?? '', 'hunter2']) {
    t.notOk(child.output.out.includes(secret), 'no token and no cookie in the log, at any level')
    t.notOk(metrics.includes(secret), 'nor in the metrics')
  }
})

t.test('a taken port is one sentence and exit 1, for either listener', async t => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  t.teardown(() => void holder.close())
  const { port } = holder.address() as AddressInfo
  for (const taken of [
    { server: { port }, admin: false },
    { server: { port: 0 }, admin: { port } },
  ]) {
    const config = join(t.testdir(), 'gatehouse.json')
    writeFileSync(config, JSON.stringify({ ...configurationFor('http://127.0.0.1:9'), ...taken }))
    const child = startGatehouse(t, ['run', '-c', config])
    t.same(await child.ended, { code: 1, signal: null })
    t.equal(child.output.err, `Port ${port} on 127.0.0.1 is taken: something else listens there.\n`)
  }
})

t.test('run refuses what check refuses, with the same words and exit 2', async t => {
  const config = join(t.testdir(), 'gatehouse.json')
  writeFileSync(config, JSON.stringify({ ...configurationFor('ftp://x'), extra: 1 }))
  const [run, check] = await Promise.all(
    ['run', 'check'].map(async command => {
      const child = startGatehouse(t, [command, '-c', config])
      return { ...(await child.ended), ...child.output }
    }),
  )
  t.equal(run?.code, 2)
  t.same(run, check)
  t.match(run?.err, /^extra: is not known/m)
  t.match(run?.err, /^upstreams\.sample\.url: /m)
})

t.test('the command line: help and version on standard output, mistakes on standard error with exit 2', async t => {
  const runs = [['--version'], ['run', '--help'], ['chek'], ['run', '-c', 'none.yaml']].map(async argv => {
    const child = startGatehouse(t, argv)
    const { code } = await child.ended
    return { code, ...child.output }
  })
  const [version, help, misspelt, unread] = await Promise.all(runs)
  t.match(version, { code: 0, out: /^\d+\.\d+\.\d+\n$/, err: '' })
  t.match(help, { code: 0, out: /Usage: gatehouse run/, err: '' })
  t.match(misspelt, { code: 2, out: '', err: /unknown command chek, did you mean check\?/ })
  t.match(unread, { code: 2, out: '', err: 'none.yaml: the configuration can not be read: no such file\n' })
})

t.test('what is not HTTP, or too long, is answered as a problem and harms nobody', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const configuration = { ...configurationFor(upstream, { limits: { headers: 2048, headersTimeout: '1s' } }) }
  const { child, url } = await runConfiguration(t, configuration)
  const { port } = new URL(url)
  const raw = async (bytes: string): Promise<string> => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(bytes)
    let text = ''
    for await (const chunk of socket.setEncoding('utf8')) text += chunk
    return text
  }
  for (const [bytes, status, code] of [
    ['hello\r\n\r\n', 400, 'request_malformed'],
    ['GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n', 400, 'request_malformed'],
    [`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(4000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['GET / HTTP/1.1\r\nhost: a\r\n', 408, 'request_timeout'],
    ['GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'target_ambiguous'],
    ['GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n', 400, 'target_ambiguous'],
    [`GET /orders/${'a'.repeat(1000)} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`, 401, 'credential_missing'],
  ] as const) {
    const text = await raw(bytes)
    t.match(text, new RegExp(`^HTTP/1\\.1 ${status} `), code)
    t.match(text, /content-type: application\/problem\+json\r\n/)
    t.match(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)), { status, code })
  }
  t.equal(await (await fetch(`${url}/health`)).text(), 'fine')
  t.equal(child.output.err, '')
})
