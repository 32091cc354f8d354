import { compactDecrypt, exportJWK, generateKeyPair, type JWK } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import t from 'tap'
import { createMockProvider, type MockProvider } from '../../src/index.ts'
import { CALLBACK, ORIGIN } from '../journey.ts'

const issuer = new URL(ORIGIN)
const fetchFrom =
  (provider: MockProvider) =>
  (url: string, init: object): Promise<Response> =>
    provider.fetch(new Request(url, init))

/** A key that an application decrypts with, and what it publishes of it. */
async function makeKey(alg: string, crv?: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, {
    extractable: true,
    ...(crv === undefined ? {} : { crv }),
  })
  const jwk = await exportJWK(publicKey)
  return { privateKey, jwks: { keys: [{ ...jwk, kid: `${alg} ${crv ?? ''}`, use: 'enc' } as JWK] } as oauth.JsonObject }
}

/** Every kind of key, with every content algorithm at least once. */
const ENCRYPTIONS: readonly (readonly [alg: string, enc: string, crv?: string])[] = [
  ['RSA-OAEP', 'A128CBC-HS256'],
  ['RSA-OAEP-256', 'A256GCM'],
  ['ECDH-ES', 'A128GCM', 'P-256'],
  ['ECDH-ES+A128KW', 'A256CBC-HS512', 'P-384'],
  ['ECDH-ES+A256KW', 'A192GCM', 'P-521'],
  ['ECDH-ES', 'A192CBC-HS384', 'X25519'],
  ['ECDH-ES+A192KW', 'A256GCM', 'X25519'],
]

/** What a browser does for a user who is hinted at. */
async function authorize(provider: MockProvider, endpoint: string, parameters: Record<string, string>): Promise<URL> {
  const url = new URL(endpoint)
  url.search = new URLSearchParams({
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid email',
    login_hint: 'alice',
    ...parameters,
  }).toString()
  return new URL((await provider.fetch(new Request(url))).headers.get('location') ?? '')
}

t.test(
  'oauth4webapi: registers, reads an encrypted ID token, userinfo and introspection as JWT, by every kind of key',
  async t => {
    for (const [alg, enc, crv] of ENCRYPTIONS) {
      const provider = createMockProvider({ issuer: ORIGIN })
      const { privateKey, jwks } = await makeKey(alg, crv)
      const options = {
        [oauth.customFetch]: fetchFrom(provider),
        [oauth.jweDecrypt]: async (jwe: string) =>
          Buffer.from((await compactDecrypt(jwe, privateKey)).plaintext).toString(),
      }
      const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
      const made = await oauth.dynamicClientRegistrationRequest(
        as,
        {
          redirect_uris: [CALLBACK],
          grant_types: ['authorization_code', 'refresh_token'],
          jwks,
          id_token_signed_response_alg: 'ES256',
          id_token_encrypted_response_alg: alg,
          id_token_encrypted_response_enc: enc,
          userinfo_signed_response_alg: 'EdDSA',
          userinfo_encrypted_response_alg: alg,
          userinfo_encrypted_response_enc: enc,
          introspection_signed_response_alg: 'PS256',
          introspection_encrypted_response_alg: alg,
          introspection_encrypted_response_enc: enc,
        },
        options,
      )
      const client = (await oauth.processDynamicClientRegistrationResponse(made)) as oauth.Client
      const authentication = oauth.ClientSecretBasic(String(client.client_secret))
      const verifier = oauth.generateRandomCodeVerifier()
      const location = await authorize(provider, as.authorization_endpoint ?? '', {
        client_id: client.client_id,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        nonce: 'a-nonce',
      })
      const parameters = oauth.validateAuthResponse(as, client, location, oauth.expectNoState)
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        authentication,
        parameters,
        CALLBACK,
        verifier,
        options,
      )
      const sealed = ((await response.clone().json()) as { id_token: string }).id_token
      t.equal(sealed.split('.').length, 5, `${alg} ${enc} ${crv ?? ''}`)
      const result = await oauth.processAuthorizationCodeResponse(as, client, response, {
        expectedNonce: 'a-nonce',
        requireIdToken: true,
        ...options,
      })
      await oauth.validateApplicationLevelSignature(as, response, options)
      t.equal(oauth.getValidatedIdTokenClaims(result)?.sub, 'alice')

      const info = await oauth.userInfoRequest(as, client, result.access_token, options)
      t.match(info.headers.get('content-type'), /^application\/jwt/)
      const user = await oauth.processUserInfoResponse(as, client, 'alice', info, options)
      await oauth.validateApplicationLevelSignature(as, info, options)
      t.match(user, { email: 'alice@example.com', aud: client.client_id, iss: ORIGIN })

      const told = await oauth.introspectionRequest(as, client, authentication, result.access_token, options)
      t.match(told.headers.get('content-type'), /^application\/token-introspection\+jwt/)
      const facts = await oauth.processIntrospectionResponse(as, client, told, options)
      await oauth.validateApplicationLevelSignature(as, told, options)
      t.match(facts, { active: true, sub: 'alice', client_id: client.client_id })

      const refreshed = await oauth.refreshTokenGrantRequest(
        as,
        client,
        authentication,
        result.refresh_token ?? '',
        options,
      )
      const again = await oauth.processRefreshTokenResponse(as, client, refreshed, options)
      t.equal(oauth.getValidatedIdTokenClaims(again)?.aud, client.client_id)
    }
  },
)

t.test(
  'openid-client: registers, then reads encrypted ID tokens with RSA, ECDH and X25519, and userinfo as JWT',
  async t => {
    // It reads no other curves.
    const read = ENCRYPTIONS.filter(([, , crv]) => crv !== 'P-384' && crv !== 'P-521')
    for (const [alg, enc, crv] of read) {
      const provider = createMockProvider({ issuer: ORIGIN })
      const { privateKey, jwks } = await makeKey(alg, crv)
      const config = await openid.dynamicClientRegistration(
        issuer,
        {
          redirect_uris: [CALLBACK],
          token_endpoint_auth_method: 'client_secret_post',
          grant_types: ['authorization_code', 'client_credentials'],
          jwks,
          id_token_encrypted_response_alg: alg,
          id_token_encrypted_response_enc: enc,
          userinfo_signed_response_alg: 'RS256',
          introspection_signed_response_alg: 'RS256',
        },
        undefined,
        { [openid.customFetch]: fetchFrom(provider) as never },
      )
      openid.enableDecryptingResponses(config, [enc], {
        key: privateKey as never,
        kid: `${alg} ${crv ?? ''}`,
        alg,
      } as never)
      openid.enableNonRepudiationChecks(config)
      const { client_id } = config.clientMetadata()
      const location = await authorize(provider, config.serverMetadata().authorization_endpoint ?? '', { client_id })
      const tokens = await openid.authorizationCodeGrant(config, location)
      t.equal(tokens.claims()?.sub, 'alice', `${alg} ${enc} ${crv ?? ''}`)
      t.equal((await openid.fetchUserInfo(config, tokens.access_token, 'alice')).email, 'alice@example.com')
      t.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, true)
      const machine = await openid.clientCredentialsGrant(config)
      t.match(await openid.tokenIntrospection(config, machine.access_token), { active: true, sub: client_id })
    }
  },
)
