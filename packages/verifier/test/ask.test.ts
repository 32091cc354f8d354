import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { type Ask, ask } from '../src/ask.ts'
import { completePorts } from '../src/ports.ts'

const ports = completePorts()
const QUESTION: Omit<Ask, 'url'> = {
  method: 'GET',
  headers: { accept: 'application/json' },
  timeout: 5,
  maxBytes: 1000,
}

async function listen(t: Test, server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

const play = (reply: (init: { signal: AbortSignal }) => Response | Promise<Response>) =>
  ask(completePorts({ fetch: async (_, init) => reply(init) }), { ...QUESTION, url: 'https://a.example' })

t.test('an answer is handed over as it is, with its status and its text', async t => {
  const answer = await play(() => new Response('nö', { status: 404, headers: { 'x-a': 'b' } }))
  t.match(answer, { ok: true, status: 404, body: 'nö' })
  t.equal(answer.ok && answer.headers.get('x-a'), 'b')
  t.match(await play(() => new Response(null, { status: 204 })), { ok: true, body: '' })
})

t.test('whatever goes wrong on the other side is told apart and never thrown', async t => {
  const broken = new ReadableStream({
    pull: controller => {
      controller.enqueue(new Uint8Array([0x7b]))
      controller.error(new Error('reset'))
    },
  })
  t.match(await play(() => Promise.reject(new TypeError('refused'))), { failure: 'network' })
  t.match(await play(() => Response.redirect('https://b.example', 302)), { failure: 'redirect', status: 302 })
  t.match(await play(() => new Response(broken)), { failure: 'unreadable', status: 200 })
  t.match(await play(() => new Response(new Uint8Array([0xc3, 0x28]))), { failure: 'unreadable' })
  t.match(await play(() => new Response(new Uint8Array([0xc3]))), { failure: 'unreadable' })
  t.match(await play(() => new Response('x'.repeat(1000))), { ok: true })
  t.match(await play(() => new Response('x'.repeat(1001), { status: 500 })), { failure: 'too_large', status: 500 })
})

t.test('a body without end is not read to its end', async t => {
  let pulled = 0
  const endless = new ReadableStream({
    pull: controller => {
      pulled++
      controller.enqueue(new Uint8Array(400).fill(0x20))
    },
  })
  t.match(await play(() => new Response(endless)), { failure: 'too_large' })
  t.ok(pulled < 10)
})

t.test('the deadline covers the body, and what was asked is given up', async t => {
  let signal: AbortSignal | undefined
  const stalling = completePorts({
    fetch: async (_, init) => {
      signal = init.signal
      return new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }))
    },
  })
  t.match(await ask(stalling, { ...QUESTION, url: 'https://a.example', timeout: 0.02 }), { failure: 'timeout' })
  t.ok(signal?.aborted)
})

t.test('the real ports ask over HTTP and follow no redirect', async t => {
  const seen: string[] = []
  const port = await listen(
    t,
    createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.accept}`)
      if (request.url === '/redirect') response.writeHead(307, { location: '/elsewhere' }).end()
      else request.pipe(response)
    }),
  )
  const url = `http://127.0.0.1:${port}`
  t.match(await ask(ports, { ...QUESTION, url: `${url}/echo`, method: 'POST', body: 'a=b' }), { ok: true, body: 'a=b' })
  t.match(await ask(ports, { ...QUESTION, url: `${url}/redirect`, tls: { ca: 'unused' } }), { failure: 'redirect' })
  t.strictSame(seen, ['POST /echo application/json', 'GET /redirect application/json'])
  t.equal(ports.random(16).length, 16)
  t.ok(ports.now() > 1_600_000_000)
})

t.test('global fetch is looked up at each call, so that it can be replaced', async t => {
  const real = globalThis.fetch
  t.teardown(() => {
    globalThis.fetch = real
  })
  globalThis.fetch = async () => new Response('replaced')
  t.match(await ask(ports, { ...QUESTION, url: 'https://a.example' }), { body: 'replaced' })
})

t.test('a private certificate authority is trusted where it is given, and nowhere else', async t => {
  const read = (name: string): string =>
    readFileSync(new URL(`fixtures/localhost.${name}.pem`, import.meta.url), 'utf8')
  const port = await listen(
    t,
    createSecureServer({ key: read('key'), cert: read('cert') }, (request, response) => {
      if (request.url === '/none') response.writeHead(204, { 'x-a': 'b' }).end()
      else if (request.url === '/redirect') response.writeHead(302, { location: '/none' }).end()
      else request.pipe(response)
    }),
  )
  const url = `https://127.0.0.1:${port}`
  const tls = { ca: read('cert') }
  t.match(await ask(ports, { ...QUESTION, url }), { failure: 'network' })
  t.match(await ask(ports, { ...QUESTION, url, tls, method: 'POST', body: 'a=b' }), { ok: true, body: 'a=b' })
  t.match(await ask(ports, { ...QUESTION, url: `${url}/none`, tls }), { ok: true, status: 204 })
  t.match(await ask(ports, { ...QUESTION, url: `${url}/redirect`, tls }), { failure: 'redirect', status: 302 })
  t.match(await ask(ports, { ...QUESTION, url: `https://127.0.0.1:1`, tls }), { failure: 'network' })
})
