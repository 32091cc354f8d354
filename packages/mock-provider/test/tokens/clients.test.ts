import type { JsonObject } from '@gatehouse/protocol'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import t from 'tap'
import { createMockProvider, type MockProvider, type MockProviderOptions } from '../../src/index.ts'
import { CALLBACK, ORIGIN } from '../journey.ts'

const issuer = new URL(ORIGIN)
const fetchFrom =
  (provider: MockProvider) =>
  (url: string, init: object): Promise<Response> =>
    provider.fetch(new Request(url, init))

const open = async (options: MockProviderOptions = {}) => {
  const provider = createMockProvider({ issuer: ORIGIN, ...options })
  const init = { [oauth.customFetch]: fetchFrom(provider) }
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, init))
  return { provider, init, as }
}

const control = (provider: MockProvider, path: string, body: object): Promise<Response> =>
  provider.fetch(new Request(`${ORIGIN}/_mock/${path}`, { method: 'POST', body: JSON.stringify(body) }))

const discover = (provider: MockProvider, id: string, metadata: object, auth?: openid.ClientAuth) =>
  openid.discovery(issuer, id, metadata, auth, { [openid.customFetch]: fetchFrom(provider) })

type Keys = Awaited<ReturnType<typeof oauth.generateKeyPair>>

const publicKey = async ({ publicKey: key }: Keys, kid: string): Promise<JsonObject> => {
  const jwk: unknown = await crypto.subtle.exportKey('jwk', key)
  return { ...(jwk as JsonObject), kid }
}

t.test('oauth4webapi: every client authentication, with every signature algorithm', async t => {
  const secret = 'a-secret-of-thirty-two-characters'
  for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'Ed25519']) {
    const pair = await oauth.generateKeyPair(alg, { extractable: true })
    const { as, init } = await open({ clients: { web: { jwks: { keys: [await publicKey(pair, alg)] } } } })
    const auth = oauth.PrivateKeyJwt({ key: pair.privateKey, kid: alg })
    const response = await oauth.clientCredentialsGrantRequest(as, { client_id: 'web' }, auth, {}, init)
    const result = await oauth.processClientCredentialsResponse(as, { client_id: 'web' }, response)
    const told = await oauth.introspectionRequest(as, { client_id: 'web' }, auth, result.access_token, init)
    t.equal((await oauth.processIntrospectionResponse(as, { client_id: 'web' }, told)).active, true, alg)
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, { client_id: 'web' }, auth, result.access_token, init),
    )
  }
  const { as, init } = await open({ clients: { web: { client_secret: secret } } })
  for (const auth of [oauth.ClientSecretBasic(secret), oauth.ClientSecretPost(secret), oauth.ClientSecretJwt(secret)]) {
    const response = await oauth.clientCredentialsGrantRequest(as, { client_id: 'web' }, auth, {}, init)
    t.ok((await oauth.processClientCredentialsResponse(as, { client_id: 'web' }, response)).access_token)
  }
})

t.test('oauth4webapi: a device, from its authorization to its tokens', async t => {
  const { provider, as, init } = await open()
  const client = { client_id: 'tv' }
  const asked = await oauth.deviceAuthorizationRequest(as, client, oauth.None(), { scope: 'openid' }, init)
  const device = await oauth.processDeviceAuthorizationResponse(as, client, asked)
  const ask = async () => {
    const response = await oauth.deviceCodeGrantRequest(as, client, oauth.None(), device.device_code, init)
    return oauth.processDeviceCodeResponse(as, client, response)
  }
  t.match(await ask().catch(error => error), { error: 'authorization_pending' })
  t.match(await ask().catch(error => error), { error: 'slow_down' })
  await control(provider, 'device', { user_code: device.user_code, action: 'approve', sub: 'bob' })
  t.equal(oauth.getValidatedIdTokenClaims(await ask())?.sub, 'bob')
})

t.test('openid-client: device and back-channel authentication poll until the user has decided', async t => {
  const provider = createMockProvider({ issuer: ORIGIN, device: { interval: 1 }, ciba: { interval: 1 } })
  const config = await discover(provider, 'demo', { client_secret: 'demo-secret' })
  const device = await openid.initiateDeviceAuthorization(config, { scope: 'openid' })
  await control(provider, 'device', { user_code: device.user_code, action: 'approve' })
  t.equal((await openid.pollDeviceAuthorizationGrant(config, device)).claims()?.sub, 'alice')
  const asked = await openid.initiateBackchannelAuthentication(config, { scope: 'openid', login_hint: 'bob' })
  await control(provider, 'ciba', { auth_req_id: asked.auth_req_id, action: 'approve' })
  t.equal((await openid.pollBackchannelAuthenticationGrant(config, asked)).claims()?.sub, 'bob')
  const denied = await openid.initiateBackchannelAuthentication(config, { scope: 'openid', login_hint: 'bob' })
  await control(provider, 'ciba', { auth_req_id: denied.auth_req_id, action: 'deny' })
  const failure = await openid.pollBackchannelAuthenticationGrant(config, denied).catch(error => error)
  t.match(failure, { error: 'access_denied' })
})

t.test('openid-client: token exchange and an assertion as generic grants', async t => {
  const provider = createMockProvider({ issuer: ORIGIN })
  const config = await discover(provider, 'demo', { client_secret: 'demo-secret' })
  const { token } = await provider.mint({ sub: 'alice', scope: 'a b' })
  const exchanged = await openid.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: 'api',
    scope: 'a',
  })
  t.equal(exchanged.issued_token_type, 'urn:ietf:params:oauth:token-type:access_token')
  t.match(await openid.tokenIntrospection(config, exchanged.access_token), { sub: 'alice', aud: 'api', scope: 'a' })
})

t.test('oauth4webapi: DPoP with nonces, at the token endpoint, at userinfo, and on refresh', async t => {
  for (const alg of ['ES256', 'RS256', 'PS256', 'Ed25519']) {
    const { as, init } = await open({ dpop: { nonce: 'required' } })
    const client: oauth.Client = { client_id: 'demo-public' }
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair(alg))
    const verifier = oauth.generateRandomCodeVerifier()
    const url = new URL(as.authorization_endpoint ?? '')
    url.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid',
      login_hint: 'alice',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      dpop_jkt: await DPoP.calculateThumbprint(),
    }).toString()
    const back = await init[oauth.customFetch](url.href, {})
    const parameters = oauth.validateAuthResponse(as, client, new URL(back.headers.get('location') ?? ''))
    const redeem = async () => {
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        oauth.None(),
        parameters,
        CALLBACK,
        verifier,
        { ...init, DPoP },
      )
      return oauth.processAuthorizationCodeResponse(as, client, response)
    }
    const retry = async <T>(run: () => Promise<T>): Promise<T> =>
      run().catch(error => {
        t.ok(oauth.isDPoPNonceError(error), `${alg}: ${error}`)
        return run()
      })
    const tokens = await retry(redeem)
    t.equal(tokens.token_type, 'dpop', alg)
    const info = await oauth.userInfoRequest(as, client, tokens.access_token, { ...init, DPoP })
    t.equal((await oauth.processUserInfoResponse(as, client, 'alice', info)).sub, 'alice')
    const refreshed = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), tokens.refresh_token ?? '', {
      ...init,
      DPoP,
    })
    t.equal((await oauth.processRefreshTokenResponse(as, client, refreshed)).token_type, 'dpop')
    const told = await oauth
      .protectedResourceRequest(tokens.access_token, 'GET', new URL(as.userinfo_endpoint ?? ''), undefined, null, init)
      .catch(error => error)
    t.ok(told instanceof oauth.WWWAuthenticateChallengeError, 'as a bearer token it is refused')
  }
})

t.test('oauth4webapi: a resource gets a JWT or a reference, as its API connection says', async t => {
  const { as, init } = await open({
    apis: { 'https://jwt.example': { format: 'jwt' }, 'https://opaque.example': { format: 'opaque' } },
  })
  const client = { client_id: 'demo' }
  const auth = oauth.ClientSecretBasic('demo-secret')
  for (const [resource, parts] of [
    ['https://jwt.example', 3],
    ['https://opaque.example', 1],
  ] as const) {
    const response = await oauth.clientCredentialsGrantRequest(as, client, auth, { resource }, init)
    const { access_token } = await oauth.processClientCredentialsResponse(as, client, response)
    t.equal(access_token.split('.').length, parts)
    const told = await oauth.introspectionRequest(as, client, auth, access_token, init)
    t.equal((await oauth.processIntrospectionResponse(as, client, told)).aud, resource)
  }
})

t.test(
  'openid-client: a key authenticates it, and its DPoP handle answers the demand for a nonce by itself',
  async t => {
    const pair = await openid.randomDPoPKeyPair('ES256', { extractable: true })
    const web = { jwks: { keys: [await publicKey(pair, 'a-key')] }, dpop_bound_access_tokens: true }
    const provider = createMockProvider({ issuer: ORIGIN, dpop: { nonce: 'required' }, clients: { web } })
    const auth = openid.PrivateKeyJwt({ key: pair.privateKey, kid: 'a-key' })
    const config = await discover(provider, 'web', {}, auth)
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair())
    const verifier = openid.randomPKCECodeVerifier()
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      login_hint: 'bob',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const back = new URL((await provider.fetch(new Request(url))).headers.get('location') ?? '')
    const tokens = await openid.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier }, undefined, {
      DPoP,
    })
    t.equal(tokens.token_type, 'dpop')
    t.equal((await openid.fetchUserInfo(config, tokens.access_token, 'bob', { DPoP })).sub, 'bob')
    const told = await openid.tokenIntrospection(config, tokens.access_token)
    t.equal(told.token_type, 'DPoP')
    t.equal(
      (await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })).token_type,
      'dpop',
    )
  },
)
