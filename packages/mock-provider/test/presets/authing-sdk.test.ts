import { AuthenticationClient } from 'authing-js-sdk'
import t, { type Test } from 'tap'
import { createMockProvider } from '../../src/index.ts'

const CALLBACK = 'https://app.example.com/callback'
const SECRET = 'SEC:RET+/%'
const METHODS = ['client_secret_post', 'client_secret_basic', 'none'] as const
type Method = (typeof METHODS)[number]

/** A provider that listens, and the vendor's client as it is published. */
async function open(t: Test, method: Method, more: object = {}) {
  const clients =
    method === 'none' ? { app: { token_endpoint_auth_method: 'none' } } : { app: { client_secret: SECRET } }
  const provider = createMockProvider({ preset: 'genauth', seed: method, clients })
  const { url, close } = await provider.listen({ port: 0 })
  t.teardown(close)
  const sdk = new AuthenticationClient({
    appId: 'app',
    ...(method === 'none' ? {} : { secret: SECRET }),
    appHost: url,
    redirectUri: CALLBACK,
    tokenEndPointAuthMethod: method,
    introspectionEndPointAuthMethod: method,
    revocationEndPointAuthMethod: method,
    ...more,
  })
  return { provider, sdk, url }
}

const follow = (url: string, init: RequestInit = {}): Promise<Response> => fetch(url, { ...init, redirect: 'manual' })
const queryOf = (response: Response): URLSearchParams => new URL(response.headers.get('location') ?? '').searchParams

/** Fills in the login form as a user does. */
async function logIn(authorizeUrl: string): Promise<URLSearchParams> {
  const html = await (await follow(authorizeUrl)).text()
  const action = /<form method="post" action="([^"]*)"/.exec(html)?.[1] ?? ''
  const interaction = /name="interaction" value="([^"]*)"/.exec(html)?.[1] ?? ''
  const body = new URLSearchParams({ interaction, username: 'alice', password: 'alice' })
  return queryOf(await follow(new URL(action, authorizeUrl).href, { method: 'POST', body }))
}

for (const method of METHODS) {
  t.test(`the SDK goes the whole way with ${method}`, async t => {
    const { sdk, url } = await open(t, method)
    const verifier = sdk.generateCodeChallenge()
    const challenge = sdk.getCodeChallengeDigest({ codeChallenge: verifier, method: 'S256' })
    const authorizeUrl = sdk.buildAuthorizeUrl({
      scope: 'openid profile email phone address offline_access',
      nonce: 'a-nonce',
      state: 'a-state',
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
    })
    t.match(authorizeUrl, 'prompt=consent')
    const back = await logIn(authorizeUrl)
    t.equal(back.get('state'), 'a-state')

    const tokens = await sdk.getAccessTokenByCode(back.get('code') ?? '', { codeVerifier: verifier })
    t.match(tokens, {
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: /\./,
      id_token: /\./,
      refresh_token: /^[\w-]{43}$/,
    })

    for (const options of [
      undefined,
      { method: 'GET', tokenPlace: 'header' },
      { method: 'POST', tokenPlace: 'query' },
      { method: 'POST', tokenPlace: 'header' },
      { method: 'POST', tokenPlace: 'body' },
    ] as const) {
      const user = await sdk.getUserInfoByAccessToken(tokens.access_token, options)
      t.match(user, { sub: /^[0-9a-f]{24}$/, name: 'Alice Example', email: 'alice@example.com' })
    }

    t.match(await sdk.introspectToken(tokens.access_token), { active: true, client_id: 'app', token_type: 'Bearer' })
    t.match(await sdk.validateToken({ accessToken: tokens.access_token }), { aud: 'app', sub: /^[0-9a-f]{24}$/ })
    t.match(await sdk.validateToken({ idToken: tokens.id_token }), { aud: 'app', nonce: 'a-nonce' })
    t.match(await sdk.validateToken({ idToken: 'x' }), { code: 400, message: 'id_token format is incorrect' })

    const renewed = await sdk.getNewAccessTokenByRefreshToken(tokens.refresh_token)
    t.not(renewed.access_token, tokens.access_token)
    t.not(renewed.refresh_token, tokens.refresh_token)

    t.equal(await sdk.revokeToken(renewed.access_token), true)
    t.strictSame(await sdk.introspectToken(renewed.access_token), { active: false })
    t.equal(await sdk.revokeToken(renewed.refresh_token), true)
    t.strictSame(await sdk.introspectToken(renewed.refresh_token), { active: false })
    await t.rejects(sdk.getNewAccessTokenByRefreshToken(renewed.refresh_token), { message: /400/ })

    const expert = sdk.buildLogoutUrl({ expert: true, idToken: tokens.id_token, redirectUri: `${CALLBACK}?bye` })
    t.match(await follow(expert), { status: 302 })
    const plain = await follow(sdk.buildLogoutUrl({ redirectUri: CALLBACK }))
    t.equal(plain.headers.get('location'), CALLBACK)
    t.equal((await follow(`${url}/oidc/session/end`)).status, 200)
  })
}

t.test('client credentials go in the body whatever the method of the SDK', async t => {
  for (const method of METHODS) {
    const { sdk } = await open(t, method)
    const key = { accessKey: 'an-access-key', accessSecret: 'its-secret' }
    const tokens = await sdk.getAccessTokenByClientCredentials('email openid', key)
    t.match(tokens, { token_type: 'Bearer', scope: 'email openid' })
    t.notOk('sub' in (await sdk.validateToken({ accessToken: tokens.access_token })))
  }
})

t.test('the methods of the endpoints need not be the same', async t => {
  const { sdk, provider } = await open(t, 'client_secret_post', {
    introspectionEndPointAuthMethod: 'none',
    revocationEndPointAuthMethod: 'client_secret_basic',
  })
  const { token } = await provider.mint({ client_id: 'app' })
  t.match(await sdk.introspectToken(token), { active: true })
  t.equal(await sdk.revokeToken(token), true)
  t.strictSame(await sdk.introspectToken(token), { active: false })
})

t.test('the SDK throws on a wrong secret', async t => {
  const { sdk, provider } = await open(t, 'client_secret_post', { secret: 'wrong' })
  const { token } = await provider.mint({ client_id: 'app' })
  const failure = await sdk.introspectToken(token).catch((error: unknown) => error)
  t.match(failure, { response: { status: 401, data: { error: 'invalid_client' } } })
})

t.test('an ID token is good for an access token, and protocol=oauth for the scope user', async t => {
  const { sdk } = await open(t, 'client_secret_post')
  const back = await logIn(sdk.buildAuthorizeUrl({ scope: 'openid' }))
  const tokens = await sdk.getAccessTokenByCode(back.get('code') ?? '')
  const more = await sdk.getAccessTokenByIdToken({ redirectUri: CALLBACK, idToken: tokens.id_token, scope: 'openid' })
  t.match(await sdk.introspectToken(more.access_token), { active: true })

  const { sdk: oauth } = await open(t, 'client_secret_post', { protocol: 'oauth' })
  const returned = await logIn(oauth.buildAuthorizeUrl())
  const given = await oauth.getAccessTokenByCode(returned.get('code') ?? '')
  t.match(await oauth.getUserInfoByAccessToken(given.access_token), { sub: /^[0-9a-f]{24}$/ })
  t.match(await oauth.introspectToken(given.access_token), { active: true, scope: 'user' })
})
