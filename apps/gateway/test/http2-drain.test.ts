import { once } from 'node:events'
import t from 'tap'
import { configurationFor, listenUpstream, runConfiguration } from './gatehouse.ts'
import { openRaw, openSession, send, TLS } from './http2-client.ts'

t.test('on a signal HTTP/2 clients are told to go, and what they have asked for is finished', async t => {
  for (const workers of [1, 2]) {
    const waiting: (() => void)[] = []
    const upstream = await listenUpstream(t, (_request, response) => {
      response.write('first ')
      waiting.push(() => response.end('x'.repeat(1_000_000)))
    })
    const server = { tls: TLS, shutdownGrace: '1h', workers }
    const { child, url } = await runConfiguration(t, configurationFor(upstream, server))
    const busy = await openSession(t, url)
    const idle = await openSession(t, url)
    const stubborn = await openRaw(t, url)
    const answers = [1, 2, 3].map(() => send(busy, { ':path': '/health' }))
    while (waiting.length < 3) await new Promise(resolve => setImmediate(resolve))
    const goodbyes = [busy, idle].map(session => once(session, 'goaway'))
    const left = once(idle, 'close')
    child.process.kill('SIGTERM')
    for (const goodbye of goodbyes) t.equal((await goodbye)[0], 0, 'GOAWAY with NO_ERROR')
    await left
    const late = await send(busy, { ':path': '/health' }).catch(error => error)
    t.notMatch(late, { headers: { ':status': 200 } }, 'nothing new is taken')
    for (const answer of waiting) answer()
    for (const { headers, body } of await Promise.all(answers)) {
      t.equal(headers[':status'], 200)
      t.equal(body.length, 1_000_006)
    }
    t.same(await child.ended, { code: 0, signal: null }, 'and nobody was waited for who does not hang up')
    await stubborn.closed
    t.notOk(child.lines().some(({ msg }) => String(msg).includes('cut')))
  }
})

t.test('streams that are still there when the grace is over are cut and counted', async t => {
  const upstream = await listenUpstream(t, (_request, response) => void response.write('first'))
  const { child, url } = await runConfiguration(t, configurationFor(upstream, { tls: TLS, shutdownGrace: '300ms' }))
  const session = await openSession(t, url)
  const streams = [1, 2].map(() => session.request({ ':path': '/health' }))
  for (const stream of streams) {
    stream.on('error', () => undefined)
    await once(stream, 'data')
  }
  child.process.kill('SIGTERM')
  t.same(await child.ended, { code: 1, signal: null })
  t.match(child.lines().at(-1), { cut: 2 })
})
