import { createServer } from 'node:net'
import { makeKey } from '@gatehouse/testkit'
import t, { type Test } from 'tap'
import { baits, FORGERIES, type Material, takeApart } from '../../src/forge.ts'
import { type Answer, type Gate, type GateOptions, testGates } from '../../src/gate.ts'
import { MISSIGNED, signDraft } from '../../src/signed.ts'
import { refuseToken, sendBy } from '../../src/surfaces.ts'
import { API } from '../../src/world.ts'

const OWN = 'https://own.example.com'
const key = makeKey('ES256')
const now = Math.floor(Date.now() / 1000)
const CLAIMS = { iss: OWN, aud: API, sub: 'alice', client_id: 'web', scope: 'read', iat: now, exp: now + 3600 }

const count = { plugin: { attacks: 0, controls: 0 }, program: { attacks: 0, controls: 0 } }

/** With an issuer whose key the test has. */
const withOwn = (options: GateOptions) => ({
  ...options,
  issuers: {
    ...options.issuers,
    own: { issuer: OWN, audience: [API], tokens: 'jwt', discovery: false, jwks: { keys: [key.jwk] } },
  } as const,
  routes: [
    ...options.routes,
    { path: '/own/*', upstream: 'main', auth: { issuers: ['own'], scopes: ['read'] } },
  ] as const,
})

const send = (gate: Gate, token: string, route = '/private', way = 'request', scheme = 'Bearer'): Promise<Answer> =>
  sendBy(gate, way, `${route}/1`, [`Authorization: ${scheme} ${token}`])

async function refuses(
  t: Test,
  gate: Gate,
  name: string,
  code: string,
  token: string,
  route = '/private',
): Promise<void> {
  count[gate.home].attacks++
  await refuseToken(t, gate, token, code, name, `${route}/1`)
}

async function accepts(
  t: Test,
  gate: Gate,
  name: string,
  token: string,
  route?: string,
  scheme?: string,
): Promise<void> {
  count[gate.home].controls++
  const answer = await send(gate, token, route, 'request', scheme)
  t.equal(answer.status, 200, `${name}: ${answer.code}`)
}

/** A good token of the provider, taken apart, with the published key that it was signed by. */
async function takeGood(gate: Gate, alg: string): Promise<Material> {
  const token = await gate.token({ alg })
  const { keys } = (await (await fetch(`${gate.issuer}/a/jwks`)).json()) as { keys: { kid: string }[] }
  const { header } = takeApart(token, {})
  const jwk = keys.find(({ kid }) => kid === header.kid)
  if (jwk === undefined) throw new Error('the key of the token is not published')
  return takeApart(token, jwk as never)
}

testGates(
  t,
  'every token that nobody signed is refused with its code, on every way to a route',
  async (t, openGate) => {
    const gate = await openGate(withOwn)
    const [rsa, ec] = [await takeGood(gate, 'RS256'), await takeGood(gate, 'ES256')]
    for (const [code, attacks] of Object.entries(FORGERIES)) {
      for (const [name, attack] of Object.entries(attacks)) await refuses(t, gate, name, code, attack(rsa, ec))
    }
    for (const { token } of [rsa, ec]) await accepts(t, gate, 'the token they were made of', token)
  },
)

testGates(
  t,
  'every token that its issuer signed wrongly is refused with its code, on every way to a route',
  async (t, openGate) => {
    const gate = await openGate(withOwn)
    for (const [code, changes] of Object.entries(MISSIGNED)) {
      for (const [name, change] of Object.entries(changes)) {
        await refuses(t, gate, name, code, signDraft(key, CLAIMS, change), '/own')
      }
    }
    await accepts(
      t,
      gate,
      'the token they were made of',
      signDraft(key, CLAIMS, () => ({})),
      '/own',
    )
  },
)

testGates(t, 'nobody is asked because a token names an address', async (t, openGate) => {
  let connections = 0
  const bait = createServer(socket => {
    connections++
    socket.destroy()
  })
  await new Promise<void>(resolve => bait.listen(0, '127.0.0.1', resolve))
  t.teardown(() => bait.close())
  const address = bait.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/jwks`
  const gate = await openGate(withOwn)
  const rsa = await takeGood(gate, 'RS256')
  for (const [code, attacks] of Object.entries(baits(url))) {
    for (const attack of attacks) await refuses(t, gate, code, code, attack(rsa, rsa))
  }
  t.equal(connections, 0)
  await fetch(url).catch(() => undefined)
  t.equal(connections, 1, 'the bait notices who comes')
})

testGates(t, 'a key of 64 KB in the header is too large before it is anything else', async (t, openGate) => {
  const gate = await openGate(withOwn)
  const rsa = await takeGood(gate, 'RS256')
  const pad = (size: number): string =>
    Buffer.from(JSON.stringify({ ...rsa.header, kid: 'k'.repeat(size) })).toString('base64url')
  await refuses(t, gate, '9 KB', 'token_too_large', `${pad(7000)}.${rsa.token.split('.').slice(1).join('.')}`)
  // What Node's parser refuses is put into words by the program; an application has words of its own.
  const code = gate.home === 'program' ? 'headers_too_large' : undefined
  for (const size of [14_000, 65_536]) {
    count[gate.home].attacks++
    const answer = await send(gate, `${pad(size)}.e30.AAAA`)
    t.same({ status: answer.status, code: answer.code }, { status: 431, code }, `${size} bytes`)
  }
  t.equal(gate.upstream.seen.length, 0)
})

testGates(t, 'tokens of other kinds are no access tokens', async (t, openGate) => {
  const gate = await openGate(withOwn)
  for (const [kind, code] of [
    ['id', 'audience_mismatch'],
    ['logout', 'token_type_mismatch'],
    // Its introspection has no audience.
    ['refresh', 'audience_mismatch'],
  ] as const) {
    const { token } = await gate.provider.tenant('a').mint({ kind, sub: 'alice', client_id: 'demo' })
    await refuses(t, gate, `${kind} token`, code, token)
  }
  await refuses(t, gate, 'event token', 'token_type_mismatch', await gate.token({ defect: 'event_token_as_access' }))
  await refuses(t, gate, 'opaque refresh token, hint or not', 'token_inactive', 'rt_none')
})

testGates(t, 'a credential can bring nothing else into the question to the issuer', async (t, openGate) => {
  const gate = await openGate(withOwn)
  const good = await gate.token({ format: 'opaque' })
  const listQuestions = () => gate.provider.tenant('a').journal.list({ endpoint: 'introspect' })
  const before = listQuestions().length
  for (const more of [
    '&client_id=demo',
    '&token_type_hint=refresh_token',
    '%26client_id=demo',
    '#x',
    '?x=1',
    ';x=1',
    '"',
    "'",
    '\\',
    '{}',
    '(x)',
    '@x',
    ':x',
    ',x',
    ' x',
    '\tx',
    '=x',
    '\u00e9',
    '\u00a0',
    '$',
    '!',
    '*',
    '|',
    '<',
  ]) {
    await refuses(t, gate, JSON.stringify(more), 'credential_malformed', `${good}${more}`)
  }
  t.equal(listQuestions().length, before, 'nobody was asked')
  for (const odd of ['a+b/c~d.e-f_g==', '+', '//', 'true', 'null', '0', '~', '__proto__', 'active=']) {
    await refuses(t, gate, odd, 'token_inactive', odd)
  }
  t.ok(listQuestions().length > before)
  for (const { parsed } of listQuestions()) {
    t.same(Object.keys(parsed.form).sort(), ['token', 'token_type_hint'])
  }
  await accepts(t, gate, 'the token as it is', good)
})

testGates(t, 'what only resembles "active" is an outage of the issuer and no verdict', async (t, openGate) => {
  const gate = await openGate(withOwn)
  const active = '"scope":"read","aud":"https://api.example.com","sub":"alice"'
  for (const answer of ['"true"', '1', '"1"', '[]', '{}', '[true]', 'null', '"active"', '"yes"', '-1']) {
    count[gate.home].attacks++
    const faults = { endpoint: 'introspect', status: 200, body: `{"active":${answer},${active}}`, times: 1 } as const
    gate.provider.tenant('a').faults.add({ ...faults, headers: { 'content-type': 'application/json' } })
    t.equal((await send(gate, await gate.token({ format: 'opaque' }))).code, 'issuer_unavailable', answer)
    // Five failures in a row would have the issuer left alone for a moment.
    await accepts(t, gate, 'another token meanwhile', await gate.token({ format: 'opaque' }))
  }
  t.equal(gate.upstream.seen.length, 10)
})

testGates(t, 'spellings that are good stay good: a gate that refuses everything fails here', async (t, openGate) => {
  const gate = await openGate(withOwn)
  const good: readonly (readonly [string, object])[] = [
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'].map(
      alg => [alg, { alg }] as const,
    ),
    ...['at+jwt', 'application/at+jwt', 'JWT', 'AT+JWT', 'jwt'].map(
      typ => [`typ ${typ}`, { header: { typ } }] as const,
    ),
    ['no typ', { header: { typ: null } }],
    ['members of the header that nobody knows', { header: { x: 1, jku: 'https://login.example.com/jwks' } }],
    ['aud as an array', { claims: { aud: ['https://other.example.com', API] } }],
    ['scope as an array', { claims: { scope: ['read'] } }],
    ['scp in place of scope', { claims: { scope: null, scp: ['read'] } }],
    ['more scopes', { scope: 'write read admin' }],
    ['exp as a float', { claims: { exp: now + 600.5 } }],
    ['exp in the year 9999', { claims: { exp: 253_402_300_799 } }],
    ['nbf just now', { claims: { nbf: now } }],
    ['no iat', { claims: { iat: null } }],
    ['no jti', { claims: { jti: null } }],
    ['no sub', { claims: { sub: null } }],
    ['azp in place of client_id', { claims: { client_id: null, azp: 'web' } }],
    ['claims of every type', { claims: { a: null, b: [1, 'x', {}], c: { d: true }, 'https://x/y': 1 } }],
    ['a name outside ASCII', { claims: { name: 'Özdemir 日本' } }],
    ['a subject with spaces', { sub: 'auth0|7 and more' }],
    ['opaque', { format: 'opaque' }],
    ['opaque with more scopes', { format: 'opaque', scope: 'read write' }],
  ]
  for (const [name, request] of good) await accepts(t, gate, name, await gate.token(request as never))
  for (const scheme of ['bearer', 'BEARER', 'Bearer', 'Bearer ']) {
    await accepts(t, gate, scheme, await gate.token(), '/private', scheme)
  }
  const signed: readonly (readonly [string, Parameters<typeof signDraft>[2]])[] = [
    ['white space in the header', header => ({ header: JSON.stringify(header, null, 2) })],
    ['white space in the claims', (_, claims) => ({ claims: `\n${JSON.stringify(claims, null, 2)} ` })],
    ['escapes in names', (_, claims) => ({ claims: JSON.stringify(claims).replace('"sub"', '"s\\u0075b"') })],
    ['colons and braces in texts', (_, claims) => ({ claims: JSON.stringify({ ...claims, x: '":{[\\"a\\":1]}' }) })],
    [
      'exp as a power',
      (_, claims) => ({ claims: JSON.stringify({ ...claims, exp: 0 }).replace('"exp":0', '"exp":9e10') }),
    ],
    [
      'a member called __proto__',
      (_, claims) => ({ claims: `{"__proto__":{"scope":"admin"},${JSON.stringify(claims).slice(1)}` }),
    ],
    [
      'one name in two objects',
      (_, claims) => ({ claims: JSON.stringify({ ...claims, x: { sub: 1 }, y: { sub: 2 } }) }),
    ],
    [
      'objects nested thirty deep',
      (_, claims) => ({
        claims: `${JSON.stringify(claims).slice(0, -1)},"x":${'{"a":'.repeat(30)}1${'}'.repeat(30)}}`,
      }),
    ],
  ]
  for (const [name, change] of signed) await accepts(t, gate, name, signDraft(key, CLAIMS, change), '/own')
  t.equal(gate.upstream.seen.length, good.length + 4 + signed.length)
})

t.test('there are as many attacks and as many controls as were promised', async t => {
  for (const [home, { attacks, controls }] of Object.entries(count)) {
    t.ok(attacks >= 250, `${home}: ${attacks} attacks`)
    t.ok(controls >= 40, `${home}: ${controls} controls`)
  }
})
