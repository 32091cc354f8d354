import { createHash } from 'node:crypto'
import t from 'tap'
import { makeSelfSigned } from '../../src/engine/self-signed.ts'
import { basic, CALLBACK, CHALLENGE, claimsOf, Journey, NOON, ORIGIN, VERIFIER } from '../journey.ts'
import { makeProver } from './journey.ts'

const CC = { grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo-secret' }
const hash = (token: string): string => createHash('sha256').update(token).digest('base64url')

async function logIn(journey: Journey, headers: Record<string, string>) {
  const code = await journey.code({
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    client_id: 'demo-public',
  })
  return journey.post(
    '/token',
    {
      grant_type: 'authorization_code',
      client_id: 'demo-public',
      code,
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
    },
    headers,
  )
}

t.test('a proof binds the access token, as JWT and as reference, and introspection tells', async t => {
  const journey = new Journey()
  const { jkt, prove } = await makeProver()
  for (const token_format of ['jwt', 'opaque']) {
    const { json } = await journey.post('/token', { ...CC, token_format }, await prove('POST', '/token'))
    t.equal(json.token_type, 'DPoP')
    const told = (await journey.introspect(json.access_token)).json
    t.match(told, { active: true, token_type: 'DPoP', cnf: { jkt } })
    if (token_format === 'jwt') t.strictSame(claimsOf(json.access_token).cnf, { jkt })
  }
  t.equal((await journey.post('/token', CC)).json.token_type, 'Bearer')
})

t.test('every kind of bad proof is invalid_dpop_proof at the token endpoint', async t => {
  const journey = new Journey()
  const { prove } = await makeProver()
  const stranger = await makeProver()
  const good = (await prove('POST', '/token')).dpop
  const foreign = (await stranger.prove('POST', '/token')).dpop
  const swapped = [foreign.split('.')[0], ...good.split('.').slice(1)].join('.')
  const bad: Record<string, string> = {
    'no JWT': 'x',
    'two proofs': `${good}, ${foreign}`,
    'wrong typ': (await prove('POST', '/token', {}, { typ: 'JWT' })).dpop,
    'wrong htm': (await prove('GET', '/token')).dpop,
    'wrong htu': (await prove('POST', '/userinfo')).dpop,
    'no htu': (await prove('POST', '/token', { htu: undefined })).dpop,
    'no jti': (await prove('POST', '/token', { jti: undefined })).dpop,
    'no iat': (await prove('POST', '/token', { iat: undefined })).dpop,
    'old iat': (await prove('POST', '/token', { iat: NOON - 61 })).dpop,
    'future iat': (await prove('POST', '/token', { iat: NOON + 61 })).dpop,
    'no jwk': (await prove('POST', '/token', {}, { jwk: undefined })).dpop,
    'symmetric jwk': (await prove('POST', '/token', {}, { jwk: { kty: 'oct', k: 'AAAA' } })).dpop,
    'private jwk': (await prove('POST', '/token', {}, { jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' } }))
      .dpop,
    'another key': swapped,
    critical: (await prove('POST', '/token', {}, { crit: ['b64'], b64: true })).dpop,
  }
  for (const [name, dpop] of Object.entries(bad)) {
    const answer = await journey.post('/token', CC, { dpop })
    t.equal(answer.status, 400, name)
    t.equal(answer.json.error, 'invalid_dpop_proof', name)
  }
  t.equal((await journey.post('/token', CC, { dpop: good })).status, 200)
  const replayed = await journey.post('/token', CC, { dpop: good })
  t.equal(replayed.json.error, 'invalid_dpop_proof')
  t.match(replayed.json.error_description, /jti was used/)
  t.equal((await journey.post('/token', CC, await prove('POST', '/token?x=y#z'))).status, 200, 'query and fragment')
})

t.test('a bound token opens userinfo with a proof of its key for this very token, and in no other way', async t => {
  const journey = new Journey()
  const { prove } = await makeProver()
  const stranger = await makeProver()
  const { json } = await logIn(journey, await prove('POST', '/token'))
  const authorization = `DPoP ${json.access_token}`
  const ath = hash(json.access_token)
  const ask = (headers: Record<string, string>) => journey.ask('/userinfo', { headers })
  const good = await prove('GET', '/userinfo', { ath })
  t.equal((await ask({ authorization, ...good })).json.sub, 'alice')
  for (const [error, headers] of [
    ['invalid_dpop_proof', { authorization, ...good }],
    ['invalid_dpop_proof', { authorization }],
    ['invalid_dpop_proof', { authorization, ...(await prove('GET', '/userinfo')) }],
    ['invalid_dpop_proof', { authorization, ...(await prove('GET', '/userinfo', { ath: hash('other') })) }],
    ['invalid_token', { authorization, ...(await stranger.prove('GET', '/userinfo', { ath })) }],
    ['invalid_token', { authorization: `Bearer ${json.access_token}`, ...(await prove('GET', '/userinfo', { ath })) }],
    ['invalid_token', { authorization: `Bearer ${json.access_token}` }],
  ] as const) {
    const answer = await ask({ ...headers })
    t.equal(answer.status, 401)
    t.equal(answer.json.error, error)
    t.match(
      answer.headers.get('www-authenticate'),
      new RegExp(`^DPoP .*algs="ES?.*error="${error}"|^DPoP .*error="${error}"`),
    )
  }
  const plain = (await journey.logIn()).json.access_token
  const unbound = await ask({
    authorization: `DPoP ${plain}`,
    ...(await prove('GET', '/userinfo', { ath: hash(plain) })),
  })
  t.equal(unbound.json.error, 'invalid_token', 'an unbound token')
})

t.test('where a nonce is required it is asked for, handed out, and rotates with the clock', async t => {
  const journey = new Journey({ dpop: { nonce: 'required' } })
  const { prove } = await makeProver()
  const first = await journey.post('/token', CC, await prove('POST', '/token'))
  t.equal(first.status, 400)
  t.equal(first.json.error, 'use_dpop_nonce')
  const nonce = first.headers.get('dpop-nonce')
  t.ok(nonce)
  const good = await journey.post('/token', CC, await prove('POST', '/token', { nonce, iat: 1 }))
  t.equal(good.status, 200, 'the nonce says when, not iat')
  t.equal(good.headers.get('dpop-nonce'), nonce)
  t.equal(
    (await journey.post('/token', CC, await prove('POST', '/token', { nonce: 'x' }))).json.error,
    'use_dpop_nonce',
  )
  journey.provider.clock.advance('1m')
  const second = await journey.post('/token', CC, await prove('POST', '/token', { nonce }))
  t.equal(second.status, 200, 'the one before is good for another while')
  t.not(second.headers.get('dpop-nonce'), nonce)
  journey.provider.clock.advance('1m')
  t.equal((await journey.post('/token', CC, await prove('POST', '/token', { nonce }))).json.error, 'use_dpop_nonce')
  const info = await journey.ask('/userinfo', { headers: { authorization: 'Bearer x' } })
  t.ok(info.headers.get('dpop-nonce'))
  t.equal(new Journey().provider.clock.frozen, true)
  t.equal((await new Journey().post('/token', CC)).headers.get('dpop-nonce'), null, 'off by default')
})

t.test('a refresh token of a public client is bound to its key, one of a confidential client is not', async t => {
  const journey = new Journey()
  const { jkt, prove } = await makeProver()
  const stranger = await makeProver()
  const { json } = await logIn(journey, await prove('POST', '/token'))
  const form = { grant_type: 'refresh_token', client_id: 'demo-public', refresh_token: json.refresh_token }
  t.strictSame((await journey.introspect(json.refresh_token)).json.cnf, { jkt })
  t.equal((await journey.post('/token', form)).json.error, 'invalid_grant')
  t.equal((await journey.post('/token', form, await stranger.prove('POST', '/token'))).json.error, 'invalid_grant')
  const next = await journey.post('/token', form, await prove('POST', '/token'))
  t.equal(next.json.token_type, 'DPoP')
  const own = (await journey.logIn()).json.refresh_token
  const free = { grant_type: 'refresh_token', refresh_token: own }
  const bound = await journey.post('/token', free, {
    ...basic('demo', 'demo-secret'),
    ...(await prove('POST', '/token')),
  })
  t.equal(bound.json.token_type, 'DPoP')
  const other = { grant_type: 'refresh_token', refresh_token: bound.json.refresh_token }
  t.equal((await journey.post('/token', other, basic('demo', 'demo-secret'))).json.token_type, 'Bearer')
})

t.test('a client that registered dpop_bound_access_tokens gets nothing without a proof', async t => {
  const journey = new Journey({ clients: { web: { client_secret: 's', dpop_bound_access_tokens: true } } })
  const form = { grant_type: 'client_credentials', client_id: 'web', client_secret: 's' }
  t.equal((await journey.post('/token', form)).json.error, 'invalid_dpop_proof')
  const { prove } = await makeProver()
  t.equal((await journey.post('/token', form, await prove('POST', '/token'))).json.token_type, 'DPoP')
})

t.test('a code that was asked for with dpop_jkt is redeemed by that key only', async t => {
  const { jkt, prove } = await makeProver()
  const stranger = await makeProver()
  for (const [headers, status] of [
    [{}, 400],
    [await stranger.prove('POST', '/token'), 400],
    [await prove('POST', '/token'), 200],
  ] as const) {
    const journey = new Journey()
    const code = await journey.code({ dpop_jkt: jkt })
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK }
    const answer = await journey.post('/token', form, { ...basic('demo', 'demo-secret'), ...headers })
    t.equal(answer.status, status)
  }
})

t.test('a token that is bound to a certificate opens userinfo with that certificate only', async t => {
  const header = (name: string) => ({
    'client-cert': `:${makeSelfSigned(name, name, []).cert.replace(/-----[^-]+-----|\s/g, '')}:`,
  })
  const client = { client_secret: 'demo-secret', tls_client_certificate_bound_access_tokens: true }
  const journey = new Journey({ clients: { demo: client }, clientCertificates: 'header' })
  const code = await journey.code()
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK }
  const bare = await journey.post('/token', form, basic('demo', 'demo-secret'))
  t.equal(bare.json.error, 'invalid_request', 'no certificate, no token')
  const { json } = await journey.post('/token', form, { ...basic('demo', 'demo-secret'), ...header('mine') })
  t.equal(json.token_type, 'Bearer')
  const { cnf } = claimsOf(json.access_token)
  t.match(cnf, { 'x5t#S256': /^[\w-]{43}$/ })
  t.strictSame((await journey.introspect(json.access_token)).json.cnf, cnf)
  const authorization = `Bearer ${json.access_token}`
  t.equal((await journey.ask('/userinfo', { headers: { authorization, ...header('mine') } })).json.sub, 'alice')
  for (const headers of [{ authorization }, { authorization, ...header('other') }]) {
    const answer = await journey.ask('/userinfo', { headers })
    t.equal(answer.status, 401)
    t.match(answer.headers.get('www-authenticate'), /error="invalid_token"/)
  }
  const metadata = (await journey.ask('/.well-known/openid-configuration')).json
  t.equal(metadata.tls_client_certificate_bound_access_tokens, true)
  t.equal(metadata.mtls_endpoint_aliases.token_endpoint, `${ORIGIN}/token`)
  const plain = (await new Journey().ask('/.well-known/openid-configuration')).json
  t.notOk('mtls_endpoint_aliases' in plain)
  t.notOk(plain.token_endpoint_auth_methods_supported.includes('tls_client_auth'))
})
