import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { configurationFor, listenUpstream, publishedKey, runConfiguration, startGatehouse, token } from './gatehouse.ts'

/** One request on a connection of its own, which goes to the next worker. */
async function ask(url: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  const [response] = (await once(request(url, { agent: new Agent(), headers }).end(), 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return { status: response.statusCode ?? 0, body }
}

const readMetric = async (admin: string, line: string): Promise<number> => {
  const { body } = await ask(`${admin}/metrics`)
  return Number(
    body
      .split('\n')
      .find(each => each.startsWith(`${line} `))
      ?.slice(line.length + 1) ?? Number.NaN,
  )
}

const pidsOf = async (admin: string): Promise<number[]> =>
  JSON.parse((await ask(`${admin}/readyz`)).body).workers.listening

t.test(
  'several processes are one gateway: one line, one port, one set of metrics, and one question to an issuer',
  async t => {
    const asked: string[] = []
    const issuer = await listenUpstream(t, (request, response) => {
      asked.push(request.url ?? '')
      response.end(
        JSON.stringify(
          request.url === '/jwks'
            ? keySet
            : { issuer: `http://${request.headers.host}`, jwks_uri: `http://${request.headers.host}/jwks` },
        ),
      )
    })
    const keySet = { keys: [publishedKey] }
    const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
    const configuration = {
      ...configurationFor(upstream, { workers: 3 }),
      issuers: { main: { issuer, audience: 'unchecked', tokens: 'jwt' } },
    }
    const { child, url, admin } = await runConfiguration(t, configuration)
    t.equal((await pidsOf(admin)).length, 3)
    const headers = { authorization: `Bearer ${token({ iss: issuer })}` }
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(`${url}/orders/1`, headers)))
    t.ok(answers.every(({ status }) => status === 200))
    t.same(asked, ['/.well-known/openid-configuration', '/jwks'], 'not once a worker')
    t.match(JSON.parse((await ask(`${admin}/readyz`)).body), {
      status: 'ready',
      issuers: [{ name: 'main', state: 'ready' }],
    })

    const forwarded = 'gatehouse_requests_total{route="/orders/*",outcome="forwarded",status="200",code="none"}'
    t.equal(await readMetric(admin, forwarded), 12)
    t.equal(await readMetric(admin, forwarded), 12, 'looking twice does not count twice')
    t.equal(await readMetric(admin, 'gatehouse_provider_requests_total{kind="jwks",outcome="2xx"}'), 1)
    t.equal(await readMetric(admin, 'gatehouse_workers'), 3)
    t.ok((await readMetric(admin, 'process_resident_memory_bytes')) > 100_000_000)

    child.process.kill('SIGTERM')
    t.same(await child.ended, { code: 0, signal: null })
    t.equal(child.output.err, '')
    t.same(
      child.lines().map(({ msg }) => msg),
      ['listening', 'draining', 'stopped'],
    )
    t.match(child.lines()[0], { url, workers: 3 })
  },
)

t.test('a worker that is killed under load is replaced, and no counter falls', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const { child, url, admin } = await runConfiguration(t, configurationFor(upstream, { workers: 2 }))
  const forwarded = 'gatehouse_requests_total{route="/health",outcome="forwarded",status="200",code="none"}'
  for (let i = 0; i < 20; i++) await ask(`${url}/health`)
  t.equal(await readMetric(admin, forwarded), 20)
  const before = await pidsOf(admin)
  let isLoaded = true
  let failures = 0
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (isLoaded) {
        const answer = await ask(`${url}/health`).catch(() => undefined)
        if (answer?.status !== 200) failures += 1
      }
    }),
  )
  process.kill(before[0] ?? 0, 'SIGKILL')
  await child.line('worker replaced')
  isLoaded = false
  await load
  t.ok(failures <= 8, `${failures} requests failed`)
  t.match(
    child.lines().filter(({ msg }) => msg === 'worker died'),
    [{ pid: before[0], signal: 'SIGKILL' }],
  )
  const after = await pidsOf(admin)
  t.equal(after.length, 2)
  t.notOk(after.includes(before[0] ?? 0))
  t.ok(after.includes(before[1] ?? 0), 'the other went on')
  t.ok((await readMetric(admin, forwarded)) >= 20)
  t.equal(await readMetric(admin, 'gatehouse_worker_restarts_total'), 1)
  t.equal((await ask(`${admin}/readyz`)).status, 200)

  for (const pid of after) process.kill(pid, 'SIGKILL')
  const recovered = async () => (await ask(`${url}/health`).catch(() => ({ status: 0 }))).status === 200
  while (!(await recovered())) await new Promise(resolve => setImmediate(resolve))
  t.pass('all of them at once, too, and the port is the same')
})

t.test(
  'on SIGTERM every worker finishes what it has; a terminal that signals the workers too does not hurt',
  async t => {
    const waiting: (() => void)[] = []
    const four = deferred()
    const upstream = await listenUpstream(t, (_request, response) => {
      waiting.push(() => response.end('finished'))
      if (waiting.length === 4) four.resolve(undefined)
    })
    const { child, url, admin } = await runConfiguration(t, configurationFor(upstream, { workers: 2 }))
    const pending = Promise.all(Array.from({ length: 4 }, () => ask(`${url}/health`)))
    await four.promise
    for (const pid of await pidsOf(admin)) process.kill(pid, 'SIGINT')
    child.process.kill('SIGINT')
    await child.line('draining')
    const ready = await ask(`${admin}/readyz`)
    t.equal(ready.status, 503)
    t.match(JSON.parse(ready.body), { status: 'draining' })
    await t.rejects(ask(`${url}/health`), { code: 'ECONNREFUSED' })
    for (const answer of waiting) answer()
    t.same(
      (await pending).map(({ body }) => body),
      ['finished', 'finished', 'finished', 'finished'],
    )
    t.same(await child.ended, { code: 0, signal: null })
  },
)

t.test('requests that the grace period cuts in any worker are exit 1; a second signal is exit at once', async t => {
  for (const [server, signals, code] of [
    [{ shutdownGrace: '50ms' }, ['SIGTERM'], 1],
    [{ shutdownGrace: '1h' }, ['SIGINT', 'SIGTERM'], 143],
  ] as const) {
    const arrived = deferred()
    const upstream = await listenUpstream(t, () => arrived.resolve(undefined))
    const { child, url } = await runConfiguration(t, configurationFor(upstream, { workers: 2, ...server }))
    const pending = ask(`${url}/health`).catch((error: unknown) => error)
    await arrived.promise
    for (const signal of signals) {
      child.process.kill(signal)
      await child.line('draining')
    }
    t.ok((await pending) instanceof Error)
    // The workers hold its standard error: that is closed when the last of them is gone.
    t.same(await child.ended, { code, signal: null })
  }
})

t.test('a taken port is one sentence and exit 1, for either listener', async t => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  t.teardown(() => void holder.close())
  const { port } = holder.address() as AddressInfo
  for (const taken of [
    { server: { port, workers: 3 }, admin: false },
    { server: { port: 0, workers: 3 }, admin: { port } },
  ]) {
    const config = join(t.testdir(), 'gatehouse.json')
    writeFileSync(config, JSON.stringify({ ...configurationFor('http://127.0.0.1:9'), ...taken }))
    const child = startGatehouse(t, ['run', '-c', config])
    t.same(await child.ended, { code: 1, signal: null })
    t.equal(child.output.err, `Port ${port} on 127.0.0.1 is taken: something else listens there.\n`)
    t.equal(child.output.out, '')
  }
})

t.test('a worker that keeps dying before it listens ends the whole with a sentence and exit 1', async t => {
  const config = join(t.testdir(), 'gatehouse.json')
  writeFileSync(config, JSON.stringify(configurationFor('http://127.0.0.1:9', { workers: 2 })))
  const dies = 'data:text/javascript,if(process.send)process.exit(7)'
  const child = startGatehouse(t, ['run', '-c', config], { NODE_OPTIONS: `--import=${dies}` })
  t.same(await child.ended, { code: 1, signal: null })
  t.match(child.output.err, /^Worker \d ended 3 times in a row before it listened, the last time with exit code 7\.\n$/)
  t.notOk(child.lines().some(({ msg }) => msg === 'listening'))
})

t.test('lines of several workers are never mixed, and say whose they are', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end())
  const { child, url } = await runConfiguration(t, configurationFor(upstream, { workers: 2 }))
  await Promise.all(Array.from({ length: 200 }, () => ask(`${url}/nowhere`)))
  child.process.kill('SIGTERM')
  await child.ended
  const refusals = child.lines().filter(({ code }) => code === 'route_not_found')
  t.equal(refusals.length, 200)
  t.same([...new Set(refusals.map(({ worker }) => worker))].sort(), [1, 2])
})

t.test('workers go when the primary is killed without a word', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end())
  const { child } = await runConfiguration(t, configurationFor(upstream, { workers: 2 }))
  child.process.kill('SIGKILL')
  // The workers hold its standard error: that is closed when the last of them is gone.
  t.same(await child.ended, { code: null, signal: 'SIGKILL' })
})

function deferred() {
  let resolve: (value: undefined) => void = () => undefined
  const promise = new Promise<undefined>(done => {
    resolve = done
  })
  return { promise, resolve }
}
