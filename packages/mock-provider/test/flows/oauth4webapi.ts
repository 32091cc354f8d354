import * as oauth from 'oauth4webapi'
import type { Test } from 'tap'
import { CALLBACK } from '../journey.ts'
import {
  addressOf,
  introspect,
  judgeDetached,
  judgeHybrid,
  judgeJwt,
  judgePlain,
  logIn,
  type Open,
  open,
  readUser,
  redeem,
  type Setting,
  serve,
  subOf,
} from './oauth4webapi-journey.ts'
import { APIS, type Flow, ID, issuer, makeKey, makeSealed, request, SEALED, SECRET, TLS_CLIENTS } from './world.ts'

type Run = (t: Test) => Promise<unknown>

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token'

const authenticates =
  (setting: () => Promise<Setting> | Setting): Run =>
  async t => {
    const opened = await open(await setting())
    const { as, client, auth, init } = opened
    if (client.use_mtls_endpoint_aliases) opened.world.connectWithCertificate()
    const tokens = await logIn(opened)
    t.equal(subOf(tokens), 'alice')
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, auth, tokens.refresh_token ?? '', init),
    )
    if (client.token_endpoint_auth_method !== 'none')
      t.equal((await introspect(opened, tokens.refresh_token ?? '')).active, false)
  }

const withMethod = (method: string, auth: oauth.ClientAuth): Run =>
  authenticates(() => ({ registered: { token_endpoint_auth_method: method }, auth }))

const withCertificate = (method: keyof typeof TLS_CLIENTS): Run =>
  authenticates(() => ({
    registered: TLS_CLIENTS[method],
    secret: null,
    metadata: { use_mtls_endpoint_aliases: true },
    auth: oauth.TlsClientAuth(),
  }))

async function openSealed(kind: string, key: keyof typeof SEALED): Promise<Open> {
  const { registered, metadata, decrypt } = await makeSealed(kind, SEALED[key] ?? ['RSA-OAEP'])
  return open({ registered, metadata, decrypt })
}

const readsSealedIdToken =
  (key: keyof typeof SEALED): Run =>
  async t =>
    t.equal(subOf(await logIn(await openSealed('id_token', key))), 'alice')

/** Each flow as this client goes it. */
export const OAUTH4WEBAPI: Readonly<Record<Flow, Run | string>> = {
  registration: async t => {
    const opened = await open()
    const { as, init } = opened
    const metadata = { redirect_uris: [CALLBACK], grant_types: ['client_credentials'], response_types: [] }
    const made = await oauth.dynamicClientRegistrationRequest(as, metadata, init)
    const client = (await oauth.processDynamicClientRegistrationResponse(made)) as oauth.Client
    t.ok(await serve({ ...opened, client, auth: oauth.ClientSecretBasic(String(client.client_secret)) }))
  },
  'discovery by both paths': async t => {
    const { init } = await open()
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      const found = await oauth.discoveryRequest(issuer, { ...init, algorithm })
      t.equal((await oauth.processDiscoveryResponse(issuer, found)).issuer, issuer.href, algorithm)
    }
  },
  client_secret_basic: withMethod('client_secret_basic', oauth.ClientSecretBasic(SECRET)),
  client_secret_post: withMethod('client_secret_post', oauth.ClientSecretPost(SECRET)),
  client_secret_jwt: withMethod('client_secret_jwt', oauth.ClientSecretJwt(SECRET)),
  private_key_jwt: authenticates(async () => {
    const { key, kid, jwks } = await makeKey('PS256', 'sig')
    const registered = { token_endpoint_auth_method: 'private_key_jwt', jwks }
    return { registered, auth: oauth.PrivateKeyJwt({ key, kid }), secret: null }
  }),
  tls_client_auth: withCertificate('tls_client_auth'),
  self_signed_tls_client_auth: withCertificate('self_signed_tls_client_auth'),
  none: authenticates(() => {
    const metadata = { token_endpoint_auth_method: 'none' }
    return { registered: metadata, metadata, auth: oauth.None(), secret: null }
  }),
  'access tokens by resource': async t => {
    const opened = await open()
    for (const [format, resource] of Object.entries(APIS)) {
      const token = await serve(opened, { resource })
      t.equal(token.split('.').length, format === 'jwt' ? 3 : 1, format)
      t.equal((await introspect(opened, token)).aud, resource)
    }
  },
  introspection: async t => {
    const opened = await open()
    const { access_token, refresh_token = '' } = await logIn(opened)
    t.match(await introspect(opened, access_token), { active: true, sub: 'alice' })
    t.match(await introspect(opened, refresh_token), { active: true, client_id: ID })
    t.strictSame(await introspect(opened, 'garbage'), { active: false })
  },
  'signed introspection': async t => {
    const metadata = { introspection_signed_response_alg: 'ES512' }
    const opened = await open({ registered: metadata, metadata })
    t.match(await introspect(opened, await serve(opened)), { active: true, client_id: ID })
  },
  'encrypted introspection': async t => {
    const opened = await openSealed('introspection', 'ECDH-ES')
    t.match(await introspect(opened, await serve(opened)), { active: true, client_id: ID })
  },
  revocation: async t => {
    const opened = await open()
    const { as, client, auth, init } = opened
    const { refresh_token = '' } = await logIn(opened)
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, refresh_token, init))
    t.strictSame(await introspect(opened, refresh_token), { active: false })
  },
  device: async t => {
    const { as, client, auth, init, world } = await open()
    const asked = await oauth.deviceAuthorizationRequest(as, client, auth, { scope: 'openid' }, init)
    const device = await oauth.processDeviceAuthorizationResponse(as, client, asked)
    await world.decide('device', { user_code: device.user_code })
    const response = await oauth.deviceCodeGrantRequest(as, client, auth, device.device_code, init)
    t.equal(subOf(await oauth.processDeviceCodeResponse(as, client, response)), 'alice')
  },
  CIBA: async t => {
    const { as, client, auth, init, world } = await open()
    const form = { scope: 'openid', login_hint: 'alice' }
    const asked = await oauth.backchannelAuthenticationRequest(as, client, auth, form, init)
    const { auth_req_id } = await oauth.processBackchannelAuthenticationResponse(as, client, asked)
    await world.decide('ciba', { auth_req_id })
    const response = await oauth.backchannelAuthenticationGrantRequest(as, client, auth, auth_req_id, init)
    t.equal(subOf(await oauth.processBackchannelAuthenticationGrantResponse(as, client, response)), 'alice')
  },
  refresh: async t => {
    const opened = await open()
    const { as, client, auth, init } = opened
    const { refresh_token = '' } = await logIn(opened)
    const response = await oauth.refreshTokenGrantRequest(as, client, auth, refresh_token, init)
    t.equal(subOf(await oauth.processRefreshTokenResponse(as, client, response)), 'alice')
  },
  'token exchange': async t => {
    const opened = await open()
    const { as, client, auth, init } = opened
    const { access_token } = await logIn(opened)
    const form = { subject_token: access_token, subject_token_type: ACCESS, audience: 'api' }
    const response = await oauth.genericTokenEndpointRequest(as, client, auth, EXCHANGE, form, init)
    const exchanged = await oauth.processGenericTokenEndpointResponse(as, client, response)
    t.equal((await introspect(opened, exchanged.access_token)).aud, 'api')
  },
  code: async t => {
    for (const response_mode of ['query', 'fragment', 'form_post'])
      t.equal(subOf(await logIn(await open(), { response_mode })), 'alice', response_mode)
  },
  hybrid: async t => {
    for (const response_mode of ['fragment', 'form_post']) {
      const parameters = { response_type: 'code id_token', response_mode }
      t.equal(subOf(await logIn(await open(), parameters, judgeHybrid)), 'alice', response_mode)
    }
  },
  'detached signature': async t =>
    t.equal(subOf(await logIn(await open(), { response_type: 'code id_token' }, judgeDetached)), 'alice'),
  implicit: 'it has no function for an answer without a code',
  'pushed request': async t => {
    const opened = await open()
    const { as, client, auth, init } = opened
    const form = request({ response_type: 'code' })
    const pushed = await oauth.pushedAuthorizationRequest(as, client, auth, form, init)
    const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, pushed)
    t.equal(subOf(await redeem(opened, addressOf(opened, { request_uri }), judgePlain, oauth.nopkce)), 'alice')
  },
  'request object': async t => {
    const { key, kid, jwks } = await makeKey('ES256', 'sig')
    const opened = await open({ registered: { jwks, require_signed_request_object: true } })
    const { as, client } = opened
    const object = await oauth.issueRequestObject(as, client, request({ response_type: 'code' }), { key, kid })
    t.equal(subOf(await redeem(opened, addressOf(opened, { request: object }), judgePlain, oauth.nopkce)), 'alice')
  },
  'DPoP with nonces': async t => {
    const opened = await open({ registered: { dpop_bound_access_tokens: true } })
    const { as, client, init } = opened
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
    const tokens = await logIn(opened, {}, judgePlain, DPoP)
    t.equal(tokens.token_type, 'dpop')
    const response = await oauth.userInfoRequest(as, client, tokens.access_token, { ...init, DPoP })
    t.equal((await oauth.processUserInfoResponse(as, client, 'alice', response)).sub, 'alice')
    t.equal((await introspect(opened, tokens.access_token)).cnf?.jkt, await DPoP.calculateThumbprint())
  },
  JARM: async t => {
    for (const response_mode of ['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'])
      t.equal(subOf(await logIn(await open(), { response_mode }, judgeJwt)), 'alice', response_mode)
  },
  'encrypted JARM': async t =>
    t.equal(
      subOf(await logIn(await openSealed('authorization', 'X25519'), { response_mode: 'jwt' }, judgeJwt)),
      'alice',
    ),
  'signed userinfo': async t => {
    const metadata = { userinfo_signed_response_alg: 'EdDSA' }
    const opened = await open({ registered: metadata, metadata })
    const { access_token } = await logIn(opened)
    t.match(await readUser(opened, access_token), { email: 'alice@example.com', aud: ID })
  },
  'encrypted userinfo': async t => {
    const opened = await openSealed('userinfo', 'RSA-OAEP')
    const { access_token } = await logIn(opened)
    t.match(await readUser(opened, access_token), { email: 'alice@example.com', aud: ID })
  },
  'ID token encrypted with RSA-OAEP': readsSealedIdToken('RSA-OAEP'),
  'ID token encrypted with ECDH-ES': readsSealedIdToken('ECDH-ES'),
  'ID token encrypted with X25519': readsSealedIdToken('X25519'),
}
