import t from 'tap'
import type { MockProviderOptions } from '../../src/index.ts'
import { createMockProvider } from '../../src/index.ts'

const ORIGIN = 'https://login.example.com'

interface Plane {
  readonly provider: ReturnType<typeof createMockProvider>
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<{ status: number; body: any; headers: Headers }>
}

function openPlane(options: MockProviderOptions = {}): Plane {
  const provider = createMockProvider({ seed: 'control', issuer: ORIGIN, ...options })
  const ask: Plane['ask'] = async (method, path, body) => {
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
    const response = await provider.fetch(new Request(`${ORIGIN}${path}`, { method, body: text }))
    const read = await response.text()
    return { status: response.status, body: read === '' ? undefined : JSON.parse(read), headers: response.headers }
  }
  return { provider, ask }
}

const BASIC = `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`
const postForm = (
  { provider }: Plane,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = { authorization: BASIC },
) => provider.fetch(new Request(`${ORIGIN}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) }))

async function isActive(plane: Plane, token: string): Promise<boolean> {
  return ((await (await postForm(plane, '/introspect', { token })).json()) as { active: boolean }).active
}

t.test('tokens are minted as they are ordered', async t => {
  const { ask } = openPlane()
  const { status, body } = await ask('POST', '/_mock/tokens', {
    sub: 'bob',
    client_id: 'web',
    scope: 'a b',
    audience: 'https://api.example',
    claims: { team: 'blue' },
    header: { x: 1 },
    lifetime: '2h',
    alg: 'ES256',
  })
  t.equal(status, 200)
  t.match(body, {
    token: /^eyJ/,
    header: { alg: 'ES256', x: 1 },
    claims: { iss: ORIGIN, sub: 'bob', client_id: 'web', scope: 'a b', aud: 'https://api.example', team: 'blue' },
  })
  t.equal(body.expires_at - body.claims.iat, 7200)
  for (const kind of ['access', 'id', 'refresh', 'logout'])
    t.equal((await ask('POST', '/_mock/tokens', { kind })).status, 200, kind)
  t.match((await ask('POST', '/_mock/tokens', { format: 'opaque' })).body, { token: /^[^.]+$/, header: null })
})

t.test('an empty body mints a token with every default', async t => {
  const { ask } = openPlane()
  t.match(await ask('POST', '/_mock/tokens'), { status: 200, body: { claims: { sub: 'alice', client_id: 'demo' } } })
})

t.test('every defect that is listed can be minted, and says what a correct resource server answers', async t => {
  const { ask } = openPlane()
  const { body } = await ask('GET', '/_mock/defects')
  t.ok(body.length > 10)
  for (const { name, kinds, say, answers, section } of body) {
    t.match({ say, section }, { say: String, section: String }, name)
    t.ok(answers === null || (typeof answers.code === 'string' && answers.status >= 400), name)
    t.equal((await ask('POST', '/_mock/tokens', { kind: kinds[0], defect: name })).status, 200, name)
  }
  t.match(await ask('POST', '/_mock/tokens', { defect: 'no-such' }), {
    status: 400,
    body: { error: 'invalid_request', error_description: /defect/ },
  })
})

t.test('the clock is set, moved, frozen and released', async t => {
  const { ask } = openPlane({})
  t.same((await ask('POST', '/_mock/clock', { now: 1_800_000_000 })).body, { now: 1_800_000_000, frozen: true })
  t.same((await ask('POST', '/_mock/clock', { advance: '1h' })).body, { now: 1_800_003_600, frozen: true })
  t.same((await ask('POST', '/_mock/clock', { advance: '-30m' })).body, { now: 1_800_001_800, frozen: true })
  t.same((await ask('POST', '/_mock/clock', { now: '2030-01-01T00:00:00Z', advance: 5 })).body, {
    now: 1_893_456_005,
    frozen: true,
  })
  t.equal((await ask('POST', '/_mock/clock', { freeze: false })).body.frozen, false)
  t.equal((await ask('POST', '/_mock/clock', { freeze: true })).body.frozen, true)
  t.equal((await ask('GET', '/_mock/clock')).body.frozen, true)
})

t.test('what is wrong with a clock, a rotation, a fault or a revocation is said by its member', async t => {
  const { ask } = openPlane()
  const wrong: [string, string, unknown, RegExp][] = [
    ['POST', '/_mock/clock', {}, /now, advance or freeze/],
    ['POST', '/_mock/clock', { now: 'soon' }, /now/],
    ['POST', '/_mock/clock', { now: -1 }, /now/],
    ['POST', '/_mock/clock', { advance: 'soon' }, /advance/],
    ['POST', '/_mock/clock', { freeze: 'yes' }, /freeze/],
    ['POST', '/_mock/clock', { frezze: true }, /frezze.*did you mean freeze/],
    ['POST', '/_mock/keys/rotate', { alg: 'XX' }, /alg/],
    ['POST', '/_mock/keys/rotate', { publish: 'maybe' }, /publish.*now, late or never/],
    ['POST', '/_mock/faults', { endpoint: 'tokn' }, /endpoint.*did you mean token/],
    ['POST', '/_mock/faults', { status: 9, times: 0 }, /status.*times|times.*status/],
    ['POST', '/_mock/revocations', {}, /token, sub, sid/],
    ['POST', '/_mock/revocations', { sub: 'a', sid: 'b' }, /token, sub, sid/],
    ['POST', '/_mock/revocations', { sub: 1 }, /sub/],
    ['POST', '/_mock/logout', {}, /sub or sid/],
    ['POST', '/_mock/tokens', { kind: 'acces' }, /kind/],
    ['POST', '/_mock/tokens', { lifetime: 'soon' }, /lifetime/],
    ['POST', '/_mock/tokens', { scop: 'a' }, /scop/],
    ['POST', '/_mock/tokens', [], /object/],
    ['POST', '/_mock/tokens', 'null', /null|object/],
    ['POST', '/_mock/tokens', '{', /not JSON/],
    ['PUT', '/_mock/users/carol', { pasword: 'x' }, /pasword.*did you mean password/],
    ['PUT', '/_mock/users/carol', { sub: 'dave' }, /sub/],
    ['PUT', '/_mock/clients/web', { redirect_uris: 'https://a' }, /redirect_uris/],
    ['PUT', '/_mock/apis/orders', { scopes: 'a' }, /scopes/],
    ['PUT', '/_mock/preset', { name: 'no-such' }, /name/],
    ['PUT', '/_mock/preset', {}, /name/],
    ['GET', '/_mock/requests?endpoint=tokn', undefined, /endpoint.*did you mean token/],
    ['DELETE', '/_mock/faults?endpoint=tokn', undefined, /endpoint/],
  ]
  for (const [method, path, body, said] of wrong) {
    const answer = await ask(method, path, body)
    t.match(
      answer,
      { status: 400, body: { error: String, error_description: said } },
      `${method} ${path} ${JSON.stringify(body)}`,
    )
  }
})

t.test('an unknown call is 404 with what there is, a wrong method 405 with what is allowed', async t => {
  const { ask } = openPlane()
  t.match(await ask('GET', '/_mock/request'), { status: 404, body: { error_description: /did you mean requests/ } })
  t.match(await ask('GET', '/_mock/tokens/x/y'), { status: 404 })
  t.match(await ask('GET', '/_mock/constructor'), { status: 404 })
  const wrong = await ask('GET', '/_mock/tokens')
  t.same([wrong.status, wrong.headers.get('allow')], [405, 'POST'])
  t.match(await ask('GET', '/_mock'), { status: 200, body: { '/_mock/clock': ['GET', 'POST'] } })
})

t.test('a body of more than a megabyte is refused', async t => {
  const { ask } = openPlane()
  t.match(await ask('POST', '/_mock/tokens', JSON.stringify({ sub: 'x'.repeat(2 ** 20) })), {
    status: 413,
    body: { error: 'invalid_request' },
  })
})

t.test('keys rotate: published now, late or never, the old ones retired or not', async t => {
  const { ask } = openPlane()
  const kids = async (): Promise<string[]> =>
    (await ask('GET', '/jwks')).body.keys.map(({ kid }: { kid: string }) => kid)
  const before = await kids()
  const { body: made } = await ask('POST', '/_mock/keys/rotate', { alg: 'RS256' })
  t.match(made, { alg: 'RS256', current: true, published: true })
  t.ok((await kids()).includes(made.kid))
  t.ok(before.every(kid => made.kid !== kid))
  const { body: hidden } = await ask('POST', '/_mock/keys/rotate', { alg: 'RS256', publish: 'never', retireOld: true })
  t.notOk((await kids()).includes(hidden.kid))
  t.notOk((await kids()).includes(made.kid))
  t.equal((await ask('POST', '/_mock/tokens', {})).body.header.kid, hidden.kid)
  const { body: late } = await ask('POST', '/_mock/keys/rotate', { alg: 'ES256', publish: 'late' })
  t.notOk((await kids()).includes(late.kid))
  await ask('POST', '/_mock/clock', { advance: '2m' })
  t.ok((await kids()).includes(late.kid))
  t.notMatch(JSON.stringify((await ask('GET', '/_mock/keys')).body), /"(d|p|q|dp|dq|qi|k)":/)
})

t.test('faults are added, listed, met and lifted; the control plane is never faulted', async t => {
  const plane = openPlane()
  const { ask } = plane
  t.match(await ask('POST', '/_mock/faults', { endpoint: 'jwks_uri', status: 503, times: 2 }), {
    status: 201,
    body: { endpoint: 'jwks', times: 2 },
  })
  t.equal((await ask('GET', '/jwks')).status, 503)
  t.match((await ask('GET', '/_mock/faults')).body, [{ endpoint: 'jwks', times: 1, hits: 1 }])
  t.equal((await ask('GET', '/jwks')).status, 503)
  t.equal((await ask('GET', '/jwks')).status, 200)
  await ask('POST', '/_mock/faults', { reset: true })
  await t.rejects(ask('GET', '/jwks'), { message: 'fetch failed' })
  t.same((await ask('DELETE', '/_mock/faults')).body, { removed: 1 })
  await ask('POST', '/_mock/faults', {
    endpoint: 'token',
    match: { client_id: 'demo' },
    body: '<h1>down</h1>',
    status: 502,
  })
  t.equal(await (await postForm(plane, '/token', { grant_type: 'client_credentials' })).text(), '<h1>down</h1>')
  t.equal(
    (await postForm(plane, '/token', { grant_type: 'client_credentials', client_id: 'other', client_secret: 'x' }, {}))
      .status,
    200,
  )
})

t.test('the journal tells what was asked, with findings and without secrets, and not of the control plane', async t => {
  const plane = openPlane()
  const { ask } = plane
  await postForm(plane, '/token', { grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo-secret' })
  await ask('GET', '/jwks')
  const all = (await ask('GET', '/_mock/requests')).body
  t.same(
    all.map(({ endpoint }: { endpoint: string }) => endpoint),
    ['token', 'jwks'],
  )
  const [entry] = (await ask('GET', '/_mock/requests?endpoint=token')).body
  t.match(entry, {
    endpoint: 'token',
    method: 'POST',
    path: '/token',
    client_id: 'demo',
    parsed: { form: { grant_type: 'client_credentials', client_secret: '[redacted]' } },
  })
  t.match(entry.findings, [{ code: 'secret_sent_twice', say: String, section: /RFC 6749/ }])
  t.notMatch(JSON.stringify(all), /demo-secret/)
  await ask('DELETE', '/_mock/requests')
  t.same((await ask('GET', '/_mock/requests')).body, [])
})

t.test('a client that was not known is a finding until it is registered', async t => {
  const plane = openPlane()
  const codes = async (): Promise<string[]> =>
    (await plane.ask('GET', '/_mock/requests')).body.at(-1).findings.map(({ code }: { code: string }) => code)
  const headers = { authorization: `Basic ${Buffer.from('new:secret').toString('base64')}` }
  await postForm(plane, '/token', { grant_type: 'client_credentials' }, headers)
  t.same(await codes(), ['client_unregistered'])
  await plane.ask('PUT', '/_mock/clients/new', { client_secret: 'secret' })
  await postForm(plane, '/token', { grant_type: 'client_credentials' }, headers)
  t.same(await codes(), [])
})

t.test('tokens are revoked by themselves, by sub and by client', async t => {
  const plane = openPlane()
  const mint = async (order: object): Promise<string> => (await plane.ask('POST', '/_mock/tokens', order)).body.token
  const [one, two, three] = [
    await mint({ format: 'opaque' }),
    await mint({ sub: 'bob' }),
    await mint({ sub: 'carol', client_id: 'web' }),
  ]
  t.same(await Promise.all([one, two, three].map(token => isActive(plane, token))), [true, true, true])
  t.match((await plane.ask('POST', '/_mock/revocations', { token: one })).body, { revoked: 1 })
  t.match((await plane.ask('POST', '/_mock/revocations', { sub: 'bob' })).body, { revoked: 1 })
  t.match((await plane.ask('POST', '/_mock/revocations', { client_id: 'web' })).body, { revoked: 1 })
  t.same(await Promise.all([one, two, three].map(token => isActive(plane, token))), [false, false, false])
})

t.test('users, clients and APIs are put, read, listed and deleted; what was read can be put back', async t => {
  const { ask } = openPlane()
  const things: [string, string, object][] = [
    ['users', 'carol@example.com', { password: 'pw', claims: { team: 'blue' }, id_token: { a: 1 } }],
    ['clients', 'web', { client_secret: 's', redirect_uris: ['https://app.example/cb'], client_name: 'Web' }],
    ['apis', 'urn:orders', { secret: 's', scopes: ['orders:read'] }],
  ]
  for (const [kind, name, value] of things) {
    const path = `/_mock/${kind}/${encodeURIComponent(name)}`
    t.equal((await ask('GET', path)).status, 404, kind)
    t.match(await ask('PUT', path, value), { status: 200, body: value }, kind)
    const read = await ask('GET', path)
    t.match(read, { status: 200, body: value }, kind)
    t.same((await ask('PUT', path, read.body)).body, read.body, kind)
    t.ok(
      (await ask('GET', `/_mock/${kind}`)).body.some((item: object) => Object.values(item).includes(name)),
      kind,
    )
    t.equal((await ask('DELETE', path)).status, 200, kind)
    t.equal((await ask('DELETE', path)).status, 404, kind)
  }
  t.match(await ask('GET', '/_mock/users/alise'), { status: 404, body: { error_description: /did you mean alice/ } })
})

t.test('an API connection without scopes has the scope of its own name', async t => {
  const { ask } = openPlane()
  t.match((await ask('PUT', '/_mock/apis/orders', { secret: 's' })).body, { scopes: ['orders'] })
})

t.test('logout sends a logout token to each client that listens and answers what it said', async t => {
  const sent: { url: string; token: string }[] = []
  const fetch = async (request: Request): Promise<Response> => {
    const form = new URLSearchParams(await request.text())
    sent.push({ url: request.url, token: form.get('logout_token') ?? '' })
    if (request.url.endsWith('/gone')) throw new TypeError('fetch failed')
    return new Response(request.url.endsWith('/bad') ? 'no such session' : null, {
      status: request.url.endsWith('/bad') ? 400 : 200,
    })
  }
  const { ask } = openPlane({ ports: { fetch } } as MockProviderOptions)
  for (const name of ['good', 'bad', 'gone'])
    await ask('PUT', `/_mock/clients/${name}`, {
      client_secret: 's',
      backchannel_logout_uri: `https://rp.example/${name}`,
    })
  const { body } = await ask('POST', '/_mock/logout', { sub: 'alice' })
  t.match(body, [
    { client_id: 'good', uri: 'https://rp.example/good', ok: true, status: 200 },
    { client_id: 'bad', ok: false, status: 400, body: 'no such session' },
    { client_id: 'gone', ok: false, error: 'could not be reached' },
  ])
  const claims = JSON.parse(Buffer.from(sent[0]?.token.split('.')[1] ?? '', 'base64url').toString())
  t.match(claims, {
    iss: ORIGIN,
    aud: 'good',
    sub: 'alice',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  })
  t.notOk('nonce' in claims)
})

t.test('reset makes the tenant as new', async t => {
  const plane = openPlane()
  const { ask } = plane
  const fresh = (await ask('POST', '/_mock/clock', { now: 1_800_000_000 })).status
  const first = (await ask('POST', '/_mock/tokens', {})).body.token
  await ask('PUT', '/_mock/users/carol', {})
  await ask('DELETE', '/_mock/users/bob')
  await ask('POST', '/_mock/faults', { endpoint: 'jwks', status: 500 })
  await ask('POST', '/_mock/keys/rotate', {})
  await ask('GET', '/jwks')
  t.match(await ask('POST', '/_mock/reset'), { status: 200, body: {} })
  t.equal(fresh, 200)
  t.same((await ask('GET', '/_mock/faults')).body, [])
  t.same((await ask('GET', '/_mock/requests')).body, [])
  t.equal((await ask('GET', '/_mock/users/carol')).status, 404)
  t.equal((await ask('GET', '/_mock/users/bob')).status, 200)
  t.equal((await ask('GET', '/_mock/clock')).body.frozen, false)
  await ask('POST', '/_mock/clock', { now: 1_800_000_000 })
  t.equal((await ask('POST', '/_mock/tokens', {})).body.token, first)
})

t.test('tenants never meet', async t => {
  const { ask } = openPlane()
  await ask('POST', '/a/b/_mock/clock', { now: 1 })
  await ask('PUT', '/a/b/_mock/users/carol', {})
  await ask('POST', '/a/b/_mock/faults', { endpoint: 'jwks', status: 500 })
  t.equal((await ask('GET', '/a/b/jwks')).status, 500)
  t.equal((await ask('GET', '/a/jwks')).status, 200)
  t.equal((await ask('GET', '/jwks')).status, 200)
  t.not((await ask('GET', '/_mock/clock')).body.now, 1)
  t.equal((await ask('GET', '/_mock/users/carol')).status, 404)
  t.same((await ask('GET', '/a/_mock/requests')).body.length, 1)
  t.equal((await ask('POST', '/a/b/_mock/tokens', {})).body.claims.iss, `${ORIGIN}/a/b`)
})

t.test('scripts of any origin may use the control plane', async t => {
  const { provider } = openPlane()
  const preflight = await provider.fetch(
    new Request(`${ORIGIN}/_mock/users/x`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type',
      },
    }),
  )
  t.ok(preflight.ok)
  t.ok(['*', 'https://app.example'].includes(preflight.headers.get('access-control-allow-origin') ?? ''))
  t.match(preflight.headers.get('access-control-allow-methods'), /PUT/)
})
