import fc from 'fast-check'
import t from 'tap'
import { createSieve, foldName, shapeRequestHeaders, shapeResponseHeaders, shapeTrailers } from '../src/headers.ts'

const sieve = createSieve(['x-user', 'X-Roles'])
const sender = { address: '192.0.2.7', isTrusted: false, scheme: 'http', authority: 'api.example.com' } as const
const shape = (raw: string[], options: { keeps?: boolean; trusted?: boolean; asserted?: string[] } = {}): string[] =>
  shapeRequestHeaders(
    sieve,
    raw,
    { ...sender, isTrusted: options.trusted ?? false },
    options.keeps ?? false,
    options.asserted ?? [],
  )
/** Shaped fields but for those the gateway says of itself. */
const passed = (raw: string[], options = {}) => shape(raw, options).slice(0, -8)

const OWN = [
  'x-forwarded-for',
  '192.0.2.7',
  'x-forwarded-proto',
  'http',
  'x-forwarded-host',
  'api.example.com',
  'forwarded',
  'for=192.0.2.7;host="api.example.com";proto=http',
]

t.test('names that fold to one are one name', async t => {
  for (const name of ['x-user', 'X_User', 'x.user', 'XUSER', 'x--user', 'X-User-']) t.equal(foldName(name), 'xuser')
  t.not(foldName('x-users'), foldName('x-user'))
})

t.test('whatever looks like an asserted header is dropped, in any spelling', async t => {
  for (const name of [
    'x-user',
    'X_USER',
    'x.roles',
    'X-Gatehouse-Subject',
    'x_gatehouse_anything',
    'X-Gate-House-X',
    'xgatehouse',
  ]) {
    t.same(passed([name, 'root', 'Accept', 'a']), ['Accept', 'a'], name)
    t.same(passed([name, 'root']), [], `${name}, remembered`)
  }
  t.same(passed(['x-users', 'a', 'gatehouse', 'b']), ['x-users', 'a', 'gatehouse', 'b'])
})

t.test('Connection removes what a client names of its own, and nothing that is asserted', async t => {
  const raw = [
    'Connection',
    'close, X-User, X-Hop, x-forwarded-for',
    'X-Hop',
    '1',
    'X-End',
    '2',
    'Connection',
    'x-late',
    'X-Late',
    '3',
  ]
  const shaped = shape(raw, { asserted: ['x-user', 'alice'] })
  t.same(shaped, ['X-End', '2', ...OWN, 'x-user', 'alice'])
})

t.test('hop-by-hop fields and framing go no further', async t => {
  const raw = [
    'Keep-Alive',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Proxy-Connection',
    'Proxy-Authorization',
    'Host',
    'Content-Length',
    'Expect',
    'HTTP2-Settings',
  ]
  t.same(passed(raw.flatMap(name => [name, '1'])), [])
})

t.test('credentials stay only where a route forwards them, and only under their own name', async t => {
  const raw = ['Authorization', 'Bearer x', 'DPoP', 'proof', 'Author-ization', 'y', 'd_pop', 'z', 'Cookie', 'a=1']
  t.same(passed(raw), ['Cookie', 'a=1'])
  t.same(passed(raw, { keeps: true }), ['Authorization', 'Bearer x', 'DPoP', 'proof', 'Cookie', 'a=1'])
})

t.test('what a client says of its path here is dropped, unless it is a trusted proxy', async t => {
  const said = [
    'X-Forwarded-Proto',
    'https',
    'X-Forwarded-Host',
    'h',
    'X-Forwarded-Prefix',
    '/p',
    'X_Forwarded_Uri',
    '/u',
    'X-Real-IP',
    'i',
  ]
  const raw = ['X-Forwarded-For', 'evil', ...said, 'Forwarded', 'for=evil']
  t.same(shape(raw), OWN)
  t.same(shape(raw, { trusted: true }), [
    ...said,
    'x-forwarded-for',
    'evil, 192.0.2.7',
    'forwarded',
    'for=evil, for=192.0.2.7;host="api.example.com";proto=http',
  ])
  const six = shapeRequestHeaders(sieve, [], { ...sender, address: '2001:db8::1' }, false, [])
  t.match(six.at(-1), 'for="[2001:db8::1]";')
})

t.test('everything else keeps its spelling, order and repetition', async t => {
  const raw = ['B', '1', 'a', '2', 'B', '3', 'Accept', '\xe9']
  t.same(passed(raw), raw)
})

t.test('an upstream says nothing of its connection, nor what the gateway says of CORS', async t => {
  const raw = [
    'Connection',
    'keep-alive, x-hop',
    'X-Hop',
    '1',
    'Keep-Alive',
    't',
    'Set-Cookie',
    'a',
    'Set-Cookie',
    'b',
    'Content-Length',
    '0',
    'Access-Control-Allow-Origin',
    '*',
    'Trailer',
    'x',
  ]
  t.same(shapeResponseHeaders(raw, 200, false), [
    'Set-Cookie',
    'a',
    'Set-Cookie',
    'b',
    'Content-Length',
    '0',
    'Access-Control-Allow-Origin',
    '*',
  ])
  t.same(shapeResponseHeaders(raw, 204, true), ['Set-Cookie', 'a', 'Set-Cookie', 'b'])
  t.same(shapeTrailers(['X-Sum', '1', 'Content-Length', '9', 'Connection', 'x']), [['X-Sum', '1']])
})

t.test('no spelling of an asserted name, and nothing named in Connection, gets past', async t => {
  const noise = fc.constantFrom('', '-', '_', '.', '!', '~')
  const spelled = fc
    .constantFrom('xuser', 'xroles', 'xgatehousesubject')
    .chain(name =>
      fc
        .array(fc.tuple(fc.boolean(), noise), { minLength: name.length, maxLength: name.length })
        .map(marks =>
          [...name]
            .map((letter, index) => (marks[index]?.[0] ? letter.toUpperCase() : letter) + (marks[index]?.[1] ?? ''))
            .join(''),
        ),
    )
  fc.assert(
    fc.property(spelled, spelled, (first, second) => {
      t.same(shape([first, 'root', 'Connection', second], { asserted: ['x-user', 'alice'] }), [
        ...OWN,
        'x-user',
        'alice',
      ])
    }),
    { numRuns: 300 },
  )
})

t.test('a crowd of names neither fills memory nor changes a verdict', async t => {
  const other = createSieve(['x-user'])
  for (let index = 0; index < 2000; index++) t.equal(other.fateOf(`x-${index}`), 'keep')
  t.equal(other.fateOf('X_User'), 'drop')
  t.equal(other.fateOf('AUTHORIZATION'), 'credential')
})
