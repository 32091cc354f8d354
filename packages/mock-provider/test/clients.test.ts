import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import t from 'tap'
import { createMockProvider, type MockProvider } from '../src/index.ts'
import { CALLBACK, ORIGIN } from './journey.ts'

const issuer = new URL(`${ORIGIN}/a/b`)
const fetchFrom =
  (provider: MockProvider) =>
  (url: string, init: object): Promise<Response> =>
    provider.fetch(new Request(url, init))

/** What a browser does with an authorization URL: the page is a form, and a click on a user is enough. */
async function click(provider: MockProvider, url: URL, user: string): Promise<Response> {
  const page = await provider.fetch(new Request(url))
  const html = await page.text()
  const body = new URLSearchParams({ user })
  for (const [, name = '', value = ''] of html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g))
    body.set(name, value)
  const action = /<form method="post" action="([^"]*)"/.exec(html)?.[1] ?? ''
  return provider.fetch(new Request(new URL(action, url), { method: 'POST', body }))
}

t.test('oauth4webapi: discovery both ways, code with PKCE, userinfo, introspection, refresh, revocation', async t => {
  const provider = createMockProvider({ issuer: ORIGIN })
  const options = { [oauth.customFetch]: fetchFrom(provider) }
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    const found = await oauth.discoveryRequest(issuer, { ...options, algorithm })
    t.equal((await oauth.processDiscoveryResponse(issuer, found)).issuer, issuer.href)
  }
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
  for (const [client, authentication] of [
    [{ client_id: 'demo' }, oauth.ClientSecretBasic('demo-secret')],
    [{ client_id: 'demo' }, oauth.ClientSecretPost('demo-secret')],
    [{ client_id: 'demo-public' }, oauth.None()],
  ] as const) {
    const verifier = oauth.generateRandomCodeVerifier()
    const url = new URL(as.authorization_endpoint ?? '')
    url.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid email',
      state: 'a-state',
      nonce: 'a-nonce',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString()
    const answer = await click(provider, url, 'alice')
    const parameters = oauth.validateAuthResponse(as, client, new URL(answer.headers.get('location') ?? ''), 'a-state')
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      parameters,
      CALLBACK,
      verifier,
      options,
    )
    const result = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: 'a-nonce',
      requireIdToken: true,
    })
    await oauth.validateApplicationLevelSignature(as, response, options)
    t.equal(oauth.getValidatedIdTokenClaims(result)?.sub, 'alice')
    const info = await oauth.userInfoRequest(as, client, result.access_token, options)
    t.equal((await oauth.processUserInfoResponse(as, client, 'alice', info)).email, 'alice@example.com')
    const refreshed = await oauth.processRefreshTokenResponse(
      as,
      client,
      await oauth.refreshTokenGrantRequest(as, client, authentication, result.refresh_token ?? '', options),
    )
    if (client.client_id === 'demo') {
      const told = await oauth.introspectionRequest(as, client, authentication, refreshed.access_token, options)
      t.equal((await oauth.processIntrospectionResponse(as, client, told)).active, true)
    }
    const revoked = await oauth.revocationRequest(as, client, authentication, refreshed.refresh_token ?? '', options)
    await oauth.processRevocationResponse(revoked)
    const late = await oauth.refreshTokenGrantRequest(
      as,
      client,
      authentication,
      refreshed.refresh_token ?? '',
      options,
    )
    const failure = await oauth.processRefreshTokenResponse(as, client, late).catch(error => error)
    t.match(failure, { error: 'invalid_grant' })
  }
})

t.test('oauth4webapi: its validation of a JWT access token accepts ours and refuses defective ones', async t => {
  const provider = createMockProvider({ issuer: ORIGIN })
  const world = provider.tenant('/a/b')
  const options = { [oauth.customFetch]: fetchFrom(provider) }
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
  const validate = async (token: string) =>
    oauth.validateJwtAccessToken(
      as,
      new Request('https://api.example.com/', { headers: { authorization: `Bearer ${token}` } }),
      'https://api.example.com',
      options,
    )
  for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']) {
    const { token } = await world.mint({ audience: 'https://api.example.com', alg })
    t.match(await validate(token), { sub: 'alice', client_id: 'demo' }, alg)
  }
  for (const defect of [
    'expired',
    'wrong_issuer',
    'wrong_audience',
    'alg_none',
    'wrong_key',
    'tampered_payload',
    'id_token_as_access',
    'hs256_public_key',
  ]) {
    const { token } = await world.mint({ audience: 'https://api.example.com', defect })
    await t.rejects(validate(token), defect)
  }
})

t.test('openid-client: the whole way from discovery to logout, and client credentials', async t => {
  const provider = createMockProvider({ issuer: ORIGIN })
  const config = await openid.discovery(issuer, 'demo', 'demo-secret', undefined, {
    [openid.customFetch]: fetchFrom(provider),
  })
  openid.enableNonRepudiationChecks(config)
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid profile',
    state: 'a-state',
    nonce: 'a-nonce',
    max_age: '100',
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const answer = await click(provider, url, 'bob')
  const tokens = await openid.authorizationCodeGrant(config, new URL(answer.headers.get('location') ?? ''), {
    pkceCodeVerifier,
    expectedState: 'a-state',
    expectedNonce: 'a-nonce',
    maxAge: 100,
    idTokenExpected: true,
  })
  t.equal(tokens.claims()?.sub, 'bob')
  t.equal((await openid.fetchUserInfo(config, tokens.access_token, 'bob')).name, 'Bob Example')
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
  t.equal((await openid.tokenIntrospection(config, refreshed.access_token)).active, true)
  await openid.tokenRevocation(config, refreshed.access_token)
  t.equal((await openid.tokenIntrospection(config, refreshed.access_token)).active, false)
  const machine = await openid.clientCredentialsGrant(config, { scope: 'a', resource: 'https://api.example.com' })
  t.equal((await openid.tokenIntrospection(config, machine.access_token)).aud, 'https://api.example.com')
  const out = openid.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: CALLBACK,
  })
  t.equal((await provider.fetch(new Request(out))).headers.get('location'), CALLBACK)
})

t.test('openid-client: an ID token is verified with every algorithm that a client registers', async t => {
  for (const alg of ['RS256', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'HS256']) {
    const clients = { web: { client_secret: 'a-secret', id_token_signed_response_alg: alg } }
    const provider = createMockProvider({ issuer: ORIGIN, clients })
    const metadata = { client_secret: 'a-secret', id_token_signed_response_alg: alg }
    const config = await openid.discovery(issuer, 'web', metadata, openid.ClientSecretPost('a-secret'), {
      [openid.customFetch]: fetchFrom(provider),
    })
    // The check fetches the JWKS, which has no key for HS256.
    if (alg !== 'HS256') openid.enableNonRepudiationChecks(config)
    const url = openid.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope: 'openid', login_hint: 'alice' })
    const answer = await provider.fetch(new Request(url))
    const tokens = await openid.authorizationCodeGrant(config, new URL(answer.headers.get('location') ?? ''), {
      idTokenExpected: true,
    })
    t.equal(tokens.claims()?.sub, 'alice', alg)
  }
})
