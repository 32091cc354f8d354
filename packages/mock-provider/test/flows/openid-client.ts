import { calculateJwkThumbprint } from 'jose'
import * as openid from 'openid-client'
import type { Test } from 'tap'
import { CALLBACK } from '../journey.ts'
import {
  APIS,
  CHECKS,
  ENC,
  type Flow,
  ID,
  issuer,
  makeKey,
  makeSealed,
  request,
  SEALED,
  SECRET,
  TLS_CLIENTS,
  World,
} from './world.ts'

type Run = (t: Test) => Promise<unknown>

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token'
const checks = { expectedState: CHECKS.state, expectedNonce: CHECKS.nonce, idTokenExpected: true }

interface Setting {
  readonly registered?: object
  readonly metadata?: Partial<openid.ClientMetadata>
  readonly auth?: openid.ClientAuth
  readonly secret?: null
  readonly algorithm?: 'oidc' | 'oauth2'
}

async function open(setting: Setting = {}) {
  const world = new World(setting.registered ?? {}, setting.secret === undefined ? SECRET : setting.secret)
  const metadata = { client_secret: SECRET, ...setting.metadata }
  const auth = setting.auth ?? openid.ClientSecretBasic(SECRET)
  const options = { [openid.customFetch]: world.fetch as never, algorithm: setting.algorithm ?? 'oidc' }
  const config = await openid.discovery(issuer, ID, metadata, auth, options)
  openid.enableNonRepudiationChecks(config)
  return { world, config }
}

type Open = Awaited<ReturnType<typeof open>>

async function logIn({ world, config }: Open, parameters: Record<string, string> = {}, DPoP?: openid.DPoPHandle) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const code_challenge = await openid.calculatePKCECodeChallenge(pkceCodeVerifier)
  const url = openid.buildAuthorizationUrl(
    config,
    request({ code_challenge, code_challenge_method: 'S256', ...parameters }),
  )
  const back = await world.browse(url)
  const more = DPoP === undefined ? {} : { DPoP }
  return openid.authorizationCodeGrant(config, back, { ...checks, pkceCodeVerifier }, undefined, more)
}

const authenticates =
  (setting: () => Promise<Setting> | Setting): Run =>
  async t => {
    const opened = await open(await setting())
    const { token_endpoint_auth_method: method, use_mtls_endpoint_aliases } = opened.config.clientMetadata()
    if (use_mtls_endpoint_aliases) opened.world.connectWithCertificate()
    const tokens = await logIn(opened)
    t.equal(tokens.claims()?.sub, 'alice')
    if (method === 'none') return
    t.equal((await openid.tokenIntrospection(opened.config, tokens.access_token)).active, true)
    await openid.tokenRevocation(opened.config, tokens.access_token)
    t.equal((await openid.tokenIntrospection(opened.config, tokens.access_token)).active, false)
  }

const withMethod = (method: string, auth: openid.ClientAuth): Run =>
  authenticates(() => ({ registered: { token_endpoint_auth_method: method }, auth }))

const withCertificate = (method: keyof typeof TLS_CLIENTS): Run =>
  authenticates(() => ({
    registered: TLS_CLIENTS[method],
    secret: null,
    metadata: { token_endpoint_auth_method: method, use_mtls_endpoint_aliases: true },
    auth: openid.TlsClientAuth(),
  }))

async function openSealed(kind: string, key: keyof typeof SEALED): Promise<Open> {
  const sealed = await makeSealed(kind, SEALED[key] ?? ['RSA-OAEP'])
  const opened = await open({ registered: sealed.registered, metadata: sealed.metadata })
  openid.enableDecryptingResponses(opened.config, [ENC], { key: sealed.key, kid: sealed.kid, alg: sealed.alg })
  return opened
}

const readsSealedIdToken =
  (key: keyof typeof SEALED): Run =>
  async t => {
    const tokens = await logIn(await openSealed('id_token', key))
    t.equal(tokens.id_token?.split('.').length, 5)
    t.equal(tokens.claims()?.sub, 'alice')
  }

/** Each flow as this client goes it. */
export const OPENID_CLIENT: Readonly<Record<Flow, Run | string>> = {
  registration: async t => {
    const { provider, fetch } = new World({}, SECRET)
    const form = { token_endpoint_auth_method: 'client_secret_post' }
    const metadata = { redirect_uris: [CALLBACK], grant_types: ['client_credentials'], response_types: [], ...form }
    const options = { [openid.customFetch]: fetch as never }
    const config = await openid.dynamicClientRegistration(issuer, metadata, undefined, options)
    const { client_id } = config.clientMetadata()
    t.ok(provider.tenant(issuer.pathname).clients.get(client_id))
    t.ok((await openid.clientCredentialsGrant(config)).access_token)
  },
  'discovery by both paths': async t => {
    for (const algorithm of ['oidc', 'oauth2'] as const)
      t.equal((await open({ algorithm })).config.serverMetadata().issuer, issuer.href, algorithm)
  },
  client_secret_basic: withMethod('client_secret_basic', openid.ClientSecretBasic(SECRET)),
  client_secret_post: withMethod('client_secret_post', openid.ClientSecretPost(SECRET)),
  client_secret_jwt: withMethod('client_secret_jwt', openid.ClientSecretJwt(SECRET)),
  private_key_jwt: authenticates(async () => {
    const { key, kid, jwks } = await makeKey('ES256', 'sig')
    const registered = { token_endpoint_auth_method: 'private_key_jwt', jwks }
    return { registered, auth: openid.PrivateKeyJwt({ key, kid }), secret: null }
  }),
  tls_client_auth: withCertificate('tls_client_auth'),
  self_signed_tls_client_auth: withCertificate('self_signed_tls_client_auth'),
  none: authenticates(() => {
    const metadata = { token_endpoint_auth_method: 'none' }
    return { registered: metadata, metadata, auth: openid.None(), secret: null }
  }),
  'access tokens by resource': async t => {
    const { config } = await open()
    for (const [format, resource] of Object.entries(APIS)) {
      const { access_token } = await openid.clientCredentialsGrant(config, { resource })
      t.equal(access_token.split('.').length, format === 'jwt' ? 3 : 1, format)
      t.equal((await openid.tokenIntrospection(config, access_token)).aud, resource)
    }
  },
  introspection: async t => {
    const opened = await open()
    const { access_token, refresh_token = '' } = await logIn(opened)
    t.match(await openid.tokenIntrospection(opened.config, access_token), { active: true, sub: 'alice' })
    t.match(await openid.tokenIntrospection(opened.config, refresh_token), { active: true, client_id: ID })
    t.strictSame(await openid.tokenIntrospection(opened.config, 'garbage'), { active: false })
  },
  'signed introspection': async t => {
    const metadata = { introspection_signed_response_alg: 'PS256' }
    const { config } = await open({ registered: metadata, metadata })
    const { access_token } = await openid.clientCredentialsGrant(config)
    t.match(await openid.tokenIntrospection(config, access_token), { active: true, client_id: ID })
  },
  'encrypted introspection': async t => {
    const { config } = await openSealed('introspection', 'X25519')
    const { access_token } = await openid.clientCredentialsGrant(config)
    t.match(await openid.tokenIntrospection(config, access_token), { active: true, client_id: ID })
  },
  revocation: async t => {
    const opened = await open()
    const { refresh_token = '' } = await logIn(opened)
    await openid.tokenRevocation(opened.config, refresh_token)
    const late = await openid.refreshTokenGrant(opened.config, refresh_token).catch((error: unknown) => error)
    t.match(late, { error: 'invalid_grant' })
  },
  device: async t => {
    const { world, config } = await open()
    const device = await openid.initiateDeviceAuthorization(config, { scope: 'openid' })
    await world.decide('device', { user_code: device.user_code })
    t.equal((await openid.pollDeviceAuthorizationGrant(config, device)).claims()?.sub, 'alice')
  },
  CIBA: async t => {
    const { world, config } = await open()
    const asked = await openid.initiateBackchannelAuthentication(config, { scope: 'openid', login_hint: 'alice' })
    await world.decide('ciba', { auth_req_id: asked.auth_req_id })
    t.equal((await openid.pollBackchannelAuthenticationGrant(config, asked)).claims()?.sub, 'alice')
  },
  refresh: async t => {
    const opened = await open()
    const { refresh_token = '' } = await logIn(opened)
    t.equal((await openid.refreshTokenGrant(opened.config, refresh_token)).claims()?.sub, 'alice')
  },
  'token exchange': async t => {
    const opened = await open()
    const { access_token } = await logIn(opened)
    const form = { subject_token: access_token, subject_token_type: ACCESS, audience: 'api' }
    const exchanged = await openid.genericGrantRequest(opened.config, EXCHANGE, form)
    t.equal((await openid.tokenIntrospection(opened.config, exchanged.access_token)).aud, 'api')
  },
  code: async t => {
    for (const response_mode of ['query', 'form_post'])
      t.equal((await logIn(await open(), { response_mode })).claims()?.sub, 'alice', response_mode)
  },
  hybrid: async t => {
    for (const response_mode of ['fragment', 'form_post']) {
      const opened = await open()
      openid.useCodeIdTokenResponseType(opened.config)
      t.equal((await logIn(opened, { response_mode })).claims()?.sub, 'alice', response_mode)
    }
  },
  'detached signature': async t => {
    const opened = await open()
    openid.useCodeIdTokenResponseType(opened.config)
    openid.enableDetachedSignatureResponseChecks(opened.config)
    t.equal((await logIn(opened)).claims()?.sub, 'alice')
  },
  implicit: async t => {
    for (const response_mode of ['fragment', 'form_post']) {
      const { world, config } = await open()
      openid.useIdTokenResponseType(config)
      const back = await world.browse(openid.buildAuthorizationUrl(config, request({ response_mode })))
      const claims = await openid.implicitAuthentication(config, back, CHECKS.nonce, { expectedState: CHECKS.state })
      t.equal(claims.email, 'alice@example.com', response_mode)
    }
  },
  'pushed request': async t => {
    const { world, config } = await open()
    const back = await world.browse(await openid.buildAuthorizationUrlWithPAR(config, request()))
    t.equal((await openid.authorizationCodeGrant(config, back, checks)).claims()?.sub, 'alice')
  },
  'request object': async t => {
    const { key, kid, jwks } = await makeKey('EdDSA', 'sig')
    const { world, config } = await open({ registered: { jwks, require_signed_request_object: true } })
    const back = await world.browse(await openid.buildAuthorizationUrlWithJAR(config, request(), { key, kid }))
    t.equal((await openid.authorizationCodeGrant(config, back, checks)).claims()?.sub, 'alice')
  },
  'DPoP with nonces': async t => {
    const opened = await open({ registered: { dpop_bound_access_tokens: true } })
    const pair = await openid.randomDPoPKeyPair('ES256', { extractable: true })
    const DPoP = openid.getDPoPHandle(opened.config, pair)
    const tokens = await logIn(opened, {}, DPoP)
    t.equal(tokens.token_type, 'dpop')
    const { cnf } = await openid.tokenIntrospection(opened.config, tokens.access_token)
    t.equal(cnf?.jkt, await calculateJwkThumbprint((await crypto.subtle.exportKey('jwk', pair.publicKey)) as never))
    t.equal((await openid.fetchUserInfo(opened.config, tokens.access_token, 'alice', { DPoP })).sub, 'alice')
  },
  JARM: async t => {
    for (const response_mode of ['jwt', 'query.jwt', 'form_post.jwt']) {
      const opened = await open()
      openid.useJwtResponseMode(opened.config)
      t.equal((await logIn(opened, { response_mode })).claims()?.sub, 'alice', response_mode)
    }
  },
  'encrypted JARM': async t => {
    const opened = await openSealed('authorization', 'ECDH-ES')
    openid.useJwtResponseMode(opened.config)
    t.equal((await logIn(opened)).claims()?.sub, 'alice')
  },
  'signed userinfo': async t => {
    const metadata = { userinfo_signed_response_alg: 'RS256' }
    const opened = await open({ registered: metadata, metadata })
    const { access_token } = await logIn(opened)
    t.match(await openid.fetchUserInfo(opened.config, access_token, 'alice'), { email: 'alice@example.com', aud: ID })
  },
  'encrypted userinfo': async t => {
    const opened = await openSealed('userinfo', 'RSA-OAEP')
    const { access_token } = await logIn(opened)
    t.match(await openid.fetchUserInfo(opened.config, access_token, 'alice'), { email: 'alice@example.com', aud: ID })
  },
  'ID token encrypted with RSA-OAEP': readsSealedIdToken('RSA-OAEP'),
  'ID token encrypted with ECDH-ES': readsSealedIdToken('ECDH-ES'),
  'ID token encrypted with X25519': readsSealedIdToken('X25519'),
}
