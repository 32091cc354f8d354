import t from 'tap'
import { ORIGIN, openPlane, postForm } from './plane.ts'

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

t.test(
  'every defect of a token that is listed can be minted, and says what a correct resource server answers',
  async t => {
    const { ask } = openPlane()
    const { body } = await ask('GET', '/_mock/defects')
    for (const { kind, name, kinds, say, answers, section } of body) {
      t.match({ say, section }, { say: String, section: String }, name)
      t.ok(answers === null || (typeof answers.code === 'string' && answers.status >= 400), name)
      t.equal(kind, 'token')
      t.equal(
        (await ask('POST', '/_mock/tokens', { defect: name })).status,
        200,
        `${name}, of the kind that can have it`,
      )
      for (const kind of kinds) t.equal((await ask('POST', '/_mock/tokens', { kind, defect: name })).status, 200, name)
    }
    t.match(await ask('POST', '/_mock/tokens', { defect: 'no-such' }), {
      status: 400,
      body: { error: 'invalid_request', error_description: /defect/ },
    })
  },
)

t.test(
  'every misbehaviour that is listed can be put in force, and one that is none is refused with the one that was meant',
  async t => {
    const { ask } = openPlane()
    const { body } = await ask('GET', '/_mock/misbehaviours')
    t.ok(body.length > 90)
    for (const { kind, name, endpoints } of body) {
      t.equal(kind, 'endpoint')
      t.ok(endpoints.length > 0)
      t.match(await ask('POST', '/_mock/tokens', { defect: name }), {
        status: 400,
        body: { error_description: /misbehaviour/ },
      })
      t.match(await ask('POST', '/_mock/faults', { misbehaviour: name }), { status: 201, body: { misbehaviour: name } })
    }
    await ask('DELETE', '/_mock/faults')
    const wrong: [object, RegExp][] = [
      [{ misbehaviour: 'jwks_emty' }, /did you mean jwks_empty/],
      [{ misbehaviour: 'jwks_empty', endpoint: 'token' }, /it happens at jwks/],
      [{ chance: -1 }, /chance/],
      [{ chance: 2 }, /chance/],
      [{ trickle: '1d' }, /trickle/],
      [{ reset: true, trickle: '1s' }, /reset/],
    ]
    for (const [fault, said] of wrong)
      t.match(await ask('POST', '/_mock/faults', fault), { status: 400, body: { error_description: said } })
  },
)

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
    ['POST', '/_mock/logout', { sub: 'a', sid: 'b' }, /sub or sid/],
    ['POST', '/_mock/logout', { sub: 'a', defect: 'no_such' }, /defect/],
    ['POST', '/_mock/logout', { sub: 'a', defect: 'wrong_nonce' }, /defect/],
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
