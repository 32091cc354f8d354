import t from 'tap'
import { basic, Journey } from '../journey.ts'

const CC = { grant_type: 'client_credentials' }

t.test('Basic credentials are read form-encoded and raw', async t => {
  const secret = 'a+b%/é:c'
  const journey = new Journey({ clients: { 'the client': { client_secret: secret } } })
  const encode = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2)
  t.equal((await journey.post('/token', CC, basic(encode('the client'), encode(secret)))).status, 200)
  t.equal((await journey.post('/token', CC, basic('the client', secret))).status, 200)
  t.equal((await journey.post('/token', CC, basic('the client', 'a b'))).status, 401)
})

t.test('a wrong secret is 401, with a challenge where Basic was used', async t => {
  const journey = new Journey()
  const withBasic = await journey.post('/token', CC, basic('demo', 'wrong'))
  t.equal(withBasic.status, 401)
  t.equal(withBasic.json.error, 'invalid_client')
  t.match(withBasic.headers.get('www-authenticate'), /^Basic realm=/)
  const withPost = await journey.post('/token', { ...CC, client_id: 'demo', client_secret: 'wrong' })
  t.equal(withPost.status, 401)
  t.equal(withPost.json.error, 'invalid_client')
  for (const authorization of ['Basic', 'Basic !!!', 'Basic ZGVtbw==', 'Bearer x', 'Basic OnNlY3JldA==']) {
    t.equal((await journey.post('/token', CC, { authorization })).status, 401, authorization)
  }
  t.equal((await journey.post('/token', { ...CC, client_id: 'demo' })).status, 401, 'no secret at all')
  t.equal((await journey.post('/token', CC)).json.error, 'invalid_client')
})

t.test('two methods of authentication at once are refused, a repeated client_id is not', async t => {
  const journey = new Journey()
  const both = await journey.post(
    '/token',
    { ...CC, client_id: 'demo', client_secret: 'demo-secret' },
    basic('demo', 'demo-secret'),
  )
  t.equal(both.status, 400)
  t.equal(both.json.error, 'invalid_request')
  t.equal((await journey.post('/token', { ...CC, client_id: 'demo' }, basic('demo', 'demo-secret'))).status, 200)
  t.equal(
    (await journey.post('/token', { ...CC, client_id: 'other' }, basic('demo', 'demo-secret'))).json.error,
    'invalid_request',
  )
})

t.test('an unknown client is held to the first credentials it shows', async t => {
  const journey = new Journey()
  const ask = (client_secret: string) => journey.post('/token', { ...CC, client_id: 'new', client_secret })
  t.equal((await ask('first')).status, 200)
  t.equal((await ask('second')).status, 401)
  t.equal((await journey.post('/token', CC, basic('new', 'first'))).status, 200)
  t.equal((await journey.post('/token', { ...CC, client_id: 'new' })).status, 401)
  journey.provider.reset()
  t.equal((await ask('second')).status, 200, 'until a reset')
})

t.test('a client without credentials is never registered by a request that needs them', async t => {
  const journey = new Journey()
  t.equal((await journey.post('/token', { ...CC, client_id: 'new' })).status, 401)
  t.equal((await journey.post('/introspect', { client_id: 'new', token: 'x' })).status, 401)
  t.equal((await journey.post('/token', { ...CC, client_id: 'new', client_secret: 's' })).status, 200)
})

t.test('where clients are listed an unknown one is refused', async t => {
  const journey = new Journey({ clients: 'listed' })
  t.equal((await journey.post('/token', { ...CC, client_id: 'new', client_secret: 's' })).status, 401)
  t.equal((await journey.token(CC)).status, 200)
})

t.test('a client is held to its registered method, grants and scope', async t => {
  const journey = new Journey({
    clients: {
      web: {
        client_secret: 's',
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['client_credentials'],
        scope: 'a b',
      },
    },
  })
  t.equal((await journey.post('/token', CC, basic('web', 's'))).status, 200)
  t.equal((await journey.post('/token', { ...CC, client_id: 'web', client_secret: 's' })).status, 401)
  t.equal((await journey.post('/token', { ...CC, scope: 'c' }, basic('web', 's'))).json.error, 'invalid_scope')
  t.equal(
    (await journey.post('/token', { grant_type: 'refresh_token' }, basic('web', 's'))).json.error,
    'unauthorized_client',
  )
})
