import t from 'tap'
import { basic, claimsOf, headerOf, Journey, NOON, ORIGIN } from '../journey.ts'
import { assertionClaims, makeSigner, signWithSecret } from './journey.ts'

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const type = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`

t.test('the password grant is off until it is asked for, and then holds to name and password', async t => {
  const form = { grant_type: 'password', username: 'alice', password: 'alice', scope: 'openid' }
  const off = new Journey()
  t.equal((await off.token(form)).json.error, 'unsupported_grant_type')
  t.notOk((await off.ask('/.well-known/openid-configuration')).json.grant_types_supported.includes('password'))
  const journey = new Journey({ grantTypes: ['password'] })
  t.strictSame((await journey.ask('/.well-known/openid-configuration')).json.grant_types_supported, ['password'])
  const { json } = await journey.token(form)
  t.equal(claimsOf(json.id_token).sub, 'alice')
  t.notOk('refresh_token' in json, 'there is no grant that would take it')
  t.equal((await journey.token({ ...form, password: 'wrong' })).json.error, 'invalid_grant')
  t.equal((await journey.token({ ...form, password: '' })).json.error, 'invalid_request')
  t.equal((await journey.token({ grant_type: 'client_credentials' })).json.error, 'unsupported_grant_type')
})

t.test('a token is exchanged for one with less scope and another audience, for the same subject', async t => {
  const journey = new Journey()
  const { json } = await journey.logIn({ scope: 'openid email a b' })
  const subject = { subject_token: json.access_token, subject_token_type: type('access_token') }
  const exchanged = await journey.token({ grant_type: EXCHANGE, ...subject, scope: 'a', audience: 'api' })
  t.match(exchanged.json, { issued_token_type: type('access_token'), token_type: 'Bearer', scope: 'a' })
  t.match(claimsOf(exchanged.json.access_token), { sub: 'alice', aud: 'api', client_id: 'demo', scope: 'a' })
  const whole = await journey.token({ grant_type: EXCHANGE, ...subject, resource: 'https://api.example.com' })
  t.equal(whole.json.scope, 'openid email a b')
  const wide = await journey.token({ grant_type: EXCHANGE, ...subject, scope: 'c' })
  t.equal(wide.json.error, 'invalid_scope')
  t.equal((await journey.token({ grant_type: EXCHANGE, ...subject, resource: 'x' })).json.error, 'invalid_target')
  const jwt = await journey.token({
    grant_type: EXCHANGE,
    ...subject,
    requested_token_type: type('jwt'),
    token_format: 'opaque',
  })
  t.equal(headerOf(jwt.json.access_token).typ, 'at+jwt')
  t.equal(jwt.json.issued_token_type, type('jwt'))
  const id = await journey.token({ grant_type: EXCHANGE, ...subject, requested_token_type: type('id_token') })
  t.match(id.json, { token_type: 'N_A', issued_token_type: type('id_token') })
  t.match(claimsOf(id.json.access_token), { sub: 'alice', aud: 'demo' })
  const refresh = await journey.token({ grant_type: EXCHANGE, ...subject, requested_token_type: type('refresh_token') })
  t.equal((await journey.token({ grant_type: 'refresh_token', refresh_token: refresh.json.access_token })).status, 200)
  for (const [subject_token, name] of [
    [json.id_token, 'id_token'],
    [json.refresh_token, 'refresh_token'],
    [json.access_token, 'jwt'],
  ]) {
    const form = { grant_type: EXCHANGE, subject_token, subject_token_type: type(name), scope: 'a' }
    t.equal(claimsOf((await journey.token(form)).json.access_token).sub, 'alice', name)
  }
  await journey.token({ grant_type: 'refresh_token', refresh_token: json.refresh_token })
  await journey.token({ grant_type: 'refresh_token', refresh_token: json.refresh_token })
  t.equal((await journey.introspect(exchanged.json.access_token)).json.active, false, 'it falls with the family')
})

t.test('actors nest, the latest outermost, and may_act is obeyed', async t => {
  const journey = new Journey({ clients: { one: { client_secret: 's' }, two: { client_secret: 's' } } })
  const machine = async (id: string) =>
    (await journey.post('/token', { grant_type: 'client_credentials' }, basic(id, 's'))).json.access_token
  const exchange = (subject_token: string, actor_token: string) =>
    journey.post(
      '/token',
      {
        grant_type: EXCHANGE,
        subject_token,
        subject_token_type: type('access_token'),
        actor_token,
        actor_token_type: type('access_token'),
      },
      basic('one', 's'),
    )
  const [one, two] = [await machine('one'), await machine('two')]
  const { token } = await journey.provider.mint({ sub: 'alice', scope: 'a' })
  const first = (await exchange(token, one)).json.access_token
  t.strictSame(claimsOf(first).act, { sub: 'one' })
  const second = (await exchange(first, two)).json.access_token
  t.strictSame(claimsOf(second).act, { sub: 'two', act: { sub: 'one' } })
  t.equal(claimsOf(second).sub, 'alice')
  const limited = (await journey.provider.mint({ sub: 'alice', claims: { may_act: { sub: 'one' } } })).token
  t.equal((await exchange(limited, one)).status, 200)
  t.equal((await exchange(limited, two)).json.error, 'invalid_request')
})

t.test('an exchange of what is no token of ours, or half of a pair, is invalid_request', async t => {
  const journey = new Journey()
  const good = (await journey.provider.mint({ sub: 'alice' })).token
  const expired = (await journey.provider.mint({ sub: 'alice', defect: 'expired' })).token
  const foreign = (await journey.provider.mint({ sub: 'alice', defect: 'wrong_key' })).token
  const logout = (await journey.provider.mint({ kind: 'logout' })).token
  const access = type('access_token')
  for (const form of [
    {},
    { subject_token: good },
    { subject_token_type: access },
    { subject_token: good, subject_token_type: 'x' },
    { subject_token: good, subject_token_type: type('id_token') },
    { subject_token: logout, subject_token_type: type('id_token') },
    { subject_token: expired, subject_token_type: access },
    { subject_token: foreign, subject_token_type: access },
    { subject_token: 'garbage', subject_token_type: access },
    { subject_token: good, subject_token_type: access, actor_token: good },
    { subject_token: good, subject_token_type: access, actor_token_type: access },
    { subject_token: good, subject_token_type: access, actor_token: 'x', actor_token_type: access },
    { subject_token: good, subject_token_type: access, requested_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
  ]) {
    const answer = await journey.token({ grant_type: EXCHANGE, ...form } as Record<string, string>)
    t.equal(answer.status, 400)
    t.equal(answer.json.error, 'invalid_request', JSON.stringify(form))
  }
  t.equal((await journey.post('/token', { grant_type: EXCHANGE, client_id: 'demo-public' })).status, 401)
})

t.test('an assertion is redeemed for a user or for the client, by its signer or by whoever may', async t => {
  const key = await makeSigner()
  const trusted = await makeSigner('RS256', 'theirs')
  const iss = 'https://partner.example'
  const journey = new Journey({
    clients: { robot: { jwks: { keys: [key.jwk] } }, demo: { client_secret: 'demo-secret' } },
    trustedIssuers: { [iss]: { jwks: { keys: [trusted.jwk] } } },
  })
  const nameless = await key.sign(assertionClaims('robot', { sub: 'alice' }))
  const own = await journey.post('/token', { grant_type: BEARER, assertion: nameless, scope: 'a' })
  t.match(claimsOf(own.json.access_token), { sub: 'alice', client_id: 'robot', scope: 'a' })
  t.notOk('refresh_token' in own.json)
  t.equal(
    (await journey.post('/token', { grant_type: BEARER, assertion: nameless })).json.error,
    'invalid_grant',
    'once',
  )
  const itself = await journey.post('/token', {
    grant_type: BEARER,
    assertion: await key.sign(assertionClaims('robot')),
  })
  t.equal(claimsOf(itself.json.access_token).sub, 'robot')
  const partner = await trusted.sign(assertionClaims('x', { iss, sub: 'bob@example.com' }))
  const theirs = await journey.token({ grant_type: BEARER, assertion: partner })
  t.match(claimsOf(theirs.json.access_token), { sub: 'bob', client_id: 'demo' })
  const secret = await signWithSecret('demo-secret', assertionClaims('demo', { sub: 'alice', jti: undefined }))
  t.equal((await journey.token({ grant_type: BEARER, assertion: secret })).status, 200)
  for (const [error, assertion] of [
    ['invalid_grant', 'garbage'],
    ['invalid_grant', await trusted.sign(assertionClaims('x', { iss: 'https://stranger.example', sub: 'bob' }))],
    ['invalid_grant', await key.sign(assertionClaims('x', { iss, sub: 'bob' }))],
    ['invalid_grant', await trusted.sign(assertionClaims('x', { iss, sub: 'nobody' }))],
    ['invalid_grant', await trusted.sign(assertionClaims('x', { iss, sub: 'bob', aud: 'other' }))],
    ['invalid_grant', await trusted.sign(assertionClaims('x', { iss, sub: 'bob', exp: NOON }))],
    ['invalid_request', ''],
  ] as const) {
    t.equal((await journey.token({ grant_type: BEARER, assertion })).json.error, error)
  }
  t.equal((await journey.post('/token', { grant_type: BEARER, assertion: partner })).json.error, 'invalid_client')
})

t.test(
  'authorization details are in the answer, in the token and in introspection, and may only become less',
  async t => {
    const [pay, read] = [
      { type: 'payment', amount: '10', locations: ['https://api.example.com'] },
      { type: 'account', actions: ['read'] },
    ]
    const journey = new Journey({
      clients: {
        demo: { client_secret: 'demo-secret' },
        held: { client_secret: 's', authorization_details_types: ['account'] },
      },
    })
    const both = JSON.stringify([pay, read])
    const machine = (await journey.token({ grant_type: 'client_credentials', authorization_details: both })).json
    t.strictSame(machine.authorization_details, [pay, read])
    t.strictSame(claimsOf(machine.access_token).authorization_details, [pay, read])
    t.strictSame((await journey.introspect(machine.access_token)).json.authorization_details, [pay, read])
    const { json } = await journey.logIn({ authorization_details: both })
    t.strictSame(json.authorization_details, [pay, read])
    t.strictSame((await journey.introspect(json.refresh_token)).json.authorization_details, [pay, read])
    const refresh = { grant_type: 'refresh_token', refresh_token: json.refresh_token }
    const more = await journey.token({ ...refresh, authorization_details: JSON.stringify([{ ...pay, amount: '11' }]) })
    t.equal(more.json.error, 'invalid_authorization_details')
    const less = (await journey.token({ ...refresh, authorization_details: JSON.stringify([read]) })).json
    t.strictSame(less.authorization_details, [read])
    t.strictSame(claimsOf(less.access_token).authorization_details, [read])
    for (const authorization_details of ['x', '{}', '[]', '[1]', '[{}]', '[{"type":"a","actions":"read"}]']) {
      const answer = await journey.token({ grant_type: 'client_credentials', authorization_details })
      t.equal(answer.json.error, 'invalid_authorization_details', authorization_details)
    }
    const form = { grant_type: 'client_credentials', authorization_details: both }
    t.equal((await journey.post('/token', form, basic('held', 's'))).json.error, 'invalid_authorization_details')
  },
)

t.test('an API connection is told of its own scopes and of the details that are meant for it', async t => {
  const journey = new Journey({
    apis: {
      orders: { secret: 's', scopes: ['orders:read'], audience: 'https://orders.example' },
      stock: { secret: 's' },
    },
  })
  const details = [
    { type: 'order', locations: ['https://orders.example'] },
    { type: 'other', locations: ['https://other.example'] },
    { type: 'any' },
  ]
  const { json } = await journey.token({
    grant_type: 'client_credentials',
    scope: 'orders:read stock',
    authorization_details: JSON.stringify(details),
  })
  const told = (await journey.post('/introspect', { token: json.access_token }, basic('orders', 's'))).json
  t.equal(told.scope, 'orders:read')
  t.strictSame(told.authorization_details, [details[0], details[2]])
  t.equal((await journey.post('/introspect', { token: json.access_token }, basic('orders', 'x'))).status, 401)
  t.equal((await journey.post('/introspect', { token: json.access_token }, basic('stock', 's'))).json.scope, 'stock')
  t.equal(`${ORIGIN}`, told.iss)
})
