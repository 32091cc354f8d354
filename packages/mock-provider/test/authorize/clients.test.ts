import * as jose from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import t from 'tap'
import { createMockProvider, type MockProvider, type MockProviderOptions } from '../../src/index.ts'
import { CALLBACK, ORIGIN } from '../journey.ts'
import { makeKey } from './keys.ts'

const issuer = new URL(ORIGIN)
const STATE = 'a-state'
const NONCE = 'a-nonce'

const provide = (web: Record<string, unknown>, options: MockProviderOptions = {}): MockProvider =>
  createMockProvider({
    issuer: ORIGIN,
    clients: { web: { client_secret: 'a-secret', redirect_uris: [CALLBACK], ...web } as never },
    ...options,
  })

async function configure(
  provider: MockProvider,
  metadata: Partial<openid.ClientMetadata> = {},
): Promise<openid.Configuration> {
  const all = { client_secret: 'a-secret', ...metadata }
  const config = await openid.discovery(issuer, 'web', all, openid.ClientSecretBasic('a-secret'), {
    [openid.customFetch]: (url: string, init: object) => provider.fetch(new Request(url, init)),
  })
  openid.enableNonRepudiationChecks(config)
  return config
}

/** Where the browser ends up: the redirect URI, or the form that the page would send there. */
async function browse(provider: MockProvider, url: URL): Promise<URL | Request> {
  const answer = await provider.fetch(new Request(url))
  const location = answer.headers.get('location')
  if (location !== null) return new URL(location)
  const html = await answer.text()
  const inputs = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  const body = new URLSearchParams(inputs.map(([, name = '', value = '']): [string, string] => [name, value]))
  return new Request(CALLBACK, { method: 'POST', body })
}

const request = (parameters: Record<string, string> = {}): Record<string, string> => ({
  redirect_uri: CALLBACK,
  scope: 'openid email',
  state: STATE,
  nonce: NONCE,
  login_hint: 'alice',
  ...parameters,
})

const checks = { expectedState: STATE, expectedNonce: NONCE, idTokenExpected: true }

t.test('openid-client: code by query and by form', async t => {
  for (const response_mode of ['query', 'form_post']) {
    const provider = provide({})
    const config = await configure(provider)
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const code_challenge = await openid.calculatePKCECodeChallenge(pkceCodeVerifier)
    const url = openid.buildAuthorizationUrl(
      config,
      request({ response_mode, code_challenge, code_challenge_method: 'S256' }),
    )
    const tokens = await openid.authorizationCodeGrant(config, await browse(provider, url), {
      ...checks,
      pkceCodeVerifier,
    })
    t.equal(tokens.claims()?.email, 'alice@example.com', response_mode)
  }
})

t.test('openid-client: JARM by every mode, with every algorithm, and the code in it redeemed', async t => {
  const all = [
    ...['jwt', 'query.jwt', 'form_post.jwt'].map(mode => [mode, 'RS256'] as const),
    ...['PS256', 'ES256', 'ES384', 'EdDSA'].map(alg => ['jwt', alg] as const),
  ]
  for (const [response_mode, alg] of all) {
    const provider = provide({ authorization_signed_response_alg: alg })
    const config = await configure(provider, { authorization_signed_response_alg: alg })
    openid.useJwtResponseMode(config)
    const back = await browse(provider, openid.buildAuthorizationUrl(config, request({ response_mode })))
    const tokens = await openid.authorizationCodeGrant(config, back, checks)
    t.equal(tokens.claims()?.sub, 'alice', `${response_mode} ${alg}`)
  }
})

t.test('openid-client: JARM that is encrypted for the client', async t => {
  for (const alg of ['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW']) {
    const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true })
    const keys = [{ ...(await jose.exportJWK(publicKey)), kid: 'enc', use: 'enc', alg }]
    const metadata = { authorization_encrypted_response_alg: alg, authorization_encrypted_response_enc: 'A256GCM' }
    const provider = provide({ ...metadata, jwks: { keys } })
    const config = await configure(provider, metadata)
    openid.useJwtResponseMode(config)
    openid.enableDecryptingResponses(config, ['A256GCM'], { key: privateKey, kid: 'enc' })
    const back = await browse(provider, openid.buildAuthorizationUrl(config, request({ response_mode: 'jwt' })))
    const tokens = await openid.authorizationCodeGrant(config, back, checks)
    t.equal(tokens.claims()?.sub, 'alice', alg)
  }
})

t.test('openid-client: code id_token by fragment and by form, and as a detached signature', async t => {
  for (const alg of ['RS256', 'ES384', 'PS512', 'EdDSA']) {
    for (const response_mode of ['fragment', 'form_post']) {
      for (const use of [openid.useCodeIdTokenResponseType, openid.enableDetachedSignatureResponseChecks]) {
        const metadata = { id_token_signed_response_alg: alg, response_types: ['code id_token'] }
        const provider = provide(metadata)
        const config = await configure(provider, metadata)
        openid.useCodeIdTokenResponseType(config)
        if (use !== openid.useCodeIdTokenResponseType) use(config)
        const url = openid.buildAuthorizationUrl(config, request({ response_mode }))
        t.equal(url.searchParams.get('response_type'), 'code id_token')
        const tokens = await openid.authorizationCodeGrant(config, await browse(provider, url), checks)
        t.equal(tokens.claims()?.sub, 'alice', `${alg} ${response_mode}`)
      }
    }
  }
})

t.test('openid-client: id_token by fragment and by form', async t => {
  for (const response_mode of ['fragment', 'form_post']) {
    const provider = provide({ response_types: ['id_token'] })
    const config = await configure(provider)
    openid.useIdTokenResponseType(config)
    const back = await browse(provider, openid.buildAuthorizationUrl(config, request({ response_mode })))
    const claims = await openid.implicitAuthentication(config, back, NONCE, { expectedState: STATE })
    t.equal(claims.email, 'alice@example.com', response_mode)
  }
})

t.test('jose: what the other response types bring verifies against the JWKS, hashes included', async t => {
  const provider = provide({})
  const jwks = jose.createLocalJWKSet(provider.keys.jwks() as unknown as jose.JSONWebKeySet)
  for (const response_type of ['id_token token', 'code token', 'code id_token token', 'none']) {
    const url = new URL(`${ORIGIN}/authorize`)
    url.search = new URLSearchParams(request({ response_type, client_id: 'web' })).toString()
    const back = (await browse(provider, url)) as URL
    const answer = new URLSearchParams(response_type === 'none' ? back.search : back.hash.slice(1))
    t.equal(answer.get('state'), STATE, response_type)
    const token = answer.get('access_token')
    if (token !== null) {
      const options = { issuer: ORIGIN, audience: ORIGIN, typ: 'at+jwt' }
      t.equal((await jose.jwtVerify(token, jwks, options)).payload.client_id, 'web')
    }
    const idToken = answer.get('id_token')
    if (idToken === null) continue
    const { payload } = await jose.jwtVerify(idToken, jwks, { issuer: ORIGIN, audience: 'web' })
    t.equal(payload.nonce, NONCE)
    t.ok(payload.at_hash)
  }
})

t.test('openid-client: PAR, JAR by value and by reference, and both together', async t => {
  const { key, kid, jwks } = await makeKey('ES256')
  const signed = { key, kid }
  let published = ''
  const fetch = async () => new Response(published, { headers: { 'content-type': 'application/oauth-authz-req+jwt' } })
  const provider = provide({ jwks, request_uris: ['https://app.example.com/request'] }, { ports: { fetch } })
  const config = await configure(provider)
  const pushed = await openid.buildAuthorizationUrlWithPAR(config, request())
  t.match(pushed.searchParams.get('request_uri'), 'urn:ietf:params:oauth:request_uri:')
  const byValue = await openid.buildAuthorizationUrlWithJAR(config, request({ max_age: '100' }), signed)
  published = byValue.searchParams.get('request') ?? ''
  const byReference = openid.buildAuthorizationUrl(config, { request_uri: 'https://app.example.com/request' })
  const both = await openid.buildAuthorizationUrlWithPAR(config, {
    request: (await openid.buildAuthorizationUrlWithJAR(config, request(), signed)).searchParams.get('request') ?? '',
  })
  for (const url of [pushed, byValue, byReference, both]) {
    const tokens = await openid.authorizationCodeGrant(config, await browse(provider, url), checks)
    t.equal(tokens.claims()?.sub, 'alice')
  }
})

t.test('openid-client: a code bound to a DPoP key by PAR is redeemed with that key only', async t => {
  const provider = provide({})
  const config = await configure(provider)
  const own = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
  const other = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
  const go = async (DPoP: openid.DPoPHandle) => {
    const url = await openid.buildAuthorizationUrlWithPAR(config, request(), { DPoP: own })
    return openid.authorizationCodeGrant(config, await browse(provider, url), checks, undefined, { DPoP })
  }
  t.equal((await go(own)).token_type, 'dpop')
  await t.rejects(go(other))
})

t.test('oauth4webapi: request objects of every algorithm, encrypted for the provider too', async t => {
  for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
    const { key, kid, jwks } = await makeKey(alg)
    const provider = provide({ jwks })
    const as = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, {
        [oauth.customFetch]: (url: string, init: object) => provider.fetch(new Request(url, init)),
      }),
    )
    const client = { client_id: 'web' }
    const object = await oauth.issueRequestObject(as, client, request({ response_type: 'code' }), { key, kid })
    const objects = [object]
    const published = await provider.fetch(new Request(`${ORIGIN}/jwks`))
    const { keys } = (await published.json()) as jose.JSONWebKeySet
    for (const jwk of keys.filter(({ use }) => use === 'enc')) {
      const management = jwk.kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES'
      const header = { alg: management, enc: 'A256GCM', cty: 'oauth-authz-req+jwt', kid: String(jwk.kid) }
      const encryption = new jose.CompactEncrypt(new TextEncoder().encode(object)).setProtectedHeader(header)
      objects.push(await encryption.encrypt(await jose.importJWK(jwk, management)))
    }
    t.equal(objects.length, 3, 'plain, for the RSA key and for the P-256 key')
    for (const text of objects) {
      const url = new URL(as.authorization_endpoint ?? '')
      url.search = new URLSearchParams({ client_id: 'web', request: text }).toString()
      const back = (await browse(provider, url)) as URL
      t.ok(oauth.validateAuthResponse(as, client, back, STATE).get('code'), alg)
    }
  }
})
