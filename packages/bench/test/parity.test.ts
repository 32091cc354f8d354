import { createHash } from 'node:crypto'
import { Agent, request } from 'node:http'
import httpProxy from '@fastify/http-proxy'
import gateway from '@gatehouse/fastify-gateway'
import { type RecordingUpstream, recordingUpstream, type Seen } from '@gatehouse/testkit'
import Fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'

/** Field names in which the two views of the upstream differ on purpose, and why. */
const OURS_TO_THE_UPSTREAM: Readonly<Record<string, string>> = {
  connection: 'belongs to the connection with the upstream',
  'x-forwarded-for': 'is the gateway’s own word',
  'x-forwarded-proto': 'is the gateway’s own word',
  'x-forwarded-host': 'is the gateway’s own word',
  forwarded: 'is the gateway’s own word',
  authorization: 'is removed unless the route forwards it',
  'proxy-connection': 'belongs to the connection with the client',
  'transfer-encoding': 'a chunked body stays chunked; the reference reads some media types whole',
  'content-length': 'a chunked body stays chunked; the reference reads some media types whole',
}
const OURS_TO_THE_CLIENT: Readonly<Record<string, string>> = {
  connection: 'belongs to the connection with the client',
  date: 'may be another second',
  'keep-alive': 'belongs to the connection with the client',
  'transfer-encoding': 'a small answer that came whole has a length instead',
  'content-length': 'a small answer that came whole has a length instead',
}

const BIG = Buffer.alloc(300_000, 'gatehouse')
const ANSWERS: Readonly<Record<string, Parameters<typeof recordingUpstream>[0]>> = {
  '/fixed': (_request, response) => response.writeHead(200, { 'content-length': 5, etag: '"a"' }).end('fixed'),
  '/chunked': (_request, response) => {
    response.write('one ')
    response.end('two')
  },
  '/later': (_request, response) => {
    response.write('now ')
    setImmediate(() => response.end('later'))
  },
  '/big': (_request, response) => response.end(BIG),
  '/empty': (_request, response) => response.writeHead(204).end(),
  '/same': (_request, response) => response.writeHead(304, { etag: '"a"' }).end(),
  '/moved': (_request, response) => response.writeHead(302, { location: 'http://elsewhere.test/a?b' }).end(),
  '/wrong': (_request, response) => response.writeHead(422, 'Not Like This', { 'x-why': 'so' }).end('no'),
  '/broken': (_request, response) => response.writeHead(503, { 'retry-after': '9' }).end('busy'),
  '/cookies': (_request, response) => response.writeHead(200, { 'set-cookie': ['a=1', 'b=2; Path=/'] }).end('ok'),
  '/zipped': (_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from([31, 139, 0, 255])),
}

type Asked = readonly [method: string, target: string, fields: readonly string[], body?: string]

const REQUESTS: Readonly<Record<string, Asked>> = {
  'a query': ['GET', '/fixed?a=1&b=%20&c', []],
  'encoded characters that are data': ['GET', '/fixed%20with%c3%a9', []],
  'fields in any spelling': ['GET', '/fixed', ['X-One: 1', 'x-TWO: 2', 'Accept: */*', 'User-Agent: parity/1']],
  'a byte beyond ASCII in a value': ['GET', '/fixed', ['X-Name: \xe9']],
  'cookies and conditions': ['GET', '/same', ['Cookie: a=1; b=2', 'If-None-Match: "a"']],
  'a range': ['GET', '/fixed', ['Range: bytes=0-1']],
  HEAD: ['HEAD', '/fixed', []],
  DELETE: ['DELETE', '/empty', []],
  OPTIONS: ['OPTIONS', '/fixed', ['Origin: https://a.test']],
  'a small body': ['POST', '/fixed', ['Content-Type: application/json', 'Content-Length: 7'], '{"a":1}'],
  'a body that is not what it says': ['PUT', '/fixed', ['Content-Type: application/json', 'Content-Length: 3'], '{"a'],
  'a body of any type': ['PATCH', '/fixed', ['Content-Type: image/png', 'Content-Length: 4'], '\x89PN\0'],
  'a form': ['POST', '/fixed', ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 5'], 'a=b+c'],
  'an empty body': ['POST', '/empty', ['Content-Length: 0']],
  chunks: ['POST', '/fixed', ['Content-Type: text/plain', 'Transfer-Encoding: chunked'], 'abcde'],
  'a large body': ['POST', '/fixed', ['Content-Type: a/b', `Content-Length: ${BIG.length}`], BIG.toString('latin1')],
  'hop-by-hop fields': ['GET', '/fixed', ['Keep-Alive: timeout=5', 'Proxy-Connection: x']],
  ...Object.fromEntries(Object.keys(ANSWERS).map(target => [`the answer of ${target}`, ['GET', target, []] as const])),
}

async function openBoth(test: { teardown(fn: () => unknown): void }, upstream: RecordingUpstream) {
  const ours = Fastify()
  await ours.register(gateway, {
    issuers: { main: { issuer: 'https://login.example.com', audience: ['api'] } },
    upstreams: { api: { url: upstream.url } },
    routes: [{ path: '/*', upstream: 'api', auth: 'public' }],
  })
  const theirs = Fastify()
  await theirs.register(httpProxy, { upstream: upstream.url })
  const ports = await Promise.all([ours, theirs].map(listen))
  test.teardown(() => Promise.all([ours.close(), theirs.close()]))
  return ports
}

async function listen(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const [address] = app.addresses()
  return typeof address === 'object' ? address.port : 0
}

const without = (fields: object, names: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !Object.hasOwn(names, name)))

const digest = (body: string | Buffer): string => createHash('sha256').update(body).digest('hex')

const seenBy = ({ method, url, headers, body }: Seen): object => ({
  method,
  url,
  headers: without(headers, OURS_TO_THE_UPSTREAM),
  body: digest(body),
})

interface Told {
  /** Without the reason, which the reference replaces by the usual one. */
  readonly status: number | undefined
  readonly headers: object
  readonly body: string
}

/** Waits for no end of the connection: through the reference, a client that says close is not always told so. */
function ask(port: number, [method, path, fields, body = '']: Asked, agent: Agent): Promise<Told> {
  const headers = ['Host', 'api.test', ...fields.flatMap(field => field.split(': '))]
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, method, path, headers, agent }, incoming => {
      const chunks: Buffer[] = []
      incoming.on('error', reject)
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode,
          headers: without(incoming.headers, OURS_TO_THE_CLIENT),
          body: digest(Buffer.concat(chunks)),
        }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body, 'latin1')
  })
}

t.test('upstream and client see the same through @fastify/http-proxy, but for what is listed', async t => {
  const upstream = await recordingUpstream((request, response, body) => {
    response.sendDate = false
    const answer = ANSWERS[request.url ?? ''] ?? ANSWERS['/fixed']
    answer?.(request, response, body)
  })
  const [ours = 0, theirs = 0] = await openBoth(t, upstream)
  t.teardown(() => upstream.close())
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  for (const [what, asked] of Object.entries(REQUESTS)) {
    const expected = await ask(theirs, asked, agent)
    const expectedSeen = upstream.seen.at(-1)
    const told = await ask(ours, asked, agent)
    const seen = upstream.seen.at(-1)
    if (seen === undefined || expectedSeen === undefined || seen === expectedSeen)
      throw new Error('nothing was forwarded')
    t.strictSame(seenBy(seen), seenBy(expectedSeen), `${what}: what the upstream saw`)
    t.strictSame(told, expected, `${what}: what the client was told`)
  }
})
