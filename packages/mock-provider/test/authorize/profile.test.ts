import { SignJWT } from 'jose'
import t from 'tap'
import { CALLBACK, CHALLENGE, Journey, NOON, ORIGIN } from '../journey.ts'
import { makeKey, signRequest } from './keys.ts'

const CAREFUL = { code_challenge: CHALLENGE, code_challenge_method: 'S256', nonce: 'n', login_hint: 'alice' }
const codesOf = (findings: readonly { code: string }[] | undefined) => findings?.map(({ code }) => code)
const errorOf = (answer: { location: URL | undefined }) =>
  answer.location?.searchParams.get('error') ?? new URLSearchParams(answer.location?.hash.slice(1)).get('error')

t.test('by default a profile refuses nothing, and the journal says what it would have refused', async t => {
  const journey = new Journey()
  const { location } = await journey.authorize({ login_hint: 'alice', response_type: 'code token' })
  t.ok(new URLSearchParams(location?.hash.slice(1)).get('code'))
  const [entry] = journey.provider.journal.list()
  t.ok(codesOf(entry?.findings)?.includes('pkce_missing'))
  t.strictSame(codesOf(entry?.profiles['oauth2.1']), ['pkce_missing', 'flow_deprecated'])
  t.strictSame(codesOf(entry?.profiles.fapi2), [
    'pkce_missing',
    'flow_deprecated',
    'pushed_request_missing',
    'response_type_not_code',
  ])
  await journey.authorize(CAREFUL)
  t.strictSame(codesOf(journey.provider.journal.list()[1]?.profiles['oauth2.1']), [])
})

t.test('what a login page sends is no authorization request, and so lacks nothing', async t => {
  const journey = new Journey()
  const { login_hint: _hint, ...careful } = CAREFUL
  await journey.submit(await journey.authorize(careful), { user: 'alice' })
  const [, posted] = journey.provider.journal.list()
  t.strictSame(posted?.findings, [])
  t.strictSame(posted?.profiles.fapi2, [])
})

t.test('oauth2.1 refuses a code without PKCE, a token in the redirect and a secret in the URL', async t => {
  const journey = new Journey({ profile: 'oauth2.1' })
  t.ok((await journey.authorize(CAREFUL)).location?.searchParams.get('code'))
  t.equal(errorOf(await journey.authorize({ login_hint: 'alice' })), 'invalid_request')
  const implicit = { ...CAREFUL, response_type: 'id_token token' }
  t.equal(errorOf(await journey.authorize(implicit)), 'invalid_request')
  t.equal(
    errorOf(await journey.authorize({ ...CAREFUL, redirect_uri: 'http://app.example.com/cb' })),
    'invalid_request',
  )
  const asked = await journey.post('/token?client_secret=demo-secret', { grant_type: 'client_credentials' })
  t.match(asked, { status: 400, json: { error: 'invalid_request' } })
  const { json } = await journey.ask('/.well-known/openid-configuration')
  t.notOk(json.response_types_supported.some((type: string) => type.split(' ').includes('token')))
})

t.test(
  'fapi2 wants the request pushed by a client that authenticates with a key, and a token bound to one',
  async t => {
    const key = await makeKey('ES256')
    const metadata = { redirect_uris: [CALLBACK], jwks: key.jwks, token_endpoint_auth_method: 'private_key_jwt' }
    const journey = new Journey({ profile: 'fapi2', clients: { web: metadata as never } })
    t.equal(errorOf(await journey.authorize({ client_id: 'web', ...CAREFUL })), 'invalid_request')
    const request = { ...CAREFUL, client_id: 'web', response_type: 'code', redirect_uri: CALLBACK }
    const assertion = async (jti: string) => ({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT({ iss: 'web', sub: 'web', aud: ORIGIN, jti, iat: NOON, exp: NOON + 60 })
        .setProtectedHeader({ alg: 'ES256', kid: key.kid })
        .sign(key.key),
    })
    t.match((await journey.post('/par', { ...request, client_secret: 's' })).json.error_description, /private_key_jwt/)
    t.match((await journey.post('/par', request)).json.error_description, /private_key_jwt/)
    for (const wrong of [{ code_challenge_method: 'plain' }, { response_type: 'code id_token' }, { redirect_uri: '' }])
      t.match(await journey.post('/par', { ...request, ...(await assertion('a')), ...wrong }), { status: 400 })
    const { json } = await journey.post('/par', { ...request, ...(await assertion('b')) })
    const { location } = await journey.authorize({ client_id: 'web', request_uri: json.request_uri })
    const code = location?.searchParams.get('code') ?? ''
    t.ok(code)
    const redeem = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...(await assertion('c')) }
    t.match((await journey.post('/token', redeem)).json.error_description, /bound to no key/)
    const described = await journey.ask('/.well-known/openid-configuration')
    t.match(described.json, { require_pushed_authorization_requests: true, response_types_supported: ['code'] })
  },
)

t.test('findings look into a request object that comes by value', async t => {
  const key = await makeKey('ES256')
  const journey = new Journey({ clients: { web: { client_secret: 's', jwks: key.jwks } as never } })
  const inside = { response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', login_hint: 'alice' }
  const careful = { ...inside, code_challenge: CHALLENGE, code_challenge_method: 'S256' }
  for (const claims of [inside, careful]) {
    const request = await signRequest(key, claims)
    await journey.ask(`/authorize?${new URLSearchParams({ client_id: 'web', request })}`)
  }
  const [first, second] = journey.provider.journal.list()
  t.strictSame(codesOf(first?.findings), ['pkce_missing', 'state_missing'])
  t.strictSame(codesOf(second?.findings), [])
  t.notMatch(JSON.stringify(first), /eyJ/, 'which itself is not shown')
})
