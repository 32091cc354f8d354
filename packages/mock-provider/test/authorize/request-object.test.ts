import t from 'tap'
import type { MockProviderOptions } from '../../src/index.ts'
import { CALLBACK, CHALLENGE, claimsOf, Journey, NOON, type Reply } from '../journey.ts'
import { type ClientKey, makeKey, signRequest } from './keys.ts'

type Answered = Reply & { location: URL | undefined }

const REFERENCE = 'https://app.example.com/request.jwt'
const PARAMETERS = {
  response_type: 'code',
  redirect_uri: CALLBACK,
  scope: 'openid email',
  state: 'inner',
  nonce: 'n',
  login_hint: 'alice',
}

const es256 = await makeKey('ES256')

function journeyWith(metadata: Record<string, unknown> = {}, options: MockProviderOptions = {}): Journey {
  const web = { client_secret: 'a-secret', redirect_uris: [CALLBACK], jwks: es256.jwks, ...metadata }
  const given = Object.fromEntries(Object.entries(web).filter(([, value]) => value !== undefined))
  return new Journey({ clients: { web: given as never }, ...options })
}

/** The object by value, with nothing beside it but the client. */
async function send(journey: Journey, request: string, beside: Record<string, string> = {}): Promise<Answered> {
  const query = new URLSearchParams({ client_id: 'web', request, ...beside })
  const reply = await journey.ask(`/authorize?${query}`)
  const location = reply.headers.get('location')
  return { ...reply, location: location === null ? undefined : new URL(location) }
}

t.test('the parameters of a request object count, whatever the algorithm of the client', async t => {
  for (const alg of ['RS256', 'RS384', 'PS256', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
    const key: ClientKey = await makeKey(alg)
    const journey = journeyWith({ jwks: key.jwks, request_object_signing_alg: alg })
    const { location } = await send(journey, await signRequest(key, PARAMETERS))
    t.equal(location?.searchParams.get('state'), 'inner', alg)
    t.ok(location?.searchParams.get('code'))
  }
  const secret = { key: new TextEncoder().encode('a-secret'), alg: 'HS256' }
  const { location } = await send(journeyWith({ jwks: undefined }), await signRequest(secret, PARAMETERS))
  t.ok(location?.searchParams.get('code'), 'HS256 with the secret')
})

t.test('what stands beside a request object is ignored', async t => {
  const journey = journeyWith()
  const beside = { state: 'outer', scope: 'openid phone', nonce: 'outer', response_type: 'id_token', prompt: 'none' }
  const { location } = await send(journey, await signRequest(es256, PARAMETERS), beside)
  t.equal(location?.searchParams.get('state'), 'inner')
  const code = location?.searchParams.get('code') ?? ''
  const form = { client_id: 'web', client_secret: 'a-secret', grant_type: 'authorization_code', code }
  const { json } = await journey.token({ ...form, redirect_uri: CALLBACK })
  t.match(claimsOf(json.id_token), { nonce: 'n', email: 'alice@example.com' })
  t.equal(json.scope, 'openid email')
})

t.test('numbers, lists and objects in a request object are what they would be as parameters', async t => {
  const journey = journeyWith()
  const claims = {
    ...PARAMETERS,
    max_age: 10,
    resource: ['https://a.example', 'https://b.example'],
    claims: { id_token: { phone_number: null } },
    authorization_details: [{ type: 'payment' }],
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  }
  const { location } = await send(journey, await signRequest(es256, claims))
  const code = location?.searchParams.get('code') ?? ''
  const { json } = await journey.token({
    client_id: 'web',
    client_secret: 'a-secret',
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: 'a-verifier-of-forty-three-characters-at-least-0',
  })
  t.strictSame(claimsOf(json.access_token).aud, ['https://a.example', 'https://b.example'])
  t.equal(claimsOf(json.id_token).phone_number, '+1 555 0100')
  t.strictSame(claimsOf(json.access_token).authorization_details, [{ type: 'payment' }])
})

t.test('a request object that is not what RFC 9101 asks for is invalid_request_object', async t => {
  const stranger = await makeKey('ES256')
  const wrong: [string, Promise<string> | string][] = [
    ['garbage', 'garbage'],
    ['three parts of garbage', 'e30.e30.e30'],
    ['unsigned', `${btoa('{"alg":"none"}').replace(/=/g, '')}.${btoa('{"client_id":"web"}').replace(/=/g, '')}.`],
    ['signed by a stranger', signRequest({ ...stranger, kid: es256.kid }, PARAMETERS)],
    ['a kid that is none of the client', signRequest({ ...es256, kid: 'other' }, PARAMETERS)],
    ['no client_id inside', signRequest(es256, { ...PARAMETERS, client_id: null })],
    ['another client_id inside', signRequest(es256, { ...PARAMETERS, client_id: 'demo' })],
    ['another issuer', signRequest(es256, { ...PARAMETERS, iss: 'demo' })],
    ['another audience', signRequest(es256, { ...PARAMETERS, aud: 'https://other.example' })],
    ['over', signRequest(es256, { ...PARAMETERS, exp: NOON })],
    ['an end that is no number', signRequest(es256, { ...PARAMETERS, exp: '9999999999' })],
    ['not yet', signRequest(es256, { ...PARAMETERS, nbf: NOON + 100 })],
    ['made in the future', signRequest(es256, { ...PARAMETERS, iat: NOON + 100 })],
    ['a request inside', signRequest(es256, { ...PARAMETERS, request: 'x' })],
    ['a request_uri inside', signRequest(es256, { ...PARAMETERS, request_uri: REFERENCE })],
    ['the client as sub', signRequest(es256, { ...PARAMETERS, sub: 'web' })],
    ['the type of an access token', signRequest(es256, PARAMETERS, { typ: 'at+jwt' })],
    [
      'null as a parameter',
      signRequest(es256, { ...PARAMETERS, display: { a: null }, nonce: undefined, x: [1] }).then(() => 'x.y.z'),
    ],
  ]
  for (const [name, request] of wrong) {
    const { status, json, location } = await send(journeyWith(), await request)
    t.equal(status, 303, name)
    t.equal(location?.searchParams.get('error') ?? json?.error, 'invalid_request_object', name)
  }
})

t.test('a client is held to the algorithm that it registered for request objects', async t => {
  const request = await signRequest({ key: new TextEncoder().encode('a-secret'), alg: 'HS256' }, PARAMETERS)
  const { location } = await send(journeyWith({ request_object_signing_alg: 'ES256' }), request)
  t.equal(location?.searchParams.get('error'), 'invalid_request_object')
})

t.test('the error of a request object goes to the address beside it, or to the user where there is none', async t => {
  const two = { redirect_uris: [CALLBACK, `${CALLBACK}/two`] }
  const shown = await send(journeyWith(two), 'garbage')
  t.match(shown, { status: 400, json: { error: 'invalid_request_object' } })
  const sent = await send(journeyWith(two), 'garbage', { redirect_uri: CALLBACK, state: 'outer' })
  t.equal(sent.location?.searchParams.get('error'), 'invalid_request_object')
  t.equal(sent.location?.searchParams.get('state'), 'outer')
  const stolen = await send(journeyWith(two), 'garbage', { redirect_uri: 'https://attacker.example/' })
  t.match(stolen, { status: 400, location: undefined })
})

t.test('keys come from jwks_uri, asked for anew each time', async t => {
  let published = es256.jwks
  const asked: string[] = []
  const fetch = async (request: Request) => {
    asked.push(request.url)
    return Response.json(published)
  }
  const metadata = { jwks: undefined, jwks_uri: 'https://app.example.com/jwks' }
  const journey = journeyWith(metadata, { ports: { fetch } })
  t.ok((await send(journey, await signRequest(es256, PARAMETERS))).location?.searchParams.get('code'))
  const next = await makeKey('ES256', 'next')
  published = next.jwks
  t.ok((await send(journey, await signRequest(next, PARAMETERS))).location?.searchParams.get('code'))
  t.equal(
    (await send(journey, await signRequest(es256, PARAMETERS))).location?.searchParams.get('error'),
    'invalid_request_object',
  )
  t.equal(asked.length, 3)
})

t.test('a request object by reference is fetched from where the client registered it', async t => {
  const request = await signRequest(es256, PARAMETERS)
  const go = async (metadata: Record<string, unknown>, answer: () => Response | Promise<Response>, uri = REFERENCE) => {
    const journey = journeyWith(metadata, { ports: { fetch: async () => answer() } })
    const reply = await journey.ask(`/authorize?${new URLSearchParams({ client_id: 'web', request_uri: uri })}`)
    const location = new URL(reply.headers.get('location') ?? 'about:blank')
    return location.searchParams.get('error') ?? (location.searchParams.has('code') ? 'granted' : reply.text)
  }
  const good = () => new Response(`${request}\n`)
  t.equal(await go({}, good), 'granted')
  t.equal(await go({ request_uris: [REFERENCE] }, good), 'granted')
  t.equal(await go({ request_uris: [`${REFERENCE}#a-hash`] }, good), 'granted')
  t.equal(await go({ request_uris: ['https://app.example.com/'] }, good), 'invalid_request_uri')
  for (const [name, answer] of [
    ['missing', () => new Response('', { status: 404 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: REFERENCE } })],
    ['too long', () => new Response('x'.repeat(70_000))],
    ['unreachable', () => Promise.reject(new TypeError('no'))],
  ] as const)
    t.equal(await go({}, answer), 'invalid_request_uri', name)
  t.equal(await go({}, () => new Response('<html>')), 'invalid_request_object')
  for (const uri of ['ftp://app.example.com/x', 'file:///etc/passwd', 'not a URI', `${REFERENCE}?${'x'.repeat(512)}`])
    t.equal(await go({}, good, uri), 'invalid_request_uri', uri.slice(0, 30))
})

t.test('request and request_uri exclude each other, and an unknown client has no keys', async t => {
  const request = await signRequest(es256, PARAMETERS)
  const { location } = await send(journeyWith(), request, { request_uri: REFERENCE })
  t.equal(location?.searchParams.get('error'), 'invalid_request')
  const unknown = await new Journey().ask(`/authorize?${new URLSearchParams({ client_id: 'web', request })}`)
  t.match(unknown, { status: 400, json: { error: 'invalid_request' } })
})

t.test('where a request object is required a plain request is refused, pushed ones included', async t => {
  const beside = { ...PARAMETERS, client_id: 'web' }
  for (const journey of [
    journeyWith({ require_signed_request_object: true }),
    journeyWith({}, { requestObjects: { required: true } }),
  ]) {
    t.equal((await journey.authorize(beside)).location?.searchParams.get('error'), 'invalid_request')
    const pushed = await journey.post('/par', { ...beside, client_secret: 'a-secret' })
    t.match(pushed, { status: 400, json: { error: 'invalid_request' } })
    t.ok((await send(journey, await signRequest(es256, PARAMETERS))).location?.searchParams.get('code'))
  }
})
