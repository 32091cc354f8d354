import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { check } from '../src/commands/check.ts'
import { configurationSchema } from '../src/configuration/schema.ts'

type Tree = Record<string, unknown>

/** A small configuration that is right; each call makes a new one to spoil. */
const good = () => ({
  server: { port: 4000 } as Tree,
  issuers: {
    main: { issuer: 'https://login.example.com', audience: ['https://api.example.com'], tokens: 'jwt' },
  } as Record<string, Tree>,
  upstreams: { orders: { url: 'http://127.0.0.1:9001' } } as Record<string, Tree>,
  routes: [
    { path: '/orders/*', methods: ['GET'], upstream: 'orders', auth: { scopes: ['orders:read'] } },
    { path: '/health', upstream: 'orders', auth: 'public' },
  ] as Tree[],
})
type Good = ReturnType<typeof good>

function runCheck(
  t: Test,
  text: string,
  { json = false, env = {}, width }: { json?: boolean; env?: Record<string, string>; width?: number } = {},
) {
  const config = join(t.testdir(), 'gatehouse.yaml')
  writeFileSync(config, text)
  let out = ''
  let err = ''
  const environment = { variable: (name: string) => env[name], logLevel: 'info', noColor: false }
  const code = check({ config, json }, environment, {
    width,
    out: line => (out += `${line}\n`),
    err: line => (err += `${line}\n`),
  })
  return { code, out, err, lines: err.split('\n').filter(line => line !== '') }
}

t.test('a good configuration gives one row a route, aligned, and exit 0', async t => {
  const { code, out, err } = runCheck(t, JSON.stringify(good()))
  t.equal(err, '')
  t.equal(code, 0)
  const rows = out.trimEnd().split('\n')
  t.equal(rows.length, 3)
  t.match(rows[1], /^\/health +any +orders +- +public +-$/, 'the most specific first')
  t.match(rows[2], /^\/orders\/\* +GET +orders +main +scope orders:read +x-gatehouse-\*$/)
  t.notOk(out.includes('\u001b'), 'no colour without a terminal')
})

t.test('a row tells what its route demands and what its upstream receives', async t => {
  const rowOf = (path: string, auth: Tree, identity: Tree) => ({ path, upstream: 'orders', auth, identity })
  const configuration = {
    ...good(),
    minting: { issuer: 'https://gateway.internal' },
    routes: [
      rowOf('/forwarded', { acr: ['gold'], maxAge: '10m', clients: ['web'] }, { token: 'forward' }),
      rowOf(
        '/minted',
        { proof: 'mtls', claims: { groups: { contains: 'admins' } } },
        { userinfo: true, headers: { 'x-mail': 'email' }, token: 'mint', mint: { audience: 'orders' } },
      ),
    ],
  }
  const { out, err } = runCheck(t, JSON.stringify(configuration))
  t.equal(err, '')
  const [, ...rows] = out.trimEnd().split('\n')
  t.same(
    rows.map(row => row.split(/ {2,}/).slice(4)),
    [
      ['client web; acr gold; authenticated within 10m', 'x-gatehouse-*, authorization=as the caller sent it'],
      [
        'groups contains "admins"; proof mtls',
        'x-gatehouse-*, x-mail=email, claims of userinfo too, authorization=a token of https://gateway.internal for orders with sub, client_id, scope',
      ],
    ],
  )
})

t.test('on a terminal the table keeps to its width', async t => {
  const { out } = runCheck(t, JSON.stringify(good()), { width: 70 })
  t.ok(out.split('\n').every(line => line.replaceAll('\u001b[1m', '').replaceAll('\u001b[22m', '').length <= 70))
})

t.test('--json tells what is in force: presets merged, defaults filled in, secrets blotted out', async t => {
  const configuration = good()
  Object.assign(configuration.server, { workers: 'auto' })
  configuration.issuers.china = {
    issuer: 'https://genauth.example.com/oidc',
    audience: 'unchecked',
    preset: 'genauth',
    introspection: { client: { id: 'gateway', secret: '${env:SECRET}' } },
  }
  const { code, out } = runCheck(t, JSON.stringify(configuration), { json: true, env: { SECRET: 'hunter2' } })
  t.equal(code, 0)
  t.notMatch(out, /hunter2/)
  t.match(JSON.parse(out), {
    ok: true,
    configuration: {
      server: { host: '127.0.0.1', port: 4000, workers: 'auto', shutdownGrace: '15s', limits: { token: 8192 } },
      admin: { port: 4001 },
      issuers: {
        china: {
          introspection: {
            basicEncoding: 'raw',
            tokenType: 'present',
            client: { id: 'gateway', secret: '[redacted]' },
          },
        },
      },
    },
    routes: [{ path: '/health' }, { path: '/orders/*' }],
  })
})

/** What is spoiled, and the paths of every mistake that must be named. */
const BROKEN: readonly [string, (configuration: Good) => unknown, readonly string[]][] = [
  ['nothing but a server', () => ({ server: {} }), ['issuers', 'upstreams', 'routes']],
  ['a section misspelt', c => ({ ...c, upstream: c.upstreams, upstreams: undefined }), ['upstream', 'upstreams']],
  ['an issuer without audience', c => delete c.issuers.main?.audience, ['issuers.main.audience']],
  ['an empty audience', c => Object.assign(c.issuers.main ?? {}, { audience: [] }), ['issuers.main.audience']],
  [
    'an http issuer off loopback',
    c => Object.assign(c.issuers.main ?? {}, { issuer: 'http://login.example.com' }),
    ['issuers.main.issuer'],
  ],
  ['an issuer that is no URL', c => Object.assign(c.issuers.main ?? {}, { issuer: 'login' }), ['issuers.main.issuer']],
  [
    'an HS* secret beside a JWKS',
    c =>
      Object.assign(c.issuers.main ?? {}, { secret: 'x'.repeat(32), jwks: { uri: 'https://login.example.com/jwks' } }),
    ['issuers.main.secret'],
  ],
  [
    'an HS* algorithm beside a JWKS',
    c => Object.assign(c.issuers.main ?? {}, { algorithms: ['RS256', 'HS256'] }),
    ['issuers.main.algorithms'],
  ],
  ['alg none', c => Object.assign(c.issuers.main ?? {}, { algorithms: ['none'] }), ['issuers.main.algorithms[0]']],
  ['an unknown preset', c => Object.assign(c.issuers.main ?? {}, { preset: 'genauht' }), ['issuers.main.preset']],
  ['an unknown kind of tokens', c => Object.assign(c.issuers.main ?? {}, { tokens: 'jwts' }), ['issuers.main.tokens']],
  [
    'durations without unit or below zero',
    c => Object.assign(c.issuers.main ?? {}, { clockTolerance: '5', jwks: { maxAge: -1 } }),
    ['issuers.main.clockTolerance', 'issuers.main.jwks.maxAge'],
  ],
  ['a route without auth', c => delete c.routes[0]?.auth, ['routes[0].auth']],
  [
    'a route to an unknown upstream',
    c => Object.assign(c.routes[0] ?? {}, { upstream: 'order' }),
    ['routes[0].upstream'],
  ],
  [
    'a route with an unknown issuer',
    c => Object.assign(c.routes[0] ?? {}, { auth: { issuers: ['man'] } }),
    ['routes[0].auth.issuers[0]'],
  ],
  ['auth misspelt', c => Object.assign(c.routes[1] ?? {}, { auth: 'pubic' }), ['routes[1].auth']],
  ['a path without its slash', c => Object.assign(c.routes[0] ?? {}, { path: 'orders/*' }), ['routes[0].path']],
  [
    'a public route inside a protected one',
    c => Object.assign(c.routes[1] ?? {}, { path: '/orders/health' }),
    ['routes[1]'],
  ],
  ['two routes for the same requests', c => c.routes.push({ ...c.routes[0] }), ['routes[2]']],
  [
    'an upstream that is no URL',
    c => Object.assign(c.upstreams.orders ?? {}, { url: 'ftp://127.0.0.1' }),
    ['upstreams.orders.url'],
  ],
  ['no routes', c => ({ ...c, routes: [] }), ['routes']],
  ['no worker at all', c => Object.assign(c.server, { workers: 0 }), ['server.workers']],
  [
    'a certificate in a header that nobody may send',
    c => Object.assign(c.server, { clientCertificateHeader: 'client-cert' }),
    ['server.clientCertificateHeader'],
  ],
  [
    'files that are not there',
    c => Object.assign(c.server, { tls: { cert: 'a.pem', key: 'b.key' } }),
    ['server.tls.cert', 'server.tls.key'],
  ],
  [
    'a secret that is not set',
    c =>
      Object.assign(c.issuers.main ?? {}, {
        tokens: 'opaque',
        introspection: { client: { id: 'a', secret: '${env:NONE}' } },
      }),
    ['issuers.main.introspection.client.secret'],
  ],
  [
    "claims for the upstream in the gateway's own header",
    c => Object.assign(c.routes[0] ?? {}, { identity: { headers: { 'x-gatehouse-subject': 'sub' } } }),
    ['routes[0].identity.headers'],
  ],
  [
    'an exchange where the gateway has no credentials',
    c => Object.assign(c.routes[0] ?? {}, { identity: { token: 'exchange' } }),
    ['routes[0].identity.token'],
  ],
  [
    'mistakes everywhere',
    c => ({ ...c, server: { port: 'x' }, admin: 1, issuers: { main: {} }, routes: [{ path: '/a' }], extra: 1 }),
    [
      'server.port',
      'admin',
      'extra',
      'issuers.main.issuer',
      'issuers.main.audience',
      'routes[0].upstream',
      'routes[0].auth',
    ],
  ],
]

for (const [name, spoil, paths] of BROKEN) {
  t.test(`refused with exit 2, every mistake by its path: ${name}`, async t => {
    const configuration = good()
    const result = spoil(configuration)
    const whole = typeof result === 'object' && result !== null && 'server' in result ? result : configuration
    const { code, out, err, lines } = runCheck(t, JSON.stringify(whole))
    t.equal(code, 2)
    t.equal(out, '')
    t.notMatch(err, /\n\s+at |Error:/, 'no stack trace')
    for (const path of paths)
      t.ok(
        lines.some(line => line.startsWith(path)),
        `${path} is named`,
        { lines },
      )
    t.ok(
      lines.every(line => /^[^ ].*: .+/.test(line)),
      'every line is a path and a sentence',
      { lines },
    )
    const json = runCheck(t, JSON.stringify(whole), { json: true })
    t.equal(json.code, 2)
    const told = JSON.parse(json.out)
    t.equal(told.ok, false)
    t.equal(told.problems.length, lines.length)
  })
}

t.test('what is not a configuration at all is one line and exit 2', async t => {
  for (const text of ['', '- a', 'a: [', '{"issuers": ']) {
    const { code, out, lines } = runCheck(t, text)
    t.equal(code, 2)
    t.equal(out, '')
    t.equal(lines.length, 1, text)
  }
})

t.test('the JSON Schema that ships is the one in the code', async t => {
  const shipped = JSON.parse(readFileSync(new URL('../gatehouse.schema.json', import.meta.url), 'utf8'))
  t.same(shipped, JSON.parse(JSON.stringify(configurationSchema)))
})

t.test('the configuration of the README and of the demo are accepted', async t => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\n(server:[\s\S]*?)```/.exec(readme) ?? []
  t.match(example, /issuers:/)
  const shown = runCheck(t, example, { env: { GATEWAY_SECRET: 'hunter2' } })
  t.equal(shown.err, '')
  t.equal(shown.code, 0)
  const demo = runCheck(t, readFileSync(new URL('../demo/gatehouse.yaml', import.meta.url), 'utf8'))
  t.equal(demo.err, '')
  t.equal(demo.code, 0)
})
