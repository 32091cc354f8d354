import t from 'tap'
import { claimsOf, Journey, NOON, ORIGIN, type Reply } from '../journey.ts'
import { makeSigner } from './journey.ts'

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const CIBA = 'urn:openid:params:grant-type:ciba'
const TV = { client_id: 'tv' }

const start = (journey: Journey, form: Record<string, string> = {}): Promise<Reply> =>
  journey.post('/device_authorization', { ...TV, scope: 'openid email', ...form })
const poll = (journey: Journey, device_code: string, form: Record<string, string> = {}): Promise<Reply> =>
  journey.post('/token', { ...TV, grant_type: DEVICE, device_code, ...form })
const control = (journey: Journey, path: string, body?: object): Promise<Reply> =>
  journey.ask(`/_mock/${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })

t.test('a device waits, is approved over the control plane, and gets its tokens once', async t => {
  const journey = new Journey()
  const { json } = await start(journey)
  t.match(json, {
    user_code: /^[B-Z]{4}-[B-Z]{4}$/,
    verification_uri: `${ORIGIN}/device`,
    expires_in: 600,
    interval: 5,
  })
  t.equal(json.verification_uri_complete, `${ORIGIN}/device?user_code=${json.user_code}`)
  t.equal((await poll(journey, json.device_code)).json.error, 'authorization_pending')
  t.match((await control(journey, 'device')).json, [{ user_code: json.user_code, client_id: 'tv', state: 'pending' }])
  const user_code = json.user_code.toLowerCase().replace('-', '')
  t.match((await control(journey, 'device', { user_code, action: 'approve', sub: 'bob' })).json, { state: 'approved' })
  const { json: tokens } = await poll(journey, json.device_code)
  t.equal(claimsOf(tokens.id_token).sub, 'bob')
  t.ok(tokens.refresh_token)
  t.equal((await poll(journey, json.device_code)).json.error, 'invalid_grant')
  t.equal((await control(journey, 'device', { user_code, action: 'deny' })).json.error, 'invalid_request')
})

t.test('a device that polls too early is slowed down, one that is denied or late is told so', async t => {
  const journey = new Journey()
  const { clock } = journey.provider
  const { json } = await start(journey)
  const say = async () => (await poll(journey, json.device_code)).json.error
  t.equal(await say(), 'authorization_pending')
  clock.advance(4)
  t.equal(await say(), 'slow_down')
  clock.advance(9)
  t.equal(await say(), 'slow_down', 'five seconds more each time')
  clock.advance(15)
  t.equal(await say(), 'authorization_pending')
  clock.set(NOON + 600)
  t.equal(await say(), 'expired_token')
  t.equal((await control(journey, 'device', { user_code: json.user_code, action: 'approve' })).status, 404)
  const denied = (await start(journey)).json
  await control(journey, 'device', { user_code: denied.user_code, action: 'deny' })
  t.equal((await poll(journey, denied.device_code)).json.error, 'access_denied')
})

t.test('a device code is of one client, and asks for nothing that the client may not have', async t => {
  const journey = new Journey({
    clients: {
      held: { token_endpoint_auth_method: 'none', grant_types: ['refresh_token'], scope: 'a' },
      tv: { scope: 'a' },
    },
  })
  const { json } = await start(journey, { scope: 'a' })
  t.equal((await poll(journey, json.device_code, { client_id: 'demo-public' })).json.error, 'invalid_grant')
  t.equal((await poll(journey, 'unknown')).json.error, 'invalid_grant')
  t.equal((await journey.post('/token', { ...TV, grant_type: DEVICE })).json.error, 'invalid_request')
  t.equal((await start(journey, { client_id: 'held' })).json.error, 'unauthorized_client')
  t.equal((await start(journey, { scope: 'b' })).json.error, 'invalid_scope')
  t.equal((await start(journey, { scope: 'a', resource: 'x' })).json.error, 'invalid_target')
  t.equal((await journey.post('/device_authorization', {})).json.error, 'invalid_client')
  const off = new Journey({ grantTypes: ['authorization_code'] })
  t.equal((await start(off)).json.error, 'unsupported_grant_type')
  t.notOk('device_authorization_endpoint' in (await off.ask('/.well-known/openid-configuration')).json)
})

t.test('the page works without scripts: enter the code, log in, approve, or refuse', async t => {
  for (const [fields, error] of [
    [{ username: 'alice', password: 'alice' }, undefined],
    [{ user: 'bob' }, undefined],
    [{ action: 'deny' }, 'access_denied'],
  ] as const) {
    const journey = new Journey()
    const { json } = await start(journey)
    const first = await journey.ask('/device')
    t.match(first.headers.get('content-security-policy'), /default-src 'none'/)
    t.match((await journey.submit(first, { user_code: 'nonsense' })).text, /unknown, used or too old/)
    const second = await journey.submit(first, { user_code: json.user_code })
    t.match(second.text, /<strong data-testid="client">tv<\/strong>/)
    const wrong = await journey.submit(second, { username: 'alice', password: 'wrong' })
    t.equal(wrong.status, 403)
    t.equal((await poll(journey, json.device_code)).json.error, 'authorization_pending')
    t.match((await journey.submit(second, fields)).text, /data-testid="decided"/)
    journey.provider.clock.advance(10)
    const answer = await poll(journey, json.device_code)
    t.equal(answer.json.error, error)
  }
})

t.test('who is logged in already approves with one button, and the tokens carry that session', async t => {
  const journey = new Journey()
  const sid = claimsOf((await journey.logIn()).json.id_token).sid
  const { json } = await start(journey)
  const page = await journey.ask(`/device?user_code=${json.user_code}`, { headers: { cookie: journey.cookie } })
  t.match(page.text, /Approve as alice/)
  await journey.submit(page, { action: 'approve' })
  t.equal(claimsOf((await poll(journey, json.device_code)).json.id_token).sid, sid)
  t.equal((await new Journey({}, '/device').ask('/jwks')).status, 200, 'a tenant may still be called device')
})

const CLIENT = { client_id: 'bank', client_secret: 's' }
const call = (journey: Journey, form: Record<string, string>): Promise<Reply> =>
  journey.post('/bc-authorize', { ...CLIENT, scope: 'openid', ...form })
const fetchTokens = (journey: Journey, auth_req_id: string, client: Record<string, string> = CLIENT): Promise<Reply> =>
  journey.post('/token', { ...client, grant_type: CIBA, auth_req_id })

t.test('a user is asked through the back channel by any of the three hints, and decides', async t => {
  const key = await makeSigner()
  const journey = new Journey({
    clients: { bank: { client_secret: 's', jwks: { keys: [key.jwk] } }, demo: { client_secret: 'demo-secret' } },
  })
  const id_token_hint = (await journey.logIn()).json.id_token
  const identifier = { format: 'email', email: 'alice@example.com' }
  for (const hint of [
    { login_hint: 'alice' },
    { login_hint: 'alice@example.com' },
    { id_token_hint },
    { login_hint_token: await key.sign({ sub: 'alice', exp: NOON + 1 }) },
    { login_hint_token: await key.sign({ sub_id: identifier }) },
  ]) {
    const { json } = await call(journey, { ...hint, binding_message: 'W4SCT' })
    t.match(json, { auth_req_id: /^[\w-]{32}$/, expires_in: 120, interval: 5 })
    t.equal((await fetchTokens(journey, json.auth_req_id)).json.error, 'authorization_pending')
    const waiting = (await control(journey, 'ciba')).json.at(-1)
    t.match(waiting, { auth_req_id: json.auth_req_id, sub: 'alice', binding_message: 'W4SCT', state: 'pending' })
    const other = { auth_req_id: json.auth_req_id, action: 'approve', sub: 'bob' }
    t.equal((await control(journey, 'ciba', other)).json.error, 'invalid_request')
    await control(journey, 'ciba', { auth_req_id: json.auth_req_id, action: 'approve' })
    t.equal(
      (await fetchTokens(journey, json.auth_req_id, { client_id: 'demo', client_secret: 'demo-secret' })).json.error,
      'invalid_grant',
    )
    t.equal(claimsOf((await fetchTokens(journey, json.auth_req_id)).json.id_token).sub, 'alice')
    t.equal((await fetchTokens(journey, json.auth_req_id)).json.error, 'invalid_grant')
  }
  const short = (await call(journey, { login_hint: 'alice', requested_expiry: '10' })).json
  t.equal(short.expires_in, 10)
  journey.provider.clock.advance(10)
  t.equal((await fetchTokens(journey, short.auth_req_id)).json.error, 'expired_token')
  const denied = (await call(journey, { login_hint: 'alice' })).json.auth_req_id
  await control(journey, 'ciba', { auth_req_id: denied, action: 'deny' })
  t.equal((await fetchTokens(journey, denied)).json.error, 'access_denied')
})

t.test('an authentication request that is not in order gets the error that CIBA names for it', async t => {
  const key = await makeSigner()
  const stranger = await makeSigner()
  const journey = new Journey({ clients: { bank: { client_secret: 's', jwks: { keys: [key.jwk] } } } })
  for (const [error, form] of [
    ['invalid_request', {}],
    ['invalid_request', { login_hint: 'alice', id_token_hint: 'x' }],
    ['invalid_request', { login_hint: 'alice', scope: 'email' }],
    ['invalid_request', { login_hint: 'alice', requested_expiry: '0' }],
    ['invalid_request', { login_hint: 'alice', request: 'x' }],
    ['invalid_request', { id_token_hint: 'x' }],
    ['invalid_request', { login_hint_token: await stranger.sign({ sub: 'alice' }) }],
    ['invalid_request', { login_hint_token: await key.sign({}) }],
    ['unknown_user_id', { login_hint: 'mallory' }],
    ['expired_login_hint_token', { login_hint_token: await key.sign({ sub: 'alice', exp: NOON }) }],
    ['invalid_binding_message', { login_hint: 'alice', binding_message: 'x'.repeat(65) }],
    ['invalid_binding_message', { login_hint: 'alice', binding_message: 'a\nb' }],
  ] as const) {
    const answer = await call(journey, form)
    t.equal(answer.status, 400)
    t.equal(answer.json.error, error, JSON.stringify(form))
  }
  t.equal((await journey.post('/bc-authorize', { client_id: 'demo-public', login_hint: 'alice' })).status, 401)
})

t.test('a client of the ping mode is told through the fetch port when there is something to fetch', async t => {
  const told: { url: string; authorization: string | null; body: string }[] = []
  const journey = new Journey({
    clients: {
      bank: {
        client_secret: 's',
        backchannel_token_delivery_mode: 'ping',
        backchannel_client_notification_endpoint: 'https://bank.example/cb',
      },
    },
    ports: {
      fetch: async request => {
        const { url, headers } = request
        told.push({ url, authorization: headers.get('authorization'), body: await request.text() })
        return new Response(null, { status: 204 })
      },
    },
  })
  t.equal((await call(journey, { login_hint: 'alice' })).json.error, 'invalid_request', 'it must say how to be told')
  const { json } = await call(journey, { login_hint: 'alice', client_notification_token: 'a-token' })
  const done = await control(journey, 'ciba', { auth_req_id: json.auth_req_id, action: 'approve' })
  t.match(done.json.notified, { ok: true, status: 204 })
  t.strictSame(told, [
    {
      url: 'https://bank.example/cb',
      authorization: 'Bearer a-token',
      body: JSON.stringify({ auth_req_id: json.auth_req_id }),
    },
  ])
  t.equal((await fetchTokens(journey, json.auth_req_id)).status, 200)
})

t.test('what was approved and not yet fetched falls with the user, and pages speak JSON to programs', async t => {
  const journey = new Journey()
  const { json } = await start(journey)
  await control(journey, 'device', { user_code: json.user_code, action: 'approve', sub: 'bob' })
  journey.provider.revoke({ sub: 'bob' })
  t.equal((await poll(journey, json.device_code)).json.error, 'invalid_grant')
  const twice = await journey.ask('/device?user_code=a&user_code=b')
  t.equal(twice.json.error, 'invalid_request')
  const page = await journey.ask('/device?user_code=a&user_code=b', { headers: { accept: 'text/html' } })
  t.match(page.headers.get('content-type'), /text\/html/)
})
