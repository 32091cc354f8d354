import t from 'tap'
import { createMockProvider, PRESET_NAMES } from '../../src/index.ts'
import { CALLBACK, DEMO, DEMO_BASIC, ORIGIN, read, System } from './system.ts'

const put = (system: System, tenant: string, name: unknown) =>
  system.ask('PUT', `${tenant}/_mock/preset`, {}, JSON.stringify({ name }))

t.test('there are five systems, four of which have a second name', async t => {
  const names = ['serpense', 'magen', 'genauth', 'authing', 'code100', 'grantid', 'oidc-op', 'uaepass', 'vnpass']
  t.strictSame(PRESET_NAMES.filter(name => !name.includes('/')).sort(), names.sort())
  for (const preset of PRESET_NAMES) t.doesNotThrow(() => createMockProvider({ preset }))
})

t.test('a name that is none is refused with the one that was meant', async t => {
  t.throws(() => createMockProvider({ preset: 'genauht' }), { message: /preset: is no preset, did you mean genauth\?/ })
  const reply = await put(new System('genauth'), '', 'uaepas')
  t.equal(reply.status, 400)
  t.match(reply.json.error_description, /did you mean uaepass\?/)
  t.equal((await put(new System('genauth'), '', 5)).status, 400)
})

t.test('a tenant is given a system at run time, and taken it away again', async t => {
  const provider = createMockProvider({ issuer: ORIGIN })
  const ask = async (method: string, path: string, body: unknown = undefined) => {
    const text = body === undefined ? null : JSON.stringify(body)
    const response = await provider.fetch(new Request(`${ORIGIN}${path}`, { method, body: text }))
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }
  const world = provider.tenant('/a/b')
  const given = await ask('PUT', '/a/b/_mock/preset', { name: 'authing' })
  t.match(given, { status: 200, json: { name: 'genauth', issuer: `${ORIGIN}/a/b/oidc` } })
  t.equal(world.issuer, `${ORIGIN}/a/b/oidc`)
  t.match((await ask('GET', '/a/b/oidc/.well-known/openid-configuration')).json, {
    token_endpoint: `${ORIGIN}/a/b/oidc/token`,
  })
  t.match((await ask('GET', '/.well-known/openid-configuration/a/b/oidc')).json, { issuer: `${ORIGIN}/a/b/oidc` })
  t.equal((await ask('GET', '/a/b/.well-known/openid-configuration')).status, 404)
  t.match((await world.mint()).claims, { aud: 'demo' })
  t.match(
    (await ask('GET', '/.well-known/openid-configuration')).json,
    { token_endpoint: `${ORIGIN}/token` },
    'the root is none',
  )
  t.match((await ask('GET', '/a/b/_mock/preset')).json, { name: 'genauth' })
  t.match((await ask('DELETE', '/a/b/_mock/preset')).json, { name: null, issuer: `${ORIGIN}/a/b` })
  t.match((await ask('GET', '/a/b/.well-known/openid-configuration')).json, { token_endpoint: `${ORIGIN}/a/b/token` })
})

t.test('a reset brings back the system that the options say', async t => {
  const system = new System('code100')
  await put(system, '', 'uaepass')
  t.equal((await system.get('/.well-known/openid-configuration')).status, 404)
  await system.ask('POST', '/_mock/reset')
  t.equal((await system.get('/.well-known/openid-configuration')).status, 200)
})

t.test('the paths of a system go before tenants of that name', async t => {
  const system = new System('genauth')
  t.equal((await system.get('/oidc/.well-known/openid-configuration')).json.issuer, `${ORIGIN}/oidc`)
  t.equal(
    (await system.ask('GET', '/oidc/_mock/preset')).json.issuer,
    `${ORIGIN}/oidc`,
    'the control plane is below the issuer too',
  )
  const tenant = await system.get('/team/oidc/.well-known/openid-configuration')
  t.equal(tenant.json.issuer, `${ORIGIN}/team/oidc`, "tenants are made of the provider's options")
  t.equal((await system.get('/token')).status, 404, 'and the standard paths are not there')
})

t.test("what the options say goes over the system's own lifetimes", async t => {
  const { provider } = new System('genauth', { accessToken: { lifetime: '5m' } })
  const { claims } = await provider.mint()
  t.equal(Number(claims.exp) - Number(claims.iat), 300)
  const { claims: system } = await new System('code100', { tenants: { a: { idToken: { lifetime: 60 } } } }).provider
    .tenant('/a')
    .mint({ kind: 'id' })
  t.equal(Number(system.exp) - Number(system.nbf), 60)
})

t.test('a fault and the journal know the endpoints of a system by their names', async t => {
  const system = new System('serpense')
  system.provider.faults.add({ endpoint: 'tokeninfo', status: 503, times: 1 })
  t.equal((await system.get('/oauth/tokeninfo', { id_token: 'x' })).status, 503)
  t.equal((await system.get('/oauth/tokeninfo', { id_token: 'x' })).status, 500)
  t.strictSame(
    system.provider.journal.list().map(({ endpoint, response }) => [endpoint, response.status]),
    [
      ['validate', 503],
      ['validate', 500],
    ],
  )
})

t.test('a minted token is wrong in the way that was asked for', async t => {
  for (const preset of ['genauth', 'code100', 'oidc-op']) {
    const { provider } = new System(preset)
    const { claims } = await provider.mint({
      sub: 'bob',
      audience: 'https://api.example',
      lifetime: '10m',
      claims: { x: 1, client_id: null },
    })
    t.match(claims, { sub: 'bob', x: 1 })
    t.strictSame([claims.aud].flat(), ['https://api.example'])
    t.notOk('client_id' in claims)
    t.equal(Number(claims.exp) - Number(claims.iat ?? claims.nbf), 600)
    t.match((await provider.mint({ defect: 'wrong_issuer' })).claims, { iss: 'https://attacker.example' })
    t.not((await provider.mint({ defect: 'alg_none' })).header?.alg, 'RS256')
  }
})

t.test('serpense/2017 says mc_id and magen-pop', async t => {
  const system = new System('serpense/2017')
  const code = (await system.authorize('/oauth/authorize')).get('code') ?? ''
  const { json } = await system.post('/oauth/token', {
    ...DEMO,
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
  })
  t.strictSame(Object.keys(json), [
    'access_token',
    'expires_in',
    'magen_id_token',
    'mc_id',
    'refresh_token',
    'token_type',
  ])
  t.match(json, { token_type: 'magen-pop', mc_id: /^[0-9a-f]{64}$/ })
  const told = (await system.get('/oauth/tokeninfo', { id_token: json.magen_id_token })).json
  t.match(told, {
    sub: 'alice@example.com',
    email_verified: 'true',
    u_groups: ['standard'],
    u_clients: [],
    display_name: 'Alice Example',
  })
})

t.test('oidc-op/older says that an access token never ends, and less after a refresh', async t => {
  const system = new System('oidc-op/older')
  const parameters = { scope: 'openid offline_access', prompt: 'consent' }
  const code = (await system.authorize('/authorization', parameters)).get('code') ?? ''
  const { json } = await system.post(
    '/token',
    { grant_type: 'authorization_code', code, redirect_uri: CALLBACK },
    DEMO_BASIC,
  )
  t.notOk('expires_in' in json)
  t.match(read(json.access_token).claims, { ttype: 'T' })
  const told = (await system.post('/introspection', { token: json.access_token }, DEMO_BASIC)).json
  t.match(told, { active: true, exp: 0, token_type: 'access_token' })
  const fresh = await system.post(
    '/token',
    { grant_type: 'refresh_token', refresh_token: json.refresh_token },
    DEMO_BASIC,
  )
  t.strictSame(Object.keys(fresh.json), ['access_token', 'token_type', 'scope', 'refresh_token'])
})

t.test('uaepass/wso2 says inactive with 200, and genauth/json has a body after a revocation', async t => {
  const uaepass = new System('vnpass/wso2')
  t.match(await uaepass.post('/idshub/introspect', { token: 'x' }, DEMO_BASIC), {
    status: 200,
    text: '{"active":false}',
  })
  const genauth = new System('authing/json')
  t.match(await genauth.post('/oidc/token/revocation', { ...DEMO, token: 'x' }), { status: 200, text: '{}' })
  t.equal((await genauth.post('/oidc/token/revocation', { token: 'x' })).status, 400)
})

t.test('two tokens of one second are two tokens, although nothing names them', async t => {
  for (const [preset, kind] of [
    ['serpense', 'id'],
    ['code100', 'access'],
  ] as const) {
    const { provider } = new System(preset)
    t.not((await provider.mint({ kind })).token, (await provider.mint({ kind })).token)
  }
})

t.test('a token that somebody else signed is not active, although it was minted here', async t => {
  const system = new System('genauth')
  const { token } = await system.provider.mint({ defect: 'wrong_key' })
  const { text } = await system.post('/oidc/token/introspection', {
    client_id: 'demo',
    client_secret: 'demo-secret',
    token,
  })
  t.equal(text, '{"active":false}')
})

t.test('the same seed and requests give the same bytes under every system', async t => {
  const run = async (preset: string): Promise<string> => {
    const { provider } = new System(preset)
    const said = []
    for (const kind of ['access', 'id', 'refresh'] as const)
      said.push((await provider.mint({ kind, scope: 'openid profile' })).token)
    said.push((await provider.mint({ format: 'opaque' })).token)
    return said.join('\n')
  }
  for (const preset of PRESET_NAMES) t.equal(await run(preset), await run(preset), preset)
})
