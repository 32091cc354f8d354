import t from 'tap'
import { renderTable } from '../src/commands/table.ts'
import { redact } from '../src/configuration/redact.ts'

const HEAD = ['path', 'requires']
const ROWS = [
  ['/orders/*', 'scopes orders:read orders:write'],
  ['/health', 'public'],
]

t.test('columns are aligned, and without a terminal a row is one line', async t => {
  t.equal(
    renderTable(HEAD, ROWS, { width: undefined, isBold: false }),
    'path       requires\n/orders/*  scopes orders:read orders:write\n/health    public',
  )
})

t.test('a narrow terminal wraps inside the cells and cuts nothing off', async t => {
  const lines = renderTable(HEAD, ROWS, { width: 30, isBold: false }).split('\n')
  t.ok(lines.every(line => line.length <= 30))
  t.same(lines, [
    'path       requires',
    '/orders/*  scopes orders:read',
    '           orders:write',
    '/health    public',
  ])
  const narrow = renderTable(HEAD, [['/a-path-longer-than-the-cell', 'x']], { width: 5, isBold: false })
  t.equal(narrow.replaceAll(/\s/g, ''), 'pathrequires/a-path-xlonger-than-the-cell')
})

t.test('only the head is bold, and only where asked for', async t => {
  const bold = renderTable(HEAD, ROWS, { width: undefined, isBold: true }).split('\n')
  t.equal(bold[0], '\u001b[1mpath       requires\u001b[22m')
  t.equal(bold[2], '/health    public')
})

t.test('secrets are blotted out wherever the configuration has them, and nothing else is', async t => {
  const shown = redact(
    {
      server: { tls: { cert: 'PEM', key: 'PEM' } },
      issuers: {
        main: {
          issuer: 'https://login.example.com',
          secret: 'hunter2',
          jwks: {
            keys: [
              { kty: 'oct', kid: 'a', k: 'hunter2' },
              { kty: 'EC', x: '1', d: 'hunter2' },
            ],
          },
          introspection: { client: { id: 'gateway', secret: 'hunter2', key: 'hunter2', token: 'hunter2' } },
          ca: '-----BEGIN PRIVATE KEY-----hunter2',
        },
        other: { secret: null },
      },
      upstreams: { orders: { url: 'http://user:hunter2@127.0.0.1:9001/' } },
      routes: [{ path: '/', identity: { token: 'strip' } }],
    },
    new Map([['server.tls.cert', 'server.pem']]),
  )
  t.notMatch(JSON.stringify(shown), /hunter2/)
  t.match(shown, {
    server: { tls: { cert: 'server.pem', key: '[redacted]' } },
    issuers: {
      main: { issuer: 'https://login.example.com', jwks: { keys: [{ kty: 'oct', kid: 'a' }, { x: '1' }] } },
      other: { secret: null },
    },
    upstreams: { orders: { url: 'http://127.0.0.1:9001/' } },
    routes: [{ identity: { token: 'strip' } }],
  })
})
