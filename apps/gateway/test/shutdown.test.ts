import { request } from 'node:http'
import t from 'tap'
import { configurationFor, listenUpstream, runConfiguration, token } from './gatehouse.ts'

t.test('on SIGTERM what is in flight is finished, /readyz says 503 and nobody new gets in', async t => {
  let release: () => void = () => undefined
  const arrived = new Promise<void>(resolve => {
    release = resolve
  })
  let answer: () => void = () => undefined
  const upstream = await listenUpstream(t, (_request, response) => {
    answer = () => response.end('finished')
    release()
  })
  const { child, url, admin } = await runConfiguration(t, configurationFor(upstream))
  const pending = fetch(`${url}/orders/1`, { headers: { authorization: `Bearer ${token()}` } })
  await arrived
  child.process.kill('SIGTERM')
  await child.line('draining')
  t.equal((await fetch(`${admin}/readyz`)).status, 503)
  t.equal((await fetch(`${admin}/livez`)).status, 200)
  await t.rejects(fetch(`${url}/health`))
  answer()
  const response = await pending
  t.equal(await response.text(), 'finished')
  t.equal(response.headers.get('connection'), 'close')
  t.same(await child.ended, { code: 0, signal: null })
})

t.test('requests that the grace period cuts are exit 1', async t => {
  let release: () => void = () => undefined
  const arrived = new Promise<void>(resolve => {
    release = resolve
  })
  const upstream = await listenUpstream(t, () => release())
  const { child, url } = await runConfiguration(t, configurationFor(upstream, { shutdownGrace: '50ms' }))
  const pending = fetch(`${url}/health`).catch((error: unknown) => error)
  await arrived
  child.process.kill('SIGINT')
  t.ok((await pending) instanceof Error)
  t.same(await child.ended, { code: 1, signal: null })
  t.match(child.lines().at(-1), { cut: 1 })
})

t.test('a second signal ends it at once, with 128 + signal', async t => {
  let release: () => void = () => undefined
  const arrived = new Promise<void>(resolve => {
    release = resolve
  })
  const upstream = await listenUpstream(t, () => release())
  const { child, url } = await runConfiguration(t, configurationFor(upstream, { shutdownGrace: '1h' }))
  const pending = fetch(`${url}/health`).catch((error: unknown) => error)
  await arrived
  child.process.kill('SIGTERM')
  await child.line('draining')
  child.process.kill('SIGINT')
  t.same(await child.ended, { code: 130, signal: null })
  t.ok((await pending) instanceof Error)
})

t.test('a large answer to a slow client is finished while draining', async t => {
  const size = 8_000_000
  const upstream = await listenUpstream(t, (_request, response) => response.end(Buffer.alloc(size)))
  const { child, url } = await runConfiguration(t, configurationFor(upstream))
  const received = await new Promise<number>(resolve => {
    request(`${url}/health`, response => {
      let bytes = 0
      response.once('readable', async () => {
        child.process.kill('SIGTERM')
        await child.line('draining')
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
        })
        response.on('close', () => resolve(bytes))
      })
    }).end()
  })
  t.equal(received, size)
  t.same(await child.ended, { code: 0, signal: null })
})
