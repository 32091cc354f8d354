import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { ask, configurationFor, listenUpstream, pidsOf, runConfiguration, token } from './gatehouse.ts'
import { openSocket } from './socket.ts'

const SECRET = 'correct-horse-battery-staple'
const BEARER = { authorization: `Bearer ${SECRET}` }

const guarded = (upstream: string, server: object) => ({
  ...configurationFor(upstream, server),
  admin: { port: 0, secret: SECRET },
})

/** Said again while the answer is that a worker has not said yet that it heard: on a busy machine one may be slow to. */
async function revoke(admin: string, revocation: object): Promise<Response> {
  const answer = await fetch(`${admin}/revocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...BEARER },
    body: JSON.stringify(revocation),
  })
  return answer.status === 202 ? revoke(admin, revocation) : answer
}

/** A WebSocket of the subject. */
const open = (t: Test, url: string, sub: string) =>
  openSocket(t, url, '/orders/ws', [`authorization: Bearer ${token({ sub })}`])

const statusOf = async (url: string, sub: string) =>
  (await ask(`${url}/orders/1`, { authorization: `Bearer ${token({ sub })}` })).status

/** Serves an endless event stream, and takes WebSockets. */
async function listenStreams(t: Test): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: first\n\n')
  })
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => undefined)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function openEvents(url: string, sub: string) {
  const headers = { authorization: `Bearer ${token({ sub })}` }
  const [response] = await once(request(`${url}/orders/sse`, { headers, agent: false }).end(), 'response')
  const [first] = await once(response.setEncoding('utf8'), 'data')
  let text = String(first)
  response.on('data', (chunk: string) => (text += chunk))
  const ended = once(response, 'end')
  return async () => (await ended) && text
}

t.test('open WebSockets and event streams of whoever is revoked end, in one process and in several', async t => {
  const upstream = await listenStreams(t)
  for (const workers of [1, 2]) {
    const { child, url, admin } = await runConfiguration(t, guarded(upstream, { workers }))
    const sockets = await Promise.all([1, 2, 3, 4].map(() => open(t, url, 'alice')))
    const other = await open(t, url, 'bob')
    const events = await Promise.all([1, 2, 3, 4].map(() => openEvents(url, 'alice')))
    t.equal((await revoke(admin, { sub: 'alice', issuer: 'main' })).status, 200)
    for (const { frames } of sockets) {
      const bytes = await frames()
      t.equal(bytes[0], 0x88, 'a Close frame')
      t.equal(bytes.readUInt16BE(2), 1008)
      t.equal(bytes.subarray(4).toString(), 'the token was revoked')
    }
    for (const text of events) t.match(await text(), /\nevent: gatehouse\ndata: token_inactive\n\n$/)
    t.notOk(other.socket.destroyed)
    other.socket.destroy()
    child.process.kill('SIGTERM')
    await child.ended
  }
})

t.test('of several workers every one has heard when the answer comes, and so do those that start later', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const { child, url, admin } = await runConfiguration(t, guarded(upstream, { workers: 2 }))
  const as = (sub: string) => Promise.all([1, 2, 3, 4].map(() => statusOf(url, sub)))
  const many = Array.from({ length: 8 }, (_, index) => `user-${index}`)
  for (const sub of many) {
    t.same(await as(sub), [200, 200, 200, 200])
    t.equal((await revoke(admin, { sub })).status, 200)
    t.same(await as(sub), [401, 401, 401, 401])
  }
  t.equal((await revoke(admin, { sub: 'a', issuer: 'nobody' })).status, 400)
  t.match(await (await fetch(`${admin}/revocations`, { headers: BEARER })).json(), { total: 8 })
  const lifted = await fetch(`${admin}/revocations?sub=user-0`, { method: 'DELETE', headers: BEARER })
  t.equal(lifted.status, 200)
  t.same(await as('user-0'), [200, 200, 200, 200])
  for (const pid of await pidsOf(admin)) process.kill(pid, 'SIGKILL')
  await child.line('worker replaced', 2)
  t.same(await as('user-1'), [401, 401, 401, 401])
  t.same(await as('user-0'), [200, 200, 200, 200])
})
