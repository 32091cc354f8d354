import { createHash } from 'node:crypto'
import t from 'tap'
import { CALLBACK, claimsOf, headerOf, Journey, NOON, ORIGIN, type Reply } from '../journey.ts'

type Answered = Reply & { location: URL | undefined }

const TYPES = ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token', 'none']
const CARRIERS = ['query', 'fragment', 'form_post'] as const
const half = (value: string): string =>
  createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url')

/** The parameters of an answer, wherever they travel. */
function read({ location, text }: Answered, carrier: (typeof CARRIERS)[number]): URLSearchParams {
  if (carrier === 'query') return location?.searchParams ?? new URLSearchParams()
  if (carrier === 'fragment') return new URLSearchParams(location?.hash.slice(1))
  const inputs = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  return new URLSearchParams(inputs.map(([, name = '', value = '']): [string, string] => [name, value]))
}

const isExposed = (type: string, carrier: string): boolean => carrier === 'query' && type.includes('token')

t.test('every response type answers in every mode with what it names and nothing else', async t => {
  for (const response_type of TYPES) {
    for (const carrier of CARRIERS) {
      if (isExposed(response_type, carrier)) continue
      const journey = new Journey()
      const answered = await journey.authorize({
        response_type,
        response_mode: carrier,
        nonce: 'n',
        login_hint: 'alice',
      })
      const answer = read(answered, carrier)
      const name = `${response_type} by ${carrier}`
      t.equal(answer.has('code'), response_type.includes('code'), name)
      t.equal(answer.has('id_token'), response_type.includes('id_token'), name)
      t.equal(answer.has('access_token'), / token|^token/.test(response_type), name)
      t.equal(answer.get('state'), 'a-state')
      t.equal(answer.get('iss'), ORIGIN)
      if (answer.has('access_token')) {
        t.match(Object.fromEntries(answer), { token_type: 'Bearer', expires_in: '3600', scope: 'openid email' })
        t.equal((await journey.introspect(answer.get('access_token') ?? '')).json.active, true)
      }
      const idToken = answer.get('id_token')
      if (idToken === null) continue
      const claims = claimsOf(idToken)
      t.match(claims, { nonce: 'n', sub: 'alice', aud: 'demo', s_hash: half('a-state') })
      t.equal(claims.c_hash, answer.has('code') ? half(answer.get('code') ?? '') : undefined)
      t.equal(claims.at_hash, answer.has('access_token') ? half(answer.get('access_token') ?? '') : undefined)
    }
  }
})

t.test('the code of a hybrid answer is redeemed like every other', async t => {
  const journey = new Journey()
  const answered = await journey.authorize({ response_type: 'token code', nonce: 'n', login_hint: 'alice' })
  const code = read(answered, 'fragment').get('code') ?? ''
  const { json } = await journey.token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })
  t.match(claimsOf(json.id_token), { sub: 'alice', nonce: 'n' })
})

t.test('a JARM answer is one signed parameter in every mode, with the issuer, the client and an end', async t => {
  for (const response_type of TYPES) {
    for (const carrier of CARRIERS) {
      if (isExposed(response_type, carrier)) continue
      const parameters = { response_type, response_mode: `${carrier}.jwt`, nonce: 'n', login_hint: 'alice' }
      const answer = read(await new Journey().authorize(parameters), carrier)
      t.strictSame([...answer.keys()], ['response'], `${response_type} by ${carrier}.jwt`)
      const claims = claimsOf(answer.get('response') ?? '')
      t.match(claims, { iss: ORIGIN, aud: 'demo', exp: NOON + 600, state: 'a-state' })
      t.equal('code' in claims, response_type.includes('code'))
      t.equal('id_token' in claims, response_type.includes('id_token'))
      if ('access_token' in claims) t.equal(claims.expires_in, 3600, 'a number stays one')
    }
  }
})

t.test('JARM by jwt alone takes the default carrier of the response type', async t => {
  const go = (response_type: string) =>
    new Journey().authorize({ response_type, response_mode: 'jwt', nonce: 'n', login_hint: 'alice' })
  t.ok((await go('code')).location?.searchParams.get('response'))
  t.match((await go('code id_token')).location?.hash, /^#response=/)
})

t.test('JARM is signed with what the client registered, errors too', async t => {
  for (const alg of ['ES256', 'EdDSA', 'PS256', 'HS256']) {
    const client = { client_secret: 's', authorization_signed_response_alg: alg }
    const journey = new Journey({ clients: { web: client } })
    const parameters = { client_id: 'web', response_mode: 'jwt', prompt: 'none' }
    const jwt = (await journey.authorize(parameters)).location?.searchParams.get('response') ?? ''
    t.equal(headerOf(jwt).alg, alg)
    t.match(claimsOf(jwt), { error: 'login_required', state: 'a-state', aud: 'web' })
  }
})

t.test('a token never travels in a query: the refusal comes by the fragment', async t => {
  for (const [response_type, response_mode] of [
    ['id_token', 'query'],
    ['code token', 'query'],
    ['code id_token', 'query.jwt'],
  ] as const) {
    const { location } = await new Journey().authorize({
      response_type,
      response_mode,
      nonce: 'n',
      login_hint: 'alice',
    })
    const answer = new URLSearchParams(location?.hash.slice(1))
    const response = answer.get('response')
    t.equal(response === null ? answer.get('error') : claimsOf(response).error, 'invalid_request', response_type)
    t.equal(location?.search, '')
  }
})

t.test('an ID token by the browser needs a nonce and the scope openid', async t => {
  const go = async (parameters: Record<string, string>) =>
    new URLSearchParams((await new Journey().authorize({ login_hint: 'alice', ...parameters })).location?.hash.slice(1))
  for (const response_type of ['id_token', 'id_token token', 'code id_token', 'code id_token token']) {
    t.equal((await go({ response_type })).get('error'), 'invalid_request', response_type)
    t.equal((await go({ response_type, nonce: 'n', scope: 'email' })).get('error'), 'invalid_request', response_type)
    t.notOk((await go({ response_type, nonce: 'n' })).has('error'))
  }
  t.notOk((await go({ response_type: 'code token' })).has('error'), 'which code token does not bring')
})

t.test('a client is held to the response types and grants that it registered, in any order of words', async t => {
  const clients = {
    plain: { client_secret: 's', response_types: ['code'], grant_types: ['authorization_code'] },
    hybrid: { client_secret: 's', response_types: ['id_token code'] },
    codeless: { client_secret: 's', grant_types: ['implicit'] },
  }
  const go = async (client_id: string, response_type: string) => {
    const journey = new Journey({ clients })
    const { location } = await journey.authorize({ client_id, response_type, nonce: 'n', login_hint: 'alice' })
    return location?.searchParams.get('error') ?? new URLSearchParams(location?.hash.slice(1)).get('error')
  }
  t.equal(await go('plain', 'code'), null)
  t.equal(await go('plain', 'id_token'), 'unauthorized_client')
  t.equal(await go('plain', 'none'), 'unauthorized_client')
  t.equal(await go('hybrid', 'code id_token'), null)
  t.equal(await go('hybrid', 'code'), 'unauthorized_client')
  t.equal(await go('codeless', 'id_token token'), null)
  t.equal(await go('codeless', 'code'), 'unauthorized_client')
  for (const type of ['token', 'code code', 'id_token none', 'Code', 'toString']) {
    t.equal(await go('hybrid', type), 'unsupported_response_type', type)
  }
})

t.test('discovery lists the response types and modes that were just tried', async t => {
  const { json } = await new Journey().ask('/.well-known/openid-configuration')
  t.strictSame(json.response_types_supported, TYPES)
  t.strictSame(json.response_modes_supported, [...CARRIERS, 'jwt', ...CARRIERS.map(carrier => `${carrier}.jwt`)])
})
