import t from 'tap'
import { CALLBACK, claimsOf, Journey, ORIGIN } from '../journey.ts'
import { makeKey, signRequest } from './keys.ts'

const DEMO = { client_id: 'demo', client_secret: 'demo-secret' }
const REQUEST = { response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 'pushed', login_hint: 'alice' }

async function go(journey: Journey, request_uri: string, beside: Record<string, string> = {}) {
  const reply = await journey.ask(`/authorize?${new URLSearchParams({ client_id: 'demo', request_uri, ...beside })}`)
  const location = reply.headers.get('location')
  return { ...reply, location: location === null ? undefined : new URL(location) }
}

t.test('a pushed request answers 201 with a URI that leads to it once', async t => {
  const journey = new Journey()
  const { status, json, headers } = await journey.post('/par', { ...DEMO, ...REQUEST })
  t.equal(status, 201)
  t.match(json.request_uri, /^urn:ietf:params:oauth:request_uri:[\w-]{32}$/)
  t.equal(json.expires_in, 60)
  t.equal(headers.get('cache-control'), 'no-store')
  const { location } = await go(journey, json.request_uri, { state: 'beside', scope: 'phone' })
  t.equal(location?.searchParams.get('state'), 'pushed', 'what stands beside it is ignored')
  const code = location?.searchParams.get('code') ?? ''
  const tokens = await journey.token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })
  t.equal(claimsOf(tokens.json.id_token).sub, 'alice')
  t.match(await go(journey, json.request_uri), { status: 400, json: { error: 'invalid_request_uri' } })
})

t.test('a pushed request ends by the tenant clock, and belongs to the client that pushed it', async t => {
  const journey = new Journey({ pushedRequests: { lifetime: '5m' } })
  const first = await journey.post('/par', { ...DEMO, ...REQUEST })
  t.equal(first.json.expires_in, 300)
  const other = await go(journey, first.json.request_uri, { client_id: 'other' })
  t.equal(other.json.error, 'invalid_request_uri')
  journey.provider.clock.advance('299s')
  t.ok((await go(journey, first.json.request_uri)).location)
  const second = await journey.post('/par', { ...DEMO, ...REQUEST })
  journey.provider.clock.advance('300s')
  t.equal((await go(journey, second.json.request_uri)).json.error, 'invalid_request_uri')
})

t.test('the page of a pushed request waits though the URI is used up', async t => {
  const journey = new Journey()
  const { login_hint: _hint, ...request } = REQUEST
  const { json } = await journey.post('/par', { ...DEMO, ...request })
  const page = await go(journey, json.request_uri)
  const { location } = await journey.submit(page, { user: 'bob' })
  t.equal(location?.searchParams.get('state'), 'pushed')
})

t.test('the client authenticates as at the token endpoint, by Basic without client_id too', async t => {
  const journey = new Journey()
  const authorization = `Basic ${btoa('demo:demo-secret')}`
  t.equal((await journey.post('/par', REQUEST, { authorization })).status, 201)
  t.match(await journey.post('/par', { ...DEMO, ...REQUEST, client_secret: 'wrong' }), {
    status: 401,
    json: { error: 'invalid_client' },
  })
  t.equal((await journey.post('/par', REQUEST)).status, 401)
  const open = { ...REQUEST, client_id: 'demo-public' }
  t.match(await journey.post('/par', open), { status: 400, json: { error: 'invalid_request' } }, 'PKCE is missing')
  const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
  t.equal((await journey.post('/par', { ...open, code_challenge, code_challenge_method: 'S256' })).status, 201)
})

t.test('what is wrong with a request is said to the client at once', async t => {
  const wrong: [Record<string, string>, string][] = [
    [{ response_type: 'banana' }, 'unsupported_response_type'],
    [{ redirect_uri: 'not a URI' }, 'invalid_request'],
    [{ redirect_uri: '' }, 'invalid_request'],
    [{ scope: 'a"b' }, 'invalid_scope'],
    [{ resource: 'relative' }, 'invalid_target'],
    [{ authorization_details: '[{"no":"type"}]' }, 'invalid_authorization_details'],
    [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request'],
    [{ request: 'garbage' }, 'invalid_request_object'],
    [{ dpop_jkt: 'short' }, 'invalid_request'],
  ]
  for (const [parameters, error] of wrong) {
    const { status, json } = await new Journey().post('/par', { ...DEMO, ...REQUEST, ...parameters })
    t.equal(status, 400, JSON.stringify(parameters))
    t.equal(json.error, error, JSON.stringify(parameters))
  }
  const { json, status } = await new Journey().post('/par', { ...DEMO, ...REQUEST, state: 'x'.repeat(1_100_000) })
  t.equal(status, 413)
  t.equal(json.error, 'invalid_request')
})

t.test('a request object may be pushed', async t => {
  const key = await makeKey('ES256')
  const journey = new Journey({ clients: { web: { client_secret: 's', jwks: key.jwks } as never } })
  const request = await signRequest(key, { ...REQUEST, state: 'signed' })
  const { json } = await journey.post('/par', { client_id: 'web', client_secret: 's', request, state: 'beside' })
  const { location } = await go(journey, json.request_uri, { client_id: 'web' })
  t.equal(location?.searchParams.get('state'), 'signed')
})

t.test('where pushing is required nothing else will do', async t => {
  for (const journey of [
    new Journey({ pushedRequests: { required: true } }),
    new Journey({ clients: { demo: { client_secret: 'demo-secret', require_pushed_authorization_requests: true } } }),
  ]) {
    t.equal((await journey.authorize(REQUEST)).location?.searchParams.get('error'), 'invalid_request')
    const { json } = await journey.post('/par', { ...DEMO, ...REQUEST })
    t.ok((await go(journey, json.request_uri)).location?.searchParams.get('code'))
  }
  const { json } = await new Journey({ pushedRequests: { required: true } }).ask('/.well-known/openid-configuration')
  t.equal(json.require_pushed_authorization_requests, true)
  t.equal(json.pushed_authorization_request_endpoint, `${ORIGIN}/par`)
})
