import t from 'tap'
import { isActive, ORIGIN, openPlane, postForm } from './plane.ts'

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

t.test('a user who is deleted leaves no token that works, and comes back without the old ones', async t => {
  const plane = openPlane()
  const address = `${ORIGIN}/authorize?client_id=demo&response_type=code&scope=openid&redirect_uri=https://a.example/cb&login_hint=bob`
  const { headers } = await plane.provider.fetch(new Request(address))
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? ''
  const redeem = async (form: Record<string, string>) => (await postForm(plane, '/token', form)).json()
  const tokens = await redeem({ grant_type: 'authorization_code', code, redirect_uri: 'https://a.example/cb' })
  const { access_token, refresh_token } = tokens as { access_token: string; refresh_token: string }
  for (const token of [access_token, refresh_token]) t.equal(await isActive(plane, token), true)
  await plane.ask('DELETE', '/_mock/users/bob')
  t.equal(await isActive(plane, access_token), false)
  t.match(await redeem({ grant_type: 'refresh_token', refresh_token }), { error: 'invalid_grant' })
  await plane.ask('PUT', '/_mock/users/bob', { password: 'bob' })
  t.equal(await isActive(plane, refresh_token), false)
})

t.test('a client that is deleted is refused with its tokens, until it is put again', async t => {
  const plane = openPlane()
  const { token } = (await plane.ask('POST', '/_mock/tokens', { client_id: 'demo' })).body
  const other = { authorization: `Basic ${Buffer.from('other:secret').toString('base64')}` }
  const isGood = async () => (await (await postForm(plane, '/introspect', { token }, other)).json()) as object
  t.match(await isGood(), { active: true })
  await plane.ask('DELETE', '/_mock/clients/demo')
  t.match(await isGood(), { active: false })
  const grant = { grant_type: 'client_credentials' }
  t.equal((await postForm(plane, '/token', grant)).status, 401, 'nor is it registered anew by its next request')
  const address = `${ORIGIN}/authorize?client_id=demo&response_type=code&redirect_uri=https://a.example/cb`
  t.match(await (await plane.provider.fetch(new Request(address))).json(), { error: 'invalid_client' })
  await plane.ask('PUT', '/_mock/clients/demo', { client_secret: 'demo-secret' })
  t.equal((await postForm(plane, '/token', grant)).status, 200)
})

t.test('a request can be waited for over HTTP, and is given out once', async t => {
  const plane = openPlane()
  const take = (body: object) => plane.ask('POST', '/_mock/requests/take', body)
  const asked = take({ endpoint: 'jwks' })
  await plane.provider.fetch(new Request(`${ORIGIN}/jwks`))
  t.match(await asked, { status: 200, body: { endpoint: 'jwks', method: 'GET', response: { status: 200 } } })
  t.match(await take({ endpoint: 'jwks', timeout: 0 }), {
    status: 404,
    body: { error: 'not_found', error_description: /asked was GET jwks 200/ },
  })
  t.match(await take({ endpoint: 'jwk', timeout: 0 }), { status: 400, body: { error_description: /^endpoint: / } })
  t.match(await take({ timeout: 'soon' }), { status: 400, body: { error_description: /^timeout: / } })
})

t.test('who goes away while waiting for a request takes none', async t => {
  const { provider, ask } = openPlane()
  const client = new AbortController()
  const body = JSON.stringify({ endpoint: 'jwks', timeout: '1h' })
  const how = { method: 'POST', body, signal: client.signal }
  const asked = provider.fetch(new Request(`${ORIGIN}/_mock/requests/take`, how))
  client.abort()
  await ask('GET', '/jwks')
  t.equal((await ask('POST', '/_mock/requests/take', { endpoint: 'jwks', timeout: 0 })).status, 200)
  t.equal((await asked).status, 404)
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
  const { ask } = openPlane({ ports: { fetch } })
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
  await ask('POST', '/_mock/logout', { sub: 'alice', defect: 'logout_with_nonce' })
  const spoilt = JSON.parse(Buffer.from(sent.at(-1)?.token.split('.')[1] ?? '', 'base64url').toString())
  t.ok('nonce' in spoilt, 'a defect is in the token that the client gets')
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
