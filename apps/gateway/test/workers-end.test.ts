import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { ask, configurationFor, listenUpstream, pidsOf, runConfiguration, startGatehouse } from './gatehouse.ts'

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
    { server: { port, workers: 2 }, admin: false },
    { server: { port: 0, workers: 2 }, admin: { port } },
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

function deferred() {
  let resolve: (value: undefined) => void = () => undefined
  const promise = new Promise<undefined>(done => {
    resolve = done
  })
  return { promise, resolve }
}
