import t from 'tap'
import { basic, CALLBACK, CHALLENGE, Journey, type Reply, VERIFIER } from './journey.ts'
import { assertionClaims, makeProver, makeSigner, signWithSecret, withAssertion } from './tokens/journey.ts'

const SECRET = 'the-secret-of-the-web-client-0001'
const API_SECRET = 'the-secret-of-the-orders-api-0002'
const PASSWORD = 'the-password-of-carol-0003'
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const CIBA = 'urn:openid:params:grant-type:ciba'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const WEB = { client_id: 'web', client_secret: SECRET }
/** Members of answers that let whoever reads them act as somebody. */
const TELLING =
  /^(access_token|refresh_token|id_token|code|device_code|user_code|auth_req_id|client_secret|registration_access_token|response|token)$/

/** Everything secret that was sent or answered on the way, by where it was seen. */
const secrets = new Map<string, string>([
  [SECRET, 'client secret'],
  [API_SECRET, 'API secret'],
  [PASSWORD, 'password'],
  [VERIFIER, 'code verifier'],
])

function note(where: string, members: Iterable<readonly [string, unknown]>): void {
  for (const [name, value] of members)
    if (TELLING.test(name) && typeof value === 'string') secrets.set(value, `${where} ${name}`)
}

function read(where: string, reply: Reply & { location?: URL | undefined }): Reply & { location?: URL | undefined } {
  note(where, Object.entries(reply.json ?? {}))
  const { location } = reply
  if (location !== undefined) note(where, [...location.searchParams, ...new URLSearchParams(location.hash.slice(1))])
  for (const cookie of reply.headers.getSetCookie()) {
    const value = /=([^;]+)/.exec(cookie)?.[1]
    if (value !== undefined) secrets.set(value, `${where} cookie`)
  }
  return reply
}

t.test(
  'no secret, password, code, token or private key is in the journal, on a page, or in what anybody may read',
  async t => {
    const heard: string[] = []
    const journey = new Journey({
      users: { carol: { password: PASSWORD } },
      clients: { web: { client_secret: SECRET, backchannel_logout_uri: 'https://app.example.com/bye' } },
      apis: { orders: { secret: API_SECRET } },
      registration: { initialAccessToken: 'the-initial-access-token-0004' },
      ports: {
        fetch: async request => {
          heard.push(await request.text())
          return new Response('the-answer-of-the-application-0005')
        },
      },
    })
    secrets
      .set('the-initial-access-token-0004', 'initial access token')
      .set('the-answer-of-the-application-0005', 'answer')
    const pages: string[] = []
    const refusals: string[] = []

    const pkce = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }
    const asked = { client_id: 'web', nonce: 'n', ...pkce }
    const login = await journey.authorize({ ...asked, prompt: 'consent' })
    const wrong = await journey.submit(login, { username: 'carol', password: 'a-wrong-password-0006' })
    secrets.set('a-wrong-password-0006', 'wrong password')
    const consent = await journey.submit(wrong, { username: 'carol', password: PASSWORD })
    pages.push(login.text, wrong.text, consent.text)
    const back = read('consent', await journey.submit(consent, { action: 'allow' }))
    read('hybrid', await journey.authorize({ ...asked, response_type: 'code id_token token', login_hint: 'carol' }))
    read('JARM', await journey.authorize({ ...asked, response_mode: 'jwt', login_hint: 'carol' }))
    read('consent', await journey.authorize({ ...asked, login_hint: 'carol' }))

    const redeem = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code_verifier: VERIFIER }
    const code = (back as { location?: URL }).location?.searchParams.get('code') ?? ''
    const tokens = read('code', await journey.post('/token', { ...redeem, code }, basic('web', SECRET))).json
    refusals.push((await journey.post('/token', { ...redeem, code, ...WEB, client_secret: `${SECRET}x` })).text)
    const { refresh_token, id_token } = tokens
    const refreshed = read(
      'refresh',
      await journey.post('/token', { grant_type: 'refresh_token', refresh_token, ...WEB }),
    ).json
    const access_token = refreshed.access_token
    const exchange = {
      subject_token: access_token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    }
    read('exchange', await journey.post('/token', { grant_type: EXCHANGE, ...exchange, ...WEB }))
    const { prove } = await makeProver()
    const proof = await prove('POST', '/token')
    const assertion = await signWithSecret(SECRET, assertionClaims('web'))
    secrets.set(proof.dpop, 'DPoP proof').set(assertion, 'client assertion')
    const service = { grant_type: 'client_credentials', token_format: 'opaque', ...withAssertion(assertion) }
    read('DPoP', await journey.post('/token', service, proof))
    const started = read('device', await journey.post('/device_authorization', WEB)).json
    pages.push((await journey.ask(`/device?user_code=${started.user_code}`)).text.replaceAll(started.user_code, ''))
    await journey.post('/token', { grant_type: DEVICE, device_code: started.device_code, ...WEB })
    const { auth_req_id } = read(
      'CIBA',
      await journey.post('/bc-authorize', { ...WEB, scope: 'openid', login_hint: 'carol' }),
    ).json
    await journey.post('/token', { grant_type: CIBA, auth_req_id, ...WEB })
    await journey.post('/par', { ...WEB, response_type: 'code', redirect_uri: CALLBACK, login_hint: 'carol' })
    const { jwk } = await makeSigner()
    const register = async (authorization: string) =>
      journey.ask('/register', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ redirect_uris: [CALLBACK], jwks: { keys: [{ ...jwk, d: 'a-private-member-0007' }] } }),
      })
    secrets.set('a-private-member-0007', 'private key')
    refusals.push((await register('Bearer the-wrong-initial-token-0008')).text)
    secrets.set('the-wrong-initial-token-0008', 'wrong initial token')
    const own = read('register', await register('Bearer the-initial-access-token-0004')).json
    read(
      'configuration',
      await journey.ask(`/register/${own?.client_id}`, {
        headers: { authorization: `Bearer ${own?.registration_access_token}` },
      }),
    )
    await journey.post('/introspect', { token: refresh_token }, basic('orders', API_SECRET))
    refusals.push((await journey.post('/introspect', { token: refresh_token }, basic('orders', `${API_SECRET}x`))).text)
    await journey.ask(`/userinfo?access_token=${access_token}`, {
      headers: { authorization: `Bearer ${access_token}` },
    })
    refusals.push((await journey.ask('/userinfo', { headers: { authorization: `Bearer ${access_token}x` } })).text)
    await journey.post('/revoke', { token: refresh_token, ...WEB })
    await journey.ask('/token', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: new URLSearchParams(WEB).toString(),
    })
    await journey.ask('/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(WEB),
    })
    const headers = { cookie: journey.cookie, accept: 'text/html' }
    pages.push((await journey.ask(`/logout?id_token_hint=${id_token}`, { headers })).text)
    note(
      'back channel',
      heard.map(text => ['token', new URLSearchParams(text).get('logout_token')] as const),
    )
    t.ok(secrets.size > 25, `${secrets.size} secrets were seen`)
    t.ok(heard.length > 0)

    const plane = ['requests', 'keys', 'tenants', 'defects', 'faults', 'clock', 'preset'].map(call => `/_mock/${call}`)
    const open = ['/jwks', '/.well-known/openid-configuration', ...plane]
    const places = new Map<string, string>([
      ['pages', pages.join('\n')],
      ['refusals', refusals.join('\n')],
    ])
    for (const path of open) places.set(path, (await journey.ask(path)).text)
    places.set('inspector', (await journey.ask('/_mock/', { headers: { accept: 'text/html' } })).text)
    const journal = places.get('/_mock/requests') ?? ''
    t.ok(JSON.parse(journal).length > 25)
    for (const [place, text] of places)
      for (const [secret, what] of secrets)
        t.notOk(
          spellings(secret).some(spelt => text.includes(spelt)),
          `${place}: no ${what}`,
        )
    for (const place of ['/jwks', '/_mock/keys'])
      t.notMatch(places.get(place), /"(?:d|p|q|dp|dq|qi|oth|k)":/, `${place}: no private member`)
  },
)

/** As it is, percent-encoded, and in Basic credentials of any length of name. */
const spellings = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').slice(2, -4),
]
