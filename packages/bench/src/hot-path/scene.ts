import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import gateway from '@gatehouse/fastify-gateway'
import Fastify from 'fastify'
import { AUDIENCE, startIssuer } from '../issuer.ts'

export type Kind = 'public' | 'jwt' | 'opaque' | 'refused'

/** A gateway, a client and an upstream in one process; the latter two do next to nothing. */
export interface Scene {
  /** Sends requests one after the other and calls back when the last is answered. Makes no promise. */
  send(kind: Kind, count: number, done: () => void): void
  close(): Promise<void>
}

const BODY = '{"id":7,"state":"open"}'
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`

interface Expected {
  readonly head: string
  readonly end: string
}

const SUCCESS: Expected = { head: 'HTTP/1.1 200', end: BODY }
const REFUSAL: Expected = { head: 'HTTP/1.1 401', end: '"}' }

export async function openScene(): Promise<Scene> {
  const issuer = await startIssuer()
  const upstream = createServer(socket => {
    socket.on('data', () => void socket.write(ANSWER))
    socket.on('error', () => socket.destroy())
  })
  const app = Fastify()
  await app.register(gateway, {
    issuers: {
      main: {
        issuer: issuer.issuer,
        audience: [AUDIENCE],
        tokens: 'either',
        jwks: { maxAge: '1h' },
        introspection: { client: { id: 'gateway', secret: 'bench-secret' }, cache: { ttl: '1h' } },
      },
    },
    upstreams: { main: { url: `http://127.0.0.1:${await listen(upstream)}` } },
    routes: [
      { path: '/guarded/*', upstream: 'main', auth: { scopes: ['orders:read'] } },
      { path: '/public/*', upstream: 'main', auth: 'public' },
    ],
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  await once(client, 'connect')
  const jwt = await issuer.jwt()
  const requests = {
    public: requestFor('/public/7', jwt),
    jwt: requestFor('/guarded/7', jwt),
    opaque: requestFor('/guarded/7', issuer.opaque()),
    // The second kind of garbage has run out.
    refused: requestFor('/guarded/7', issuer.garbage(2)[1] ?? ''),
  }
  return {
    send: (kind, count, done) =>
      sendInTurn(client, requests[kind], kind === 'refused' ? REFUSAL : SUCCESS, count, done),
    async close() {
      client.destroy()
      await app.close()
      upstream.close()
      issuer.close()
    },
  }
}

const requestFor = (target: string, token: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: api.example.com\r\nAccept: application/json\r\nUser-Agent: bench\r\nAuthorization: Bearer ${token}\r\n\r\n`

function sendInTurn(client: Socket, request: string, { head, end }: Expected, count: number, done: () => void): void {
  let left = count
  let received = ''
  const onData = (chunk: Buffer): void => {
    received += chunk.toString('latin1')
    if (!received.endsWith(end)) return
    if (!received.startsWith(head)) throw new Error(`another answer than expected: ${received}`)
    received = ''
    left -= 1
    if (left > 0) client.write(request)
    else {
      client.off('data', onData)
      done()
    }
  }
  client.on('data', onData)
  client.write(request)
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
