import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createLogTo, judgeConfiguration, startGateway } from '../src/index.ts'
import { configurationFor, listenUpstream, token } from './gatehouse.ts'

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
const pem = (name: string) => readFileSync(fixture(name), 'utf8')

/** A gateway in this process, from a file, with its log in memory. */
async function start(t: Test, configuration: object, files: readonly string[] = []) {
  const folder = t.testdir()
  for (const file of files) copyFileSync(fixture(file), join(folder, file))
  const path = join(folder, 'gatehouse.yaml')
  writeFileSync(path, JSON.stringify(configuration))
  const judged = judgeConfiguration(path, { variable: () => undefined, logLevel: 'debug', noColor: true })
  if (!judged.ok) throw new Error(JSON.stringify(judged.problems))
  let log = ''
  const gateway = await startGateway(judged.configuration, createLogTo({ write: line => (log += line) }, 'debug'))
  t.teardown(() => gateway.close())
  return { ...gateway, shown: JSON.stringify(judged.configuration.shown), log: () => log }
}

interface TlsOptions {
  readonly cert?: string
  readonly key?: string
}

async function get(
  url: string,
  path: string,
  tls: TlsOptions = {},
): Promise<{ status: number | undefined; body: string }> {
  const headers = { authorization: `Bearer ${token()}` }
  const sent = request(`${url}${path}`, { ca: pem('ca.pem'), servername: 'localhost', agent: false, headers, ...tls })
  const [response] = await once(sent.end(), 'response')
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return { status: response.statusCode, body }
}

t.test(
  'https with files relative to the configuration; a client certificate is asked for and not demanded',
  async t => {
    const upstream = await listenUpstream(t, (req, response) => response.end(String(req.headers['x-forwarded-proto'])))
    const tls = { cert: 'server.pem', key: 'server.key', clientCa: 'ca.pem' }
    const gateway = await start(t, configurationFor(upstream, { tls }), ['server.pem', 'server.key', 'ca.pem'])
    t.match(gateway.url, /^https:\/\/127\.0\.0\.1:\d+$/)
    t.same(await get(gateway.url, '/orders/1'), { status: 200, body: 'https' })
    t.same(await get(gateway.url, '/orders/1', { cert: pem('client.pem'), key: pem('client.key') }), {
      status: 200,
      body: 'https',
    })
    const asked = connect({
      port: Number(new URL(gateway.url).port),
      host: '127.0.0.1',
      ca: pem('ca.pem'),
      servername: 'localhost',
    })
    await once(asked, 'secureConnect')
    t.equal(asked.authorized, true)
    asked.destroy()
    t.match(
      gateway.shown,
      /"cert":"server\.pem","key":"server\.key","clientCa":"ca\.pem"/,
      'file names are shown, not what is in them',
    )
    t.notMatch(gateway.log(), /PRIVATE KEY|CERTIFICATE/)
  },
)

t.test('a body beyond the limit is 413, a token beyond it is refused as too large', async t => {
  const upstream = await listenUpstream(t, (req, response) => req.resume().on('end', () => response.end('fine')))
  const { url } = await start(t, configurationFor(upstream, { limits: { body: 10, token: 1000 } }))
  const post = (body: string, authorization = `Bearer ${token()}`) =>
    fetch(`${url}/orders`, { method: 'POST', body, headers: { authorization } })
  t.equal((await post('0123456789')).status, 200)
  const tooLong = await post('0123456789a')
  t.equal(tooLong.status, 413)
  t.match(await tooLong.json(), { code: 'body_too_large' })
  const tooLarge = await post('', `Bearer ${'a'.repeat(1001)}`)
  t.equal(tooLarge.status, 401)
  t.match(await tooLarge.json(), { code: 'token_too_large' })
})

t.test('at level debug a forwarded request is one line, without path, query or headers', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end())
  const gateway = await start(t, configurationFor(upstream))
  await fetch(`${gateway.url}/health?hunter2`, { headers: { cookie: 'hunter2' } })
  await gateway.close()
  const lines = gateway
    .log()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  t.match(lines, [
    { level: 20, outcome: 'forwarded', route: '/health', upstream: 'sample', status: 200, msg: 'request' },
  ])
  t.notMatch(gateway.log(), /hunter2/)
})

t.test('admin: false opens no second listener; closing twice is harmless', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end())
  const gateway = await start(t, { ...configurationFor(upstream), admin: false })
  t.equal(gateway.adminUrl, undefined)
  t.equal(await gateway.close(), 0)
  t.equal(await gateway.close(), 0)
})

t.test('a log line never holds a secret, even where somebody put one into it', async t => {
  let line = ''
  const log = createLogTo({ write: text => (line += text) }, 'info')
  const error = Object.assign(new Error('token hunter2 is bad'), {
    code: 'E_BAD',
    token: 'hunter2',
    cause: new Error('hunter2'),
  })
  log.info(
    {
      token: 'hunter2',
      headers: { authorization: 'hunter2', cookie: 'hunter2' },
      a: { b: { client_secret: 'hunter2' } },
      err: error,
      req: { url: 'hunter2' },
    },
    'line',
  )
  log.info({ err: 'hunter2' }, 'line')
  t.notMatch(line, /hunter2/)
  t.match(line, /"type":"Error","code":"E_BAD","stack":" {4}at /)
})
