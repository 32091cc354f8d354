import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { describeProblem } from '@gatehouse/configuration'
import t from 'tap'
import { checkSettings, effectiveSettings, parseSettings } from '../src/server/settings.ts'

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
const lines = (server: unknown, admin?: unknown, unread: string[] = []) =>
  checkSettings(server, admin, new Set(unread)).map(describeProblem)

t.test('who writes nothing gets what the contract says', async t => {
  t.same(lines(undefined, undefined), [])
  t.same(parseSettings(undefined, undefined), {
    host: '127.0.0.1',
    port: 4000,
    publicUrl: undefined,
    trustedProxies: [],
    clientCertificateHeader: undefined,
    tls: undefined,
    workers: 1,
    shutdownGrace: 15,
    limits: {
      headers: 16_384,
      fields: 100,
      token: 8192,
      body: 104_857_600,
      concurrency: 100,
      waiting: 1024,
      connections: 10_000,
      eventLoopDelay: 0.5,
      headersTimeout: 10,
      requestTimeout: 300,
    },
    admin: { host: '127.0.0.1', port: 4001 },
  })
  t.match(effectiveSettings({ limits: { body: 1 } }, { port: 1 }), {
    server: { port: 4000, shutdownGrace: '15s', limits: { body: 1, token: 8192 } },
    admin: { host: '127.0.0.1', port: 1 },
  })
})

t.test('admin: false turns the admin listener off', async t => {
  t.same(lines(undefined, false), [])
  t.equal(parseSettings(undefined, false).admin, undefined)
  t.equal(effectiveSettings(undefined, false).admin, false)
})

t.test('durations and the public origin are parsed', async t => {
  const settings = parseSettings(
    { shutdownGrace: '1m', limits: { headersTimeout: 2 }, publicUrl: 'https://API.example.com/' },
    {},
  )
  t.equal(settings.shutdownGrace, 60)
  t.equal(settings.limits.headersTimeout, 2)
  t.equal(settings.publicUrl, 'https://api.example.com')
})

t.test('every mistake in shape is listed', async t => {
  t.same(
    lines(
      {
        host: '',
        port: '4000',
        publicUrl: 'api.example.com',
        tls: { cert: 'x' },
        limits: { headers: 1, bodi: 1 },
        shutdownGrace: '1 m',
        workers: 0,
      },
      true,
    ).map(line => line.replace(/ \(.*/, '')),
    [
      'server.host: is empty or too short',
      'server.port: is a string',
      'server.publicUrl: is not valid',
      'server.tls.key: is required',
      'server.workers: is not valid',
      'server.shutdownGrace: is not valid',
      'server.limits.bodi: is not known, did you mean body?',
      'server.limits.headers: is not valid',
      'admin: is not allowed here',
    ],
  )
  t.match(lines([], 'no'), [/^server: is a list \(an object/, /^admin: is a string \(false for/])
})

t.test('workers is a number of processes, or one a core', async t => {
  t.equal(parseSettings({ workers: 3 }, {}).workers, 3)
  t.equal(parseSettings({ workers: 'auto' }, {}).workers, availableParallelism())
  t.match(effectiveSettings({ workers: 'auto' }, {}), { server: { workers: 'auto' } })
  for (const workers of [0, -1, 1.5, 257, 'all', true, null])
    t.match(lines({ workers }), [/^server\.workers: is .* \(how many processes serve: .* or auto/], String(workers))
})

t.test('an origin is an origin and a CIDR is a CIDR', async t => {
  t.same(
    lines({ publicUrl: 'https://api.example.com', trustedProxies: ['10.0.0.0/8', '::1', 'fd00::/8', '192.0.2.7'] }),
    [],
  )
  for (const publicUrl of ['https://api.example.com/v1', 'https://a:b@api.example.com', 'https://api.example.com/?a']) {
    t.match(lines({ publicUrl }), [/^server\.publicUrl: is more than an origin/], publicUrl)
  }
  for (const proxy of ['10.0.0.0/33', 'example.com', 'loopback', '10.0.0/8', '::1/129', '10.0.0.0/8/8', '10.0.0.0/']) {
    t.match(
      lines({ trustedProxies: ['::1', proxy] }),
      [/^server\.trustedProxies\[1\]: is no IP address or CIDR/],
      proxy,
    )
  }
})

t.test('the two listeners can not share a port, unless it is any port', async t => {
  t.match(lines({ port: 5000 }, { port: 5000 }), [/^admin\.port: is the port of the server/])
  t.match(lines({ port: 5000, host: '0.0.0.0' }, { port: 5000 }), [/^admin\.port/])
  t.same(lines({ port: 0 }, { port: 0 }), [])
  t.same(lines({ port: 5000, host: '127.0.0.2' }, { port: 5000 }), [])
})

t.test('certificate and key are tried before anything listens', async t => {
  const cert = fixture('server.pem')
  const key = fixture('server.key')
  t.same(lines({ tls: { cert, key, clientCa: fixture('ca.pem') } }), [])
  t.match(lines({ tls: { cert: 'x', key: 'y', clientCa: key } }), [
    /^server\.tls\.cert: is not/,
    /^server\.tls\.key: is not/,
    /^server\.tls\.clientCa: is not/,
  ])
  t.match(lines({ tls: { cert, key: fixture('client.key') } }), [
    /^server\.tls\.key: is not the key of the certificate/,
  ])
  t.same(
    lines({ tls: { cert: 'none.pem', key } }, undefined, ['server.tls.cert']),
    [],
    'what could not be read was told already',
  )
})
