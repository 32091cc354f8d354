import { createHmac } from 'node:crypto'
import t from 'tap'
import { CALLBACK, DEMO, DEMO_BASIC, NOON, ORIGIN, read, System } from './system.ts'

const HEX = /^[0-9a-f]{32}$/
const redeem = async (system: System, parameters: Record<string, string> = {}) => {
  const code = (await system.authorize('/oauth/authorize', parameters)).get('code') ?? ''
  const query = new URLSearchParams({
    code,
    ...DEMO,
    redirect_uri: CALLBACK,
    grant_type: 'authorization_code',
    'content-length': '0',
  })
  return { code, reply: await system.ask('POST', `/oauth/token?${query}`) }
}
const tokeninfo = (system: System, token: string) =>
  system.get('/oauth/tokeninfo', { id_token: token }, { 'content-type': 'application/json' })
const CLIENT = '{"message":"The client identifier (client_id) is missing or invalid."}'
const REDIRECT =
  '{"message":"The request fails due to a missing, invalid, or mismatching redirection URI (redirect_uri)."}'
const MALFORMED = '{"message":"The request is otherwise malformed"}'

t.test('a token is bought in the query with an empty body', async t => {
  const { code, reply } = await redeem(new System('serpense'), { nonce: '3804F61D711C44EB90E3A5620BF9860F' })
  t.match(code, HEX)
  t.equal(reply.status, 200)
  t.strictSame(Object.keys(reply.json), [
    ...['access_token', 'expires_in', 'magen_client_id', 'magen_id_token', 'refresh_token', 'token_type'],
  ])
  t.match(reply.json, {
    access_token: HEX,
    expires_in: 3600,
    magen_client_id: HEX,
    refresh_token: HEX,
    token_type: 'bearer',
  })
})

t.test('every answer may be kept by everybody, the tokens too', async t => {
  const system = new System('serpense')
  const { reply } = await redeem(system)
  for (const { headers } of [reply, await system.get('/oauth/authorize'), await system.get('/nowhere')]) {
    t.strictSame(
      headers.filter(([name]) => name === 'cache-control'),
      [['cache-control', 'public, max-age=0']],
    )
  }
})

t.test('the ID token is signed with the secret and outlives expires_in', async t => {
  const { reply } = await redeem(new System('serpense'), { nonce: 'N', scope: 'email,profile' })
  const token: string = reply.json.magen_id_token
  const { header, claims, order } = read(token)
  t.strictSame(header, { alg: 'HS256', typ: 'JWT' })
  t.strictSame(order, ['sub', 'auth_time', 'aud', 'iss', 'iat', 'nonce', 'exp'])
  t.match(claims, { sub: 'alice@example.com', aud: 'demo', iss: ORIGIN, iat: NOON, nonce: 'N' })
  t.equal(claims.exp - claims.iat, 4000)
  const [head, body, signature] = token.split('.')
  t.equal(createHmac('sha256', 'demo-secret').update(`${head}.${body}`).digest('base64url'), signature)
  t.notOk('nonce' in read((await redeem(new System('serpense'))).reply.json.magen_id_token).claims)
})

t.test('tokeninfo asks for no credentials and says neither active nor more than it knows', async t => {
  const system = new System('serpense')
  const { json } = (await redeem(system)).reply
  const told = await tokeninfo(system, json.magen_id_token)
  t.equal(told.status, 200)
  t.equal(told.type, 'application/json')
  t.strictSame(told.json, {
    registered_on: 'Tue, 18 Oct 2016 19:30:56 GMT',
    magen_client_id: json.magen_client_id,
    department: '',
    idp: 'serpense_box',
    exp: NOON + 4000,
    email_verified: 'true',
    picture: null,
    group: 'standard',
    aud: 'demo',
    role: '',
    iss: ORIGIN,
    last_name: 'Example',
    username: 'alice@example.com',
    sub: 'alice@example.com',
    iat: NOON,
    locale: null,
    first_name: 'Alice',
  })
  const posted = await system.ask('POST', `/oauth/tokeninfo?id_token=%20${json.magen_id_token}%20`)
  t.equal(posted.text, told.text, 'a POST is the same, and blanks are cut')
  t.equal(
    (await system.post('/oauth/tokeninfo', { id_token: json.magen_id_token })).status,
    500,
    'the body is not read',
  )
})

t.test('a token that is over is a 200 with the typos of the service', async t => {
  const system = new System('serpense')
  const { json } = (await redeem(system)).reply
  system.provider.clock.advance(4001)
  const over =
    '{"error":"invalid_mid_token","error_description":"You MID token has been expired. It is not valid anymored"}'
  t.match(await tokeninfo(system, json.magen_id_token), { status: 200, text: over, type: 'application/json' })
  const minted = await system.provider.mint({ kind: 'id', defect: 'expired' })
  t.match(await tokeninfo(system, minted.token), { status: 200, text: over })
})

t.test('a token that nobody knows is a crash', async t => {
  const system = new System('serpense')
  const { json } = (await redeem(system)).reply
  const foreign = await new System('serpense', { seed: 'another' }).provider.mint({
    kind: 'id',
    claims: { nonce: 'x' },
  })
  const revoked = await system.provider.mint({ kind: 'id', claims: { nonce: 'y' } })
  system.provider.revoke({ token: revoked.token })
  for (const token of ['garbage', '', json.access_token, `${json.magen_id_token}x`, foreign.token, revoked.token]) {
    const { status, type } = await tokeninfo(system, token)
    t.equal(status, 500)
    t.match(type, /^text\/html/)
  }
})

t.test('a minted ID token is one that the service knows', async t => {
  const system = new System('magen')
  const { token } = await system.provider.mint({ kind: 'id', sub: 'bob' })
  t.match((await tokeninfo(system, token)).json, { sub: 'bob', first_name: 'Bob', aud: 'demo' })
  t.match((await system.provider.mint()).token, HEX)
  system.provider.revoke({ sub: 'bob' })
  t.equal((await tokeninfo(system, token)).status, 500)
})

t.test('userinfo tells of the owner of the client, whoever logged in', async t => {
  const clients = { demo: { client_secret: 'demo-secret', owner: 'bob' } }
  const system = new System('serpense', { clients })
  const { json } = (await redeem(system, { scope: 'email,profile' })).reply
  for (const authorization of [`Bearer ${json.access_token}`, `whatever ${json.access_token}`]) {
    const reply = await system.get('/oauth/userinfo', {}, { authorization })
    t.equal(reply.status, 200)
    t.strictSame(reply.json, {
      access_token: json.access_token,
      username: 'bob@example.com',
      first_name: 'Bob',
      last_name: 'Example',
      role: '',
      scopes: 'email,profile',
    })
  }
  t.match(await system.get('/oauth/userinfo'), { status: 400, type: /^text\/html/ })
  system.provider.clock.advance(3600)
  const late = await system.get('/oauth/userinfo', {}, { authorization: `Bearer ${json.access_token}` })
  t.match(late, { status: 200, text: `{"access_token":"${json.access_token}","error":"Session Expired"}` })
})

t.test('a browser without a session goes to the login page, and comes back with a code', async t => {
  const system = new System('serpense')
  const query =
    'username=&access_token=&response_type=code&redirect_uri=https://app.example.com/callback&scope=email,profile&nonce=N&state=S&client_id=demo'
  const sent = await system.ask('GET', `/oauth/authorize?${query}`)
  t.equal(sent.status, 302)
  t.equal(sent.location, `/login?next=${encodeURIComponent(`/oauth/authorize?${query}`)}`)
  const page = await system.ask('GET', sent.location)
  t.equal(page.status, 200)
  const wrong = await system.submit(page, { username: 'alice', password: 'wrong' })
  t.match(wrong.text, 'Wrong username or password')
  const back = await system.submit(wrong, { username: 'alice@example.com', password: 'alice' })
  t.equal(back.status, 302)
  t.match(back.location, /^https:\/\/app\.example\.com\/callback\?code=[0-9a-f]{32}&state=S$/)

  const known = await system.ask('GET', `/oauth/authorize?${query}`)
  t.equal(known.status, 200, 'a page that sends itself')
  t.match(known.text, '<input type="hidden" name="confirm" value="yes">')
  const again = await system.submit(known, {})
  t.match(again, { status: 302, location: /^https:\/\/app\.example\.com\/callback\?code=[0-9a-f]{32}&state=S$/ })
})

t.test('username is a hint that needs no page', async t => {
  const back = await new System('serpense').authorize('/oauth/authorize', {
    username: 'bob@example.com',
    login_hint: '',
  })
  t.strictSame([...back.keys()], ['code', 'state'])
})

t.test('every mistake is a 410 with a message and no error', async t => {
  const system = new System('serpense', {
    clients: { demo: { client_secret: 'demo-secret', redirect_uris: [CALLBACK] } },
    unknownClients: 'listed',
  })
  const said = ({ status, text }: { status: number; text: string }) => `${status} ${text}`
  const request = { client_id: 'demo', redirect_uri: CALLBACK, response_type: 'code' }
  const authorize = async (parameters: Record<string, string>) => said(await system.get('/oauth/authorize', parameters))
  t.equal(await authorize({ redirect_uri: CALLBACK, response_type: 'code' }), `410 ${CLIENT}`)
  t.equal(await authorize({ ...request, username: 'alice', client_id: 'nobody' }), `410 ${CLIENT}`)
  t.equal(await authorize({ ...request, username: 'alice', redirect_uri: 'https://evil.example' }), `410 ${REDIRECT}`)
  t.equal(await authorize({ client_id: 'demo', response_type: 'code' }), `410 ${REDIRECT}`)
  t.equal(await authorize({ ...request, username: 'alice', response_type: 'x' }), `410 ${MALFORMED}`)
  t.equal(await authorize({ ...request, code_challenge: 'x', code_challenge_method: 'S512' }), `410 ${MALFORMED}`)

  const buy = async (form: Record<string, string>) => said(await system.post('/oauth/token', form))
  const code = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code: 'x' }
  t.equal(await buy({ ...code, ...DEMO, client_secret: 'no' }), `410 ${CLIENT}`)
  t.equal(await buy(code), `410 ${CLIENT}`)
  t.equal(await buy({ ...code, ...DEMO }), '410 {"message":"invalid_grant"}')
  const good = (await system.authorize('/oauth/authorize')).get('code') ?? ''
  t.equal(await buy({ ...code, ...DEMO, code: good, redirect_uri: 'https://else.example' }), `410 ${REDIRECT}`)
  t.equal(await buy({ ...DEMO, grant_type: 'client_credentials' }), `410 ${MALFORMED}`)
  t.equal(
    said(await system.post('/oauth/token', { ...code, code: good }, DEMO_BASIC)),
    `410 ${CLIENT}`,
    'Basic is not looked at',
  )
})

t.test('the verifier is never checked', async t => {
  const challenge = { code_challenge: 'a-challenge', code_challenge_method: 'plain' }
  const { reply } = await redeem(new System('serpense'), challenge)
  t.equal(reply.status, 200)
})

t.test('refresh gives a whole new set, and a GET of tokens is a crash', async t => {
  const system = new System('serpense')
  const { json } = (await redeem(system)).reply
  const fresh = await system.post('/oauth/token', {
    ...DEMO,
    grant_type: 'refresh_token',
    refresh_token: json.refresh_token,
  })
  t.equal(fresh.status, 200)
  t.strictSame(Object.keys(fresh.json), Object.keys(json))
  t.equal(fresh.json.magen_client_id, json.magen_client_id)
  t.equal((await tokeninfo(system, fresh.json.magen_id_token)).status, 200)
  t.match(await system.get('/oauth/token', { code: 'x' }), { status: 500, type: /^text\/html/ })
})

t.test('there is neither metadata nor introspection', async t => {
  const system = new System('serpense')
  for (const path of ['/.well-known/openid-configuration', '/jwks', '/introspect', '/revoke', '/oauth/introspect'])
    t.equal((await system.get(path)).status, 404)
})
