import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { connect } from 'node:tls'
import t, { type Test } from 'tap'
import { configurationFor, runConfiguration, token } from './gatehouse.ts'
import { openSession, pem, TLS } from './http2-client.ts'

const SECRET = 'correct-horse-battery-staple'

/** Event streams without end, WebSockets, and what it was sent in bodies. */
async function listenStreams(t: Test): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/orders/body') {
      // A length, because without one the gateway may answer in chunks or, when it has the whole body at once, not.
      response.setHeader('content-length', Number(request.headers['content-length']))
      request.pipe(response)
      return
    }
    const type = request.url === '/orders/sse' ? 'text/event-stream' : 'application/octet-stream'
    response.writeHead(200, { 'content-type': type })
    response.write('data: first\n\n')
  })
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => undefined)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n')
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function start(t: Test) {
  const configuration = configurationFor(await listenStreams(t), { tls: TLS })
  configuration.admin = { port: 0, secret: SECRET }
  const { url, admin } = await runConfiguration(t, configuration)
  const revoke = (revocation: object) =>
    fetch(`${admin}/revocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` },
      body: JSON.stringify(revocation),
    })
  return { url, revoke }
}

const as = (sub: string) => ({ authorization: `Bearer ${token({ sub })}` })

t.test('over HTTP/2 streams end with their token, and leave the connection to the others', async t => {
  const { url, revoke } = await start(t)
  const session = await openSession(t, url)
  const open = async (path: string, sub: string) => {
    const stream = session.request({ ':path': path, ...as(sub) })
    stream.on('error', () => undefined)
    let text = ''
    let isWhole = false
    stream.on('data', chunk => (text += chunk))
    stream.on('end', () => (isWhole = stream.rstCode === 0))
    await once(stream, 'data')
    const closed = new Promise(resolve => stream.once('close', resolve))
    return {
      stream,
      async closed() {
        await closed
        return { text, isWhole, code: stream.rstCode }
      },
    }
  }
  const events = await open('/orders/sse', 'alice')
  const download = await open('/orders/file', 'alice')
  const other = await open('/orders/sse', 'bob')
  t.equal((await revoke({ sub: 'alice' })).status, 200)
  t.match(await events.closed(), { text: /\nevent: gatehouse\ndata: token_inactive\n\n$/, isWhole: true, code: 0 })
  const cut = await download.closed()
  t.not(cut.code, 0, 'what is not whole does not look whole')
  t.notOk(other.stream.closed)
  t.notOk(session.closed)
})

t.test('WebSockets, expectations and pipelines work on the TLS port that also speaks HTTP/2', async t => {
  const { url, revoke } = await start(t)
  const secure = async () => {
    const port = Number(new URL(url).port)
    const socket = connect({ socket: connectTcp(port, '127.0.0.1'), ca: pem('ca.pem'), servername: 'localhost' })
    await once(socket, 'secureConnect')
    t.teardown(() => socket.destroy())
    const received: Buffer[] = []
    socket.on('data', chunk => received.push(chunk))
    const text = () => Buffer.concat(received).toString('latin1')
    const until = async (pattern: RegExp | string) => {
      const isThere = () => (typeof pattern === 'string' ? text().endsWith(pattern) : pattern.test(text()))
      while (!isThere()) await once(socket, 'data')
    }
    return { socket, text, until }
  }
  const { authorization } = as('alice')

  const websocket = await secure()
  websocket.socket.write(
    `GET /orders/ws HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  )
  await websocket.until(/^HTTP\/1\.1 101 [\s\S]*\r\n\r\n/)
  // A frame of one byte, unmasked for once: the upstream sends back what it gets.
  websocket.socket.write(Buffer.from([0x81, 0x01, 0x41]))
  await websocket.until('\x81\x01A')
  const ended = once(websocket.socket, 'close')
  await revoke({ sub: 'alice' })
  await ended
  t.ok(websocket.text().endsWith('\x88\x17\x03\xf0the token was revoked'), 'a Close frame with 1008')

  const patient = await secure()
  const { authorization: bob } = as('bob')
  patient.socket.write(
    `POST /orders/body HTTP/1.1\r\nhost: a\r\nauthorization: ${bob}\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n`,
  )
  await patient.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/)
  patient.socket.write('body')
  await patient.until(/HTTP\/1\.1 200 [\s\S]*\r\n\r\nbody$/)
  patient.socket.write('POST /orders/body HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n')
  await patient.until(/HTTP\/1\.1 401 [\s\S]*credential_missing/)

  const pipelined = await secure()
  const one = (body: string) =>
    `POST /orders/body HTTP/1.1\r\nhost: a\r\nauthorization: ${bob}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  pipelined.socket.write(one('<1>') + one('<2>') + one('<3>'))
  await pipelined.until(/<1>[\s\S]*<2>[\s\S]*<3>/)
  t.equal(pipelined.text().match(/HTTP\/1\.1 200/g)?.length, 3)
})
