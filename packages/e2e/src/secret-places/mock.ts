import { createMockProvider, type MockProviderOptions } from '@gatehouse/mock-provider'
import { makeKey, signWithSecret } from '@gatehouse/testkit'
import { hashOf, ISSUER, makeProver, type Place, SECRET, spoil } from './place.ts'

const NOW = 1_800_000_000
const CALLBACK = 'https://app.example.com/callback'
const VERIFIER = 'a-verifier-of-forty-three-characters-at-least-0'
const DEMO = { client_id: 'demo', client_secret: 'demo-secret' }
const CREDENTIALS = { grant_type: 'client_credentials' }
const JSON_TYPE = { 'content-type': 'application/json' }

function play(options: MockProviderOptions = {}) {
  const clients = {
    demo: { client_secret: DEMO.client_secret, redirect_uris: [CALLBACK] },
    hs: { client_secret: SECRET },
  }
  const mock = createMockProvider({ seed: 'secrets', issuer: ISSUER, clients, unknownClients: 'listed', ...options })
  mock.clock.set(NOW)
  const ask = (path: string, init: RequestInit = {}) => mock.fetch(new Request(new URL(path, ISSUER), init))
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(path, { method: 'POST', headers, body: new URLSearchParams(form) })
  return { mock, ask, post }
}

const place = (known: string, show: (secret: string) => Promise<Response>): Place => ({
  known,
  wrong: spoil(known),
  show: async secret => (await show(secret)).ok,
})

export function secretOfClient(): Place {
  const { post } = play()
  return place(DEMO.client_secret, secret => post('/token', { ...CREDENTIALS, ...DEMO, client_secret: secret }))
}

export function secretOfApi(): Place {
  const { post } = play({ apis: { orders: { secret: SECRET } } })
  const encode = (secret: string) => Buffer.from(`orders:${secret}`).toString('base64')
  return place(SECRET, secret => post('/introspect', { token: 'x' }, { authorization: `Basic ${encode(secret)}` }))
}

/** code100's own admission, before any endpoint. */
export function secretOfPresetApi(): Place {
  const { post } = play({ preset: 'code100', apis: { orders: { secret: SECRET } } })
  const form = { token: 'x', client_id: 'orders' }
  return place(SECRET, secret => post('/connect/introspect', { ...form, client_secret: secret }))
}

export function passwordOfUser(): Place {
  const { post } = play({ users: { alice: { password: SECRET } }, grantTypes: ['password'] })
  const form = { ...DEMO, grant_type: 'password', username: 'alice' }
  return place(SECRET, password => post('/token', { ...form, password }))
}

/** RFC 7636. The challenge is what is known, and what it is compared with is made of the verifier that is shown. */
export function challengeOfCode(preset: 'oidc-op' | undefined, method: string, hash: string): Place {
  const { ask, post } = play(preset === undefined ? {} : { preset })
  const [known, other] = [hashOf(VERIFIER, hash), spoil(VERIFIER)]
  const path = preset === undefined ? '/authorize' : '/authorization'
  const query = new URLSearchParams({
    ...{ client_id: 'demo', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid', login_hint: 'alice' },
    ...{ code_challenge: known, code_challenge_method: method },
  })
  const show = async (made: string) => {
    const location = (await ask(`${path}?${query}`)).headers.get('location') ?? ''
    const code = new URL(location, ISSUER).searchParams.get('code') ?? ''
    const code_verifier = made === known ? VERIFIER : other
    return post('/token', { ...DEMO, grant_type: 'authorization_code', redirect_uri: CALLBACK, code, code_verifier })
  }
  return { ...place(known, show), wrong: hashOf(other, hash) }
}

const CLIENT = { redirect_uris: [CALLBACK] }

async function register(ask: ReturnType<typeof play>['ask']): Promise<Readonly<Record<string, string>>> {
  const made = await ask('/register', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(CLIENT) })
  return (await made.json()) as Readonly<Record<string, string>>
}

/** RFC 7592 section 3. */
export async function tokenOfRegistration(): Promise<Place> {
  const { ask } = play()
  const { registration_access_token: known = '', registration_client_uri: uri = '' } = await register(ask)
  return place(known, secret => ask(uri, { headers: { authorization: `Bearer ${secret}` } }))
}

/** RFC 7592 section 2.2: an update may say the secret again, and no other. */
export async function secretOfUpdate(): Promise<Place> {
  const { ask } = play()
  const { client_id, client_secret = '', registration_client_uri: uri = '', ...registered } = await register(ask)
  const headers = { ...JSON_TYPE, authorization: `Bearer ${registered.registration_access_token}` }
  const sent = { ...CLIENT, client_id }
  return place(client_secret, secret =>
    ask(uri, { method: 'PUT', headers, body: JSON.stringify({ ...sent, client_secret: secret }) }),
  )
}

/** RFC 7591 section 3. */
export function tokenToRegister(): Place {
  const { ask } = play({ registration: { initialAccessToken: SECRET } })
  const body = JSON.stringify(CLIENT)
  return place(SECRET, secret =>
    ask('/register', { method: 'POST', headers: { ...JSON_TYPE, authorization: `Bearer ${secret}` }, body }),
  )
}

/** client_secret_jwt (OpenID Connect Core section 9). */
export function signatureOfAssertion(): Place {
  const { post } = play()
  const claims = { iss: 'hs', sub: 'hs', aud: ISSUER, jti: 'one', iat: NOW, exp: NOW + 60 }
  const [head, body, known = ''] = signWithSecret(SECRET, claims).split('.')
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  return place(known, signature =>
    post('/token', {
      ...{ ...CREDENTIALS, client_assertion_type: type },
      client_assertion: `${head}.${body}.${signature}`,
    }),
  )
}

/** OpenID Connect RP-Initiated Logout section 2, with an ID token under the client's secret. */
export async function signatureOfHint(): Promise<Place> {
  const { mock, ask } = play()
  const { token } = await mock.mint({ kind: 'id', alg: 'HS256', client_id: 'hs', sub: 'alice' })
  const [head, claims, known = ''] = token.split('.')
  return place(known, signature => ask(`/logout?id_token_hint=${head}.${claims}.${signature}`))
}

/** RFC 9449 section 8. */
export async function nonceOfMock(): Promise<Place> {
  const { post } = play({ dpop: { nonce: 'required' } })
  const { prove } = makeProver(makeKey())
  const ask = (claims: { readonly nonce?: string }) => {
    const dpop = prove({ htm: 'POST', htu: `${ISSUER}/token`, iat: NOW, ...claims })
    return post('/token', { ...CREDENTIALS, ...DEMO }, { dpop })
  }
  const known = (await ask({})).headers.get('dpop-nonce') ?? ''
  return place(known, nonce => ask({ nonce }))
}
