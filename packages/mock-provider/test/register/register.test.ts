import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import { CALLBACK, claimsOf, headerOf, Journey, NOON, ORIGIN, type Reply } from '../journey.ts'

type Metadata = Record<string, unknown>

const register = (journey: Journey, metadata: Metadata, headers: Record<string, string> = {}): Promise<Reply> =>
  journey.ask('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(metadata),
  })

const manage = (journey: Journey, registered: Metadata, method: string, body?: Metadata): Promise<Reply> =>
  journey.ask(String(registered.registration_client_uri).slice(ORIGIN.length), {
    method,
    headers: {
      authorization: `Bearer ${registered.registration_access_token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

t.test(
  'a registration is answered with credentials, defaults and where to manage it, the same for the same seed',
  async t => {
    const answers = await Promise.all(
      [1, 2].map(() =>
        register(new Journey(), { redirect_uris: [CALLBACK], client_name: 'Shop', 'client_name#ja': '店' }),
      ),
    )
    const [first, second] = answers
    t.equal(first?.text, second?.text)
    t.equal(first?.status, 201)
    t.equal(first?.headers.get('cache-control'), 'no-store')
    t.match(first?.json, {
      client_id: /^[\w-]{22}$/,
      client_secret: /^[\w-]{64}$/,
      client_secret_expires_at: 0,
      client_id_issued_at: NOON,
      registration_access_token: /^[\w-]{43}$/,
      registration_client_uri: `${ORIGIN}/register/${first?.json.client_id}`,
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      application_type: 'web',
      client_name: 'Shop',
      'client_name#ja': '店',
    })
  },
)

t.test('members that nobody knows, and null, are left out (RFC 7591 section 2)', async t => {
  const { json } = await register(new Journey(), { redirect_uris: [CALLBACK], favourite_colour: 'red', scope: null })
  t.notOk('favourite_colour' in json)
  t.notOk('scope' in json)
})

t.test('a body that is no JSON object, and a wrong method, are refused', async t => {
  const journey = new Journey()
  const post = (body: string, type = 'application/json') =>
    journey.ask('/register', { method: 'POST', headers: { 'content-type': type }, body })
  t.equal((await post('[]')).json.error, 'invalid_client_metadata')
  t.equal((await post('{')).json.error, 'invalid_client_metadata')
  t.equal((await post('{}', 'text/plain')).json.error, 'invalid_request')
  t.equal((await journey.ask('/register')).status, 405)
  t.equal((await journey.ask('/register/someone', { method: 'POST' })).status, 405)
  t.equal((await journey.ask('/register/some/one')).status, 404)
})

t.test('with an initial access token in the options only who shows it may register', async t => {
  const journey = new Journey({ registration: { initialAccessToken: 'let-me-in' } })
  const metadata = { redirect_uris: [CALLBACK] }
  for (const headers of [{}, { authorization: 'Bearer other' }, { authorization: 'Basic bGV0LW1lLWlu' }]) {
    const { status, json, headers: got } = await register(journey, metadata, headers)
    t.strictSame([status, json.error], [401, 'invalid_token'])
    t.match(got.get('www-authenticate'), /^Bearer/)
  }
  t.equal((await register(journey, metadata, { authorization: 'Bearer let-me-in' })).status, 201)
})

t.test('registration that is turned off is neither offered nor stated', async t => {
  const journey = new Journey({ registration: { enabled: false } })
  t.equal((await register(journey, { redirect_uris: [CALLBACK] })).status, 404)
  t.notOk('registration_endpoint' in (await journey.ask('/.well-known/openid-configuration')).json)
})

t.test('a registration is read, replaced as a whole and deleted with its own token only', async t => {
  const journey = new Journey()
  const { json: made } = await register(journey, { redirect_uris: [CALLBACK], client_name: 'Shop' })
  t.strictSame((await manage(journey, made, 'GET')).json, made)
  for (const token of [
    'other',
    (await register(journey, { redirect_uris: [CALLBACK] })).json.registration_access_token,
  ]) {
    t.equal((await manage(journey, { ...made, registration_access_token: token }, 'GET')).status, 401)
  }
  const { client_id, client_secret } = made
  for (const [what, body] of [
    ['no client_id', { redirect_uris: [CALLBACK] }],
    ["another's client_id", { client_id: 'demo', redirect_uris: [CALLBACK] }],
    ['another secret', { client_id, client_secret: 'mine', redirect_uris: [CALLBACK] }],
    ["the server's members", { client_id, redirect_uris: [CALLBACK], client_id_issued_at: 1 }],
  ] as const) {
    t.equal((await manage(journey, made, 'PUT', body)).json.error, 'invalid_request', what)
  }
  t.equal((await manage(journey, made, 'PUT', { client_id })).json.error, 'invalid_redirect_uri')
  const put = await manage(journey, made, 'PUT', { client_id, client_secret, redirect_uris: [`${CALLBACK}/2`] })
  t.equal(put.status, 200)
  t.match(put.json, { client_id, client_secret, redirect_uris: [`${CALLBACK}/2`] })
  t.notOk('client_name' in put.json, 'what was left out is gone')
  t.equal((await journey.authorize({ client_id, redirect_uri: CALLBACK })).status, 400)
  const publicly = await manage(journey, made, 'PUT', {
    client_id,
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method: 'none',
  })
  t.notOk('client_secret' in publicly.json)
  t.equal((await manage(journey, made, 'DELETE')).status, 204)
  t.equal((await manage(journey, made, 'GET')).status, 401)
})

t.test('a deleted client loses its tokens', async t => {
  const journey = new Journey()
  const { json: made } = await register(journey, {
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['client_credentials'],
  })
  const { client_id, client_secret } = made
  const { json } = await journey.post('/token', { grant_type: 'client_credentials', client_id, client_secret })
  t.equal((await journey.introspect(json.access_token)).json.active, true)
  await manage(journey, made, 'DELETE')
  t.equal((await journey.introspect(json.access_token)).json.active, false)
})

t.test('a registered client is held to its method, grants, response types and redirect URIs', async t => {
  const journey = new Journey()
  const { json: made } = await register(journey, { redirect_uris: [CALLBACK] })
  const { client_id, client_secret } = made
  const byPost = await journey.post('/token', { grant_type: 'authorization_code', client_id, client_secret, code: 'x' })
  t.equal(byPost.json.error, 'invalid_client', 'registered for Basic')
  const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`
  const machine = await journey.post('/token', { grant_type: 'client_credentials' }, { authorization })
  t.equal(machine.json.error, 'unauthorized_client')
  t.equal((await journey.authorize({ client_id, redirect_uri: `${CALLBACK}/` })).status, 400)
  const hybrid = await journey.authorize({ client_id, response_type: 'code id_token', nonce: 'n' })
  t.match(hybrid.location?.hash, /error=unauthorized_client/)
  const code = await journey.code({ client_id })
  const { json } = await journey.post(
    '/token',
    { grant_type: 'authorization_code', code, redirect_uri: CALLBACK },
    { authorization },
  )
  t.ok(json.access_token)
  t.notOk('refresh_token' in json, 'it did not register for the grant')
})

t.test('an ID token is signed as registered, whatever the algorithm', async t => {
  for (const alg of ['RS512', 'PS256', 'ES384', 'EdDSA', 'HS512']) {
    const journey = new Journey()
    const { json } = await register(journey, {
      redirect_uris: [CALLBACK],
      id_token_signed_response_alg: alg,
      token_endpoint_auth_method: 'client_secret_post',
    })
    const { client_id, client_secret } = json
    const code = await journey.code({ client_id })
    const tokens = await journey.post('/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      client_id,
      client_secret,
    })
    t.equal(headerOf(tokens.json.id_token).alg, alg)
    t.equal(claimsOf(tokens.json.id_token).aud, client_id)
  }
})

t.test('a sector is asked for its list, which must have every redirect URI', async t => {
  const lists: Record<string, string> = {
    'https://sector.example/good': JSON.stringify([CALLBACK, 'https://b.example/cb']),
    'https://sector.example/short': JSON.stringify([CALLBACK]),
    'https://sector.example/odd': JSON.stringify({ uris: [] }),
  }
  const fetch = async (request: Request) =>
    lists[request.url] === undefined ? new Response('', { status: 404 }) : new Response(lists[request.url])
  const journey = new Journey({ ports: { fetch } })
  const metadata = { redirect_uris: [CALLBACK, 'https://b.example/cb'], subject_type: 'pairwise' }
  const attempt = async (name: string) =>
    (await register(journey, { ...metadata, sector_identifier_uri: `https://sector.example/${name}` })).status
  t.strictSame(
    [await attempt('good'), await attempt('short'), await attempt('odd'), await attempt('gone')],
    [201, 400, 400, 400],
  )
})

t.test('a software statement counts if a trusted issuer signed it, and wins over the rest', async t => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k' }
  const journey = new Journey({ trustedIssuers: { 'https://maker.example': { jwks: { keys: [jwk] } } as never } })
  const state = (iss: string, key = privateKey) =>
    new SignJWT({ client_name: 'Certified', redirect_uris: [CALLBACK] })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(iss)
      .sign(key)
  const good = await register(journey, {
    client_name: 'Other',
    software_statement: await state('https://maker.example'),
  })
  t.strictSame([good.status, good.json.client_name], [201, 'Certified'])
  const stranger = await register(journey, { software_statement: await state('https://stranger.example') })
  t.equal(stranger.json.error, 'unapproved_software_statement')
  const { privateKey: other } = await generateKeyPair('ES256')
  const forged = await register(journey, { software_statement: await state('https://maker.example', other) })
  t.equal(forged.json.error, 'invalid_software_statement')
  t.equal((await register(journey, { software_statement: 'x' })).json.error, 'invalid_software_statement')
})
