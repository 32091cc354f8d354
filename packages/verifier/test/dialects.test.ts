import type { JsonObject } from '@gatehouse/protocol'
import { type FakePorts, fakePorts, json, makeKey, type Reply, signToken, signWithSecret } from '@gatehouse/testkit'
import t from 'tap'
import { createVerifier, type IssuerOptions, type Principal } from '../src/index.ts'
import { bearer } from './scene.ts'

const page = (status: number) => (): Response =>
  new Response('<!doctype html><title>DoesNotExist // Werkzeug Debugger</title>', {
    status,
    headers: { 'content-type': 'text/html' },
  })

const html = (value: unknown, status: number) => (): Response =>
  json(value, { status, headers: { 'content-type': 'text/html' } })

const raw = (body: string, status: number) => (): Response => new Response(body, { status })

function play(options: IssuerOptions) {
  const net: FakePorts = fakePorts()
  const verifier = createVerifier({ issuers: { main: options } }, net.ports)
  const policy = verifier.policy({})
  const ask = async (token: string): Promise<Principal | string> => {
    const outcome = await verifier.authenticate(bearer(token), policy)
    return outcome.ok ? outcome.value : outcome.rejection.code
  }
  let asked = 0
  /** What becomes of a token that nobody has seen, with this answer. */
  const judge = (url: string, reply: Reply) => {
    net.on(url, reply)
    // Past the rest of a breaker, so that one row does not bear on the next.
    net.advance(2)
    return ask(`token-${++asked}`)
  }
  return { net, verifier, policy, ask, judge }
}

t.test('serpense: two lines, a GET without credentials, and the absence of error', async t => {
  const issuer = 'https://ids.example.com'
  const { net, judge } = play({ issuer, preset: 'serpense', audience: 'app' })
  const url = `${issuer}/oauth/tokeninfo`
  const claims: JsonObject = {
    iss: issuer,
    aud: 'app',
    sub: 'user@example.com',
    exp: net.now() + 4000,
    iat: net.now() + 7200,
    email_verified: 'true',
    picture: null,
    scope: 'openid,profile',
    department: '',
  }
  t.match(await judge(url, () => json(claims)), { subject: 'user@example.com', scopes: ['openid', 'profile'] })
  const [call] = net.calls
  t.equal(call?.url, `${url}?id_token=token-1`)
  t.match(call, { method: 'GET', body: undefined })
  t.notOk('authorization' in (call?.headers ?? {}))
  const expired = { error: 'invalid_mid_token', error_description: 'You MID token has been expired.' }
  t.equal(await judge(url, () => json(expired)), 'token_inactive')
  t.equal(await judge(url, page(500)), 'token_inactive', 'a token never seen')
  t.equal(await judge(url, page(502)), 'issuer_unavailable', 'an outage')
  t.equal(await judge(url, page(200)), 'issuer_unavailable')
  t.equal(await judge(url, () => json({ ...claims, aud: 'another' })), 'audience_mismatch')
  t.equal(await judge(url, () => json({ ...claims, exp: net.now() - 1 })), 'token_expired')
  t.match(await judge(url, () => json({ ...claims, sub: '' })), { subject: undefined })
})

t.test('serpense: the ID token may be verified here, with that client’s secret and with nothing else', async t => {
  const secret = 'a-client-secret-of-thirty-two-by'
  const issuer = 'https://ids.example.com'
  const { ask, net } = play({ issuer, preset: 'serpense', audience: 'app', tokens: 'jwt', secret })
  const claims = { iss: issuer, aud: 'app', sub: 'user@example.com', exp: net.now() + 4000 }
  t.match(await ask(signWithSecret(secret, claims, { typ: 'JWT' })), { subject: 'user@example.com', source: 'jwt' })
  t.equal(await ask(signWithSecret('another-secret-of-thirty-two-byt', claims, { typ: 'JWT' })), 'signature_invalid')
  t.equal(await ask(signToken(makeKey('RS256'), claims)), 'algorithm_not_allowed')
  t.equal(net.calls.length, 0)
})

t.test(
  'genauth: introspection with raw credentials in the body, and refresh tokens told by what they lack',
  async t => {
    const issuer = 'https://app.example.com/oidc'
    const client = { id: 'app', secret: 'SEC:RET+/%' }
    const { net, judge } = play({
      issuer,
      preset: 'genauth',
      audience: 'unchecked',
      tokens: 'opaque',
      introspection: { client },
    })
    const url = `${issuer}/token/introspection`
    const answer = {
      active: true,
      sub: '6',
      client_id: 'app',
      exp: net.now() + 99,
      iss: issuer,
      jti: 'j',
      scope: 'a b',
    }
    t.match(await judge(url, () => json({ ...answer, token_type: 'Bearer' })), { subject: '6', scopes: ['a', 'b'] })
    t.same(Object.fromEntries(new URLSearchParams(net.calls[0]?.body)), {
      token: 'token-1',
      client_id: 'app',
      client_secret: 'SEC:RET+/%',
    })
    t.equal(await judge(url, () => json(answer)), 'token_type_mismatch')
    const machine = { active: true, client_id: 'app', exp: net.now() + 99, token_type: 'Bearer' }
    t.match(await judge(url, () => json(machine)), { subject: undefined, client: 'app' })
    t.equal(await judge(url, () => json({ active: false })), 'token_inactive')
    t.equal(await judge(url, () => json({ error: 'invalid_client' }, { status: 401 })), 'issuer_unavailable')
  },
)

t.test('genauth: validate_token answers claims or a code, with whatever status', async t => {
  const issuer = 'https://app.example.com/oidc'
  const url = 'https://app.example.com/api/v2/oidc/validate_token'
  for (const tokenParam of ['access_token', 'id_token']) {
    const { net, judge } = play({
      issuer,
      preset: 'genauth',
      audience: 'app',
      tokens: 'opaque',
      introspection: { endpoint: url, client: { auth: 'none' }, method: 'GET', tokenParam, activeWhen: 'claims' },
    })
    const claims = { jti: 'j', sub: '6', iat: net.now(), exp: net.now() + 99, scope: 'openid', iss: issuer, aud: 'app' }
    t.match(await judge(url, () => json(claims)), { subject: '6', scopes: ['openid'] })
    t.equal(net.calls[0]?.url, `${url}?${tokenParam}=token-1`)
    const invalid = { code: 400, message: `${tokenParam} is invalid` }
    t.equal(await judge(url, () => json(invalid)), 'token_inactive')
    t.equal(await judge(url, () => json(invalid, { status: 400 })), 'token_inactive')
    t.equal(await judge(url, () => json({ code: 500, message: 'oops' }, { status: 500 })), 'issuer_unavailable')
    t.equal(await judge(url, () => json({})), 'issuer_unavailable')
    t.equal(await judge(url, () => json({ ...claims, aud: 'another' })), 'audience_mismatch')
  }
})

t.test('genauth: an ID token verifies with the app’s secret, nulls and foreign members and all', async t => {
  const secret = '0123456789abcdef0123456789abcdef'
  const issuer = 'https://app.example.com/oidc'
  const { ask, net } = play({ issuer, preset: 'genauth', audience: 'app', tokens: 'jwt', secret })
  const claims = { sub: '6', name: null, gender: 'U', updated_at: '2022-01-01T00:00:00Z', iss2: 'x', aud: 'app' }
  const token = signWithSecret(secret, { ...claims, iss: issuer, exp: net.now() + 3600 }, { typ: 'JWT' })
  t.match(await ask(token), { subject: '6', claims: { iss2: 'x' } })
})

t.test('code100: the API connection’s credentials, lists where others have strings, and an empty 401', async t => {
  const issuer = 'https://mysub.example.com'
  const client = { id: 'api', secret: 's' }
  const { net, judge, ask } = play({ issuer, preset: 'code100', audience: 'api', introspection: { client } })
  const url = `${issuer}/connect/introspect`
  const answer = { active: true, nbf: net.now(), exp: net.now() + 99, iss: issuer, aud: [issuer, 'api'] }
  const told = { ...answer, client_id: 'web', sub: 'guid', auth_time: net.now(), amr: 'pwd', scope: 'api one two' }
  t.match(await judge(url, () => json(told)), { subject: 'guid', scopes: ['api', 'one', 'two'] })
  t.match(net.calls[0]?.body, /token_type_hint=access_token/)
  t.equal(await judge(url, raw('', 401)), 'issuer_unavailable')
  t.equal(await judge(url, () => json({ active: false })), 'token_inactive')
  const key = makeKey('RS256')
  net.on(`${issuer}/.well-known/openid-configuration/jwks`, () => json({ keys: [key.jwk] }))
  const jwt = {
    nbf: net.now(),
    exp: net.now() + 3000,
    iss: issuer,
    aud: 'api',
    sub: 'guid',
    scope: ['openid', 'profile'],
  }
  t.match(await ask(signToken(key, { ...jwt, amr: ['pwd'] })), { source: 'jwt', scopes: ['openid', 'profile'] })
})

t.test('oidc-op: JSON as HTML, exp 0, and two kinds of 400 told apart by their words', async t => {
  const issuer = 'https://op.example.com'
  const client = { id: 'gateway', secret: 's' }
  const options = { issuer, preset: 'oidc-op', audience: 'web', introspection: { client } } as const
  const { net, judge, ask } = play(options)
  const url = `${issuer}/introspection`
  const answer = { active: true, scope: 'openid', client_id: 'web', exp: 0, sub: 'hash', iss: issuer, aud: ['web'] }
  const forever = await judge(url, html({ ...answer, token_type: 'access_token' }, 200))
  t.match(forever, { subject: 'hash', expiresAt: undefined })
  t.equal(await judge(url, () => json(answer)), 'token_type_mismatch', 'a refresh token')
  const error = (description: string) => html({ error: 'invalid_request', error_description: description }, 400)
  t.equal(await judge(url, error('Token has expired')), 'token_inactive')
  t.equal(await judge(url, error('Authorization failed')), 'issuer_unavailable')
  t.equal(await judge(url, error('Wrong format')), 'issuer_unavailable')
  const key = makeKey('ES256', 'k2')
  const { alg: _, ...bare } = key.jwk
  net.on(`${issuer}/static/jwks.json`, () => json({ keys: [bare] }))
  const jwt = { scope: ['openid'], aud: ['web'], client_id: 'web', sub: 'dikr0001', iss: issuer, exp: net.now() + 99 }
  t.match(await ask(signToken(key, jwt)), { source: 'jwt', subject: 'dikr0001' })
  const both = play({ ...options, tokens: 'both' })
  both.net.on(`${issuer}/static/jwks.json`, () => json({ keys: [bare] }))
  both.net.on(url, html({ ...answer, exp: String(net.now() + 50), token_type: 'Bearer' }, 200))
  t.match(await both.ask(signToken(key, jwt)), { source: 'both', subject: 'hash', expiresAt: net.now() + 50 })
})

t.test('uaepass: 400 is "not active", its malformed body included; 401 is our own credentials’ fault', async t => {
  const issuer = 'https://id.example.com'
  const url = `${issuer}/idshub/introspect`
  const introspection = { endpoint: url, client: { id: 'sp', secret: 's' } }
  const { net, judge } = play({ issuer, preset: 'uaepass', audience: 'unchecked', introspection })
  const answer = {
    sub: '800F475AC0E7A9ED01B2D5D2C25A59B3',
    nbf: net.now(),
    scope: 'urn:uae:digitalid:profile:general',
    iss: issuer,
    client_claims: { sub: 'sp', acr: '', domain: 'urn:a', amr: '' },
    active: true,
    token_type: 'Bearer',
    exp: net.now() + 3600,
    client_id: 'sp',
  }
  t.match(await judge(url, () => json(answer)), { client: 'sp', claims: { client_claims: { amr: '' } } })
  t.match(net.calls[0]?.headers, { authorization: /^Basic / })
  for (const body of ['{"active":false}', '{"active":false,} }', '{ {"active":false,} }', '']) {
    t.equal(await judge(url, raw(body, 400)), 'token_inactive', body)
  }
  t.equal(await judge(url, () => json({ active: false })), 'token_inactive')
  t.equal(await judge(url, raw('', 401)), 'issuer_unavailable')
  t.equal(await judge(url, page(503)), 'issuer_unavailable')
  t.equal(await judge(url, raw('{"active":false,} }', 200)), 'issuer_unavailable')
})
