import { once } from 'node:events'
import { Agent, createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import t from 'tap'
import gateway, { createNodeForwarder } from '../src/index.ts'
import { issuers } from './world.ts'

t.test('requests that are given up while they wait do not spoil the connection that they waited for', async t => {
  const held: ServerResponse[] = []
  const upstream = createServer((incoming, response) => {
    if (incoming.url === '/held') held.push(response)
    else incoming.resume().on('end', () => response.end('fine'))
  }).listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const connections = new Set<object>()
  upstream.on('connection', socket => connections.add(socket))
  const app = Fastify()
  await app.register(gateway, {
    issuers,
    forwarder: createNodeForwarder,
    upstreams: { api: { url: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`, connections: 1 } },
    routes: [{ path: '/*', upstream: 'api', auth: 'public' }],
  })
  let arrived = 0
  let cut = 0
  app.server.on('request', (incoming, response) => {
    if (!incoming.url?.startsWith('/given-up')) return
    arrived += 1
    response.once('close', () => (cut += 1))
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    await app.close()
    upstream.closeAllConnections()
    upstream.close()
  })

  const send = (path: string, method = 'GET') => {
    const sent = request(`${url}${path}`, { method, agent: new Agent() })
    sent.on('error', () => undefined)
    sent.end()
    return sent
  }
  const first = once(send('/held'), 'response')
  while (held.length === 0) await new Promise(resolve => setImmediate(resolve))
  const waiting = [1, 2, 3].map(index => send(`/given-up-${index}`))
  while (arrived < 3) await new Promise(resolve => setImmediate(resolve))
  for (const sent of waiting) sent.destroy()
  while (cut < 3) await new Promise(resolve => setImmediate(resolve))
  held[0]?.end('held')
  const [response] = await first
  response.resume()
  await once(response, 'end')
  for (let index = 0; index < 3; index++) {
    // Never tried a second time: POST is not idempotent.
    const [answer] = await once(send('/last', 'POST'), 'response')
    t.equal(answer.statusCode, 200)
    answer.resume()
    await once(answer, 'end')
  }
  t.equal(connections.size, 1)
})
