import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import t, { type Test } from 'tap'
import { configurationFor, listenUpstream, pidsOf, runConfiguration, token } from './gatehouse.ts'
import { CLIENT_CA, openSession, pem, send, TLS } from './http2-client.ts'

const authorization = (claims = {}) => ({ authorization: `Bearer ${token(claims)}` })

t.test('with TLS, clients that can speak HTTP/2 and others HTTP/1.1, on one port', async t => {
  const upstream = await listenUpstream(t, (req, response) => {
    response.setHeader(
      'x-seen',
      JSON.stringify([req.method, req.url, req.headers['x-gatehouse-subject'], req.headers.host]),
    )
    response.setHeader('x-forwarded', String(req.headers['x-forwarded-proto']))
    req.pipe(response)
  })
  const { url } = await runConfiguration(t, configurationFor(upstream, { tls: TLS }))

  await t.test('HTTP/2 is chosen by ALPN, and judged like anything else', async t => {
    const session = await openSession(t, url)
    t.equal(session.alpnProtocol, 'h2')
    const got = await send(
      session,
      { ':method': 'POST', ':path': '/orders/1?a=b', ...authorization() },
      'x'.repeat(100_000),
    )
    t.equal(got.headers[':status'], 200)
    t.equal(got.body.length, 100_000)
    t.same(JSON.parse(String(got.headers['x-seen'])).slice(0, 3), ['POST', '/orders/1?a=b', 'alice'])
    t.equal(got.headers['x-forwarded'], 'https')
    const refused = await send(session, { ':path': '/orders/1' })
    t.match(refused.headers, { ':status': 401, 'www-authenticate': /^Bearer / })
    t.match(JSON.parse(refused.body.toString()), { code: 'credential_missing' })
    const expired = await send(session, { ':path': '/orders/1', ...authorization({ exp: 1 }) })
    t.match(JSON.parse(expired.body.toString()), { code: 'token_expired' })
    t.equal((await send(session, { ':path': '/nowhere' })).headers[':status'], 404)
    const many = await Promise.all(
      Array.from({ length: 50 }, () => send(session, { ':path': '/orders/1', ...authorization() })),
    )
    t.ok(many.every(({ headers }) => Number(headers[':status']) === 200))
  })

  await t.test('HTTP/1.1 is served to whoever offers it, or nothing', async t => {
    for (const ALPNProtocols of [['http/1.1'], undefined]) {
      const tls = { ca: pem('ca.pem'), servername: 'localhost', ...(ALPNProtocols && { ALPNProtocols }) }
      const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', ...tls })
      await once(socket, 'secureConnect')
      const sent = request(`${url}/orders/1`, { createConnection: () => socket, headers: authorization() })
      const [response] = await once(sent.end(), 'response')
      t.equal(response.statusCode, 200)
      t.equal(response.httpVersion, '1.1')
      t.equal(response.headers['x-forwarded'], 'https')
      response.resume()
    }
  })

  await t.test('and HTTP/1.1 keeps its limits there', async t => {
    const raw = async (text: string) => {
      const socket = connect({
        port: Number(new URL(url).port),
        host: '127.0.0.1',
        ca: pem('ca.pem'),
        servername: 'localhost',
      })
      await once(socket, 'secureConnect')
      socket.write(text)
      let answer = ''
      for await (const chunk of socket.setEncoding('utf8')) answer += chunk
      return answer
    }
    t.match(
      await raw(`GET /health HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`),
      /^HTTP\/1\.1 431 [\s\S]*headers_too_large/,
    )
    t.match(await raw('GARBAGE\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*request_malformed/)
    t.match(await raw('GET /health HTTP/1.1\r\nconnection: close\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*target_ambiguous/)
  })
})

t.test('tls.http2: false leaves HTTP/1.1', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end())
  const { url } = await runConfiguration(t, configurationFor(upstream, { tls: { ...TLS, http2: false } }))
  const session = connectHttp2(url, { ca: pem('ca.pem'), servername: 'localhost' })
  await t.rejects(once(session, 'connect'))
  session.destroy()
})

t.test('a token bound to a certificate passes over HTTP/2 with that certificate, and not without', async t => {
  const upstream = await listenUpstream(t, (_request, response) => response.end('fine'))
  const { url } = await runConfiguration(t, configurationFor(upstream, { tls: { ...TLS, clientCa: CLIENT_CA } }))
  const thumbprint = Buffer.from(
    new X509Certificate(pem('client.pem')).fingerprint256.replaceAll(':', ''),
    'hex',
  ).toString('base64url')
  const bound = authorization({ cnf: { 'x5t#S256': thumbprint } })
  const mine = await openSession(t, url, { cert: pem('client.pem'), key: pem('client.key') })
  t.equal((await send(mine, { ':path': '/orders/1', ...bound })).headers[':status'], 200)
  const nobody = await openSession(t, url)
  t.match(JSON.parse((await send(nobody, { ':path': '/orders/1', ...bound })).body.toString()), {
    code: 'certificate_missing',
  })
})

/** A gRPC service that echoes messages and ends with a trailer. */
async function listenGrpc(t: Test): Promise<string> {
  const server = createHttp2Server()
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': '0', 'x-subject': headers['x-gatehouse-subject'] }),
    )
    stream.pipe(stream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('gRPC goes through: messages both ways and trailer fields, in one process and in several', async t => {
  const url = await listenGrpc(t)
  for (const workers of [1, 2]) {
    const configuration = configurationFor(url, { tls: TLS, workers })
    Object.assign(configuration.upstreams.sample, { http2: true })
    const gateway = await runConfiguration(t, configuration)
    if (workers > 1) t.equal((await pidsOf(gateway.admin)).length, 2)
    for (let connection = 0; connection < 2 * workers; connection++) {
      const session = await openSession(t, gateway.url)
      const message = Buffer.from([0, 0, 0, 0, 3, 1, 2, 3])
      const headers = { ':method': 'POST', ':path': '/orders/Echo', 'content-type': 'application/grpc', te: 'trailers' }
      const got = await send(session, { ...headers, ...authorization() }, message)
      t.match(got, {
        headers: { ':status': 200, 'content-type': 'application/grpc' },
        trailers: { 'grpc-status': '0', 'x-subject': 'alice' },
        code: 0,
      })
      t.same(got.body, message)
      t.equal((await send(session, headers, message)).headers[':status'], 401)
      session.close()
    }
    gateway.child.process.kill('SIGTERM')
    t.same(await gateway.child.ended, { code: 0, signal: null })
  }
})
