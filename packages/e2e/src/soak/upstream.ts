import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Chance, pick } from './chance.ts'
import type { Ticket } from './wallet.ts'

/** One request of the load. */
export interface Shot {
  readonly ticket: Ticket
  /** Milliseconds since the epoch. */
  readonly sent: number
  /** How the upstream failed it, once it has come that far. */
  trouble?: Trouble
}

/** A way in which an upstream fails, and what a client is then told: 0 where its connection is cut. */
interface Trouble {
  readonly name: string
  readonly statuses: readonly number[]
  readonly act: (response: ServerResponse, socket: Socket) => void
}

const answer = (status: number, headers: Record<string, string> = {}, body = 'trouble'): Trouble => ({
  name: `status ${status}`,
  statuses: [status],
  act: response => void response.writeHead(status, headers).end(body),
})

/** What was repeated on a fresh connection may be served there. */
const TROUBLES: readonly Trouble[] = [
  { name: 'reset', statuses: [502, 200], act: (_, socket) => void socket.resetAndDestroy() },
  { name: 'late', statuses: [200], act: response => void setTimeout(() => response.end('late'), 200) },
  { name: 'silence', statuses: [504], act: response => void setTimeout(() => response.destroy(), 20_000) },
  {
    name: 'cut',
    statuses: [502, 0],
    act: response => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('cut')
      setTimeout(() => response.destroy(), 5)
    },
  },
  {
    name: 'cut stream',
    statuses: [502, 0],
    act: response => {
      response.writeHead(200)
      response.write(Buffer.alloc(200_000))
      setTimeout(() => response.destroy(), 20)
    },
  },
  {
    name: 'trickle',
    statuses: [200],
    act: response => {
      let pieces = 10
      const timer = setInterval(() => {
        if (--pieces > 0) response.write('drip ')
        else {
          clearInterval(timer)
          response.end()
        }
      }, 40)
    },
  },
  { name: 'nonsense', statuses: [502], act: (_, socket) => void socket.end('NONSENSE\r\n\r\n') },
  {
    name: 'two lengths',
    statuses: [502],
    act: (_, socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'),
  },
  { name: 'large', statuses: [200], act: response => void response.end(Buffer.alloc(1_000_000)) },
  { name: 'close', statuses: [200], act: response => void response.setHeader('connection', 'close').end('bye') },
  answer(500, { 'content-type': 'text/html' }, '<!doctype html><title>Maintenance</title>'),
  answer(503, { 'retry-after': '1' }),
  answer(429, { 'retry-after': '1' }),
  answer(302, { location: '/main' }),
]

export interface StormyUpstream {
  readonly url: string
  /** Share of the requests that it fails. */
  trouble: number
  /** Times that it failed, by how. */
  readonly failed: Map<string, number>
  close(): void
}

/** An upstream that fails now and then, and tells `accuse` of what should not have come to it. */
export async function startUpstream(
  chance: Chance,
  shots: ReadonlyMap<string, Shot>,
  accuse: (what: string) => void,
): Promise<StormyUpstream> {
  const failed = new Map<string, number>()
  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    const shot = shots.get(String(request.headers['x-shot']))
    if (shot !== undefined) inspect(request, shot, accuse)
    request.resume().on('end', () => {
      const isUnlucky = shot !== undefined && shot.trouble === undefined && chance() < upstream.trouble
      if (!isUnlucky) return void response.end('{"ok":true}')
      const trouble = pick(chance, TROUBLES)
      shot.trouble = trouble
      failed.set(trouble.name, (failed.get(trouble.name) ?? 0) + 1)
      trouble.act(response, request.socket)
    })
  })
  // What is not repeated (a POST) fails where an idle connection is closed in the moment that it is used again.
  server.keepAliveTimeout = 120_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const upstream: StormyUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trouble: 0,
    failed,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return upstream
}

/** Every request claims to be somebody else: only the gateway's word about the subject may arrive. */
function inspect({ headers }: IncomingMessage, { ticket }: Shot, accuse: (what: string) => void): void {
  const { name, subject } = ticket
  if (subject === undefined) accuse(`${name} reached the upstream`)
  else if (headers['x-gatehouse-subject'] !== subject) accuse(`${name} reached the upstream as somebody else`)
  if (headers.authorization !== undefined) accuse(`${name} reached the upstream with its credential`)
}
