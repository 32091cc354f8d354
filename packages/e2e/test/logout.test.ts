import { once } from 'node:events'
import { createServer } from 'node:http'
import { createMockProvider } from '@gatehouse/mock-provider'
import t from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import { runCommand, untilListening } from '../src/processes.ts'
import { API } from '../src/world.ts'

t.test('a logout at the provider ends the WebSocket and the tokens of that subject, and of nobody else', async t => {
  const provider = createMockProvider({ seed: 'logout' })
  const { url: issuer, close } = await provider.listen({ port: 0 })
  const upstream = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const sockets = new WebSocketServer({ server: upstream })
  sockets.on('connection', socket => socket.on('message', data => socket.send(String(data))))
  const address = upstream.address()
  const configuration = {
    server: { port: 0 },
    admin: false,
    issuers: { main: { issuer, audience: [API], tokens: 'jwt', revocation: { audience: 'gateway' } } },
    upstreams: { chat: { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` } },
    routes: [{ path: '/*', upstream: 'chat', auth: {} }],
  }
  const folder = t.testdir({ 'gatehouse.json': JSON.stringify(configuration) })
  const gatehouse = runCommand(t, 'gatehouse', ['run', '-c', `${folder}/gatehouse.json`])
  t.teardown(async () => {
    upstream.closeAllConnections()
    await Promise.all([close(), new Promise(resolve => upstream.close(resolve))])
  })
  const origin = await untilListening(gatehouse)
  const client = { backchannel_logout_uri: `${origin}/.well-known/gatehouse/backchannel-logout` }
  const registered = await fetch(`${issuer}/_mock/clients/gateway`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(client),
  })
  t.ok(registered.ok)

  const tokenOf = async (sub: string) => (await provider.mint({ sub, audience: API })).token
  const open = async (token: string): Promise<WebSocket> => {
    const socket = new WebSocket(origin.replace('http', 'ws'), { headers: { authorization: `Bearer ${token}` } })
    await once(socket, 'open')
    return socket
  }
  const get = async (token: string): Promise<number> =>
    (await fetch(origin, { headers: { authorization: `Bearer ${token}` } })).status
  const [alice, bob] = [await tokenOf('alice'), await tokenOf('bob')]
  const [hers, his] = [await open(alice), await open(bob)]

  const ended = once(hers, 'close')
  const told = await fetch(`${issuer}/_mock/logout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sub: 'alice' }),
  })
  t.match(JSON.stringify(await told.json()), /"status":200/, 'the gateway heard')
  t.equal(await get(alice), 401)
  const [code, reason] = await ended
  t.same([code, String(reason)], [1008, 'the token was revoked'])

  his.send('still there')
  t.equal(String((await once(his, 'message'))[0]), 'still there')
  t.equal(await get(bob), 200)
  his.close()
  await once(his, 'close')
})
