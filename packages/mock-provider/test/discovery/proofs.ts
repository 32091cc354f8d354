import { claimsOf } from '../journey.ts'
import { asks, authenticates, takesAssertion } from './authentication.ts'
import { GRANTS } from './grants.ts'
import { isSealed, isSigned, RECEIVED } from './received.ts'
import { PARAMETERS, requestObject, takesRequest, takesSealedRequest } from './requests.ts'
import type { Works } from './scene.ts'

/** What is said in a list: each value works, and none of `all` that is left out does. */
interface Listed {
  readonly all: readonly string[]
  readonly works: Works
  /** What the client of this test can not make, and so proves nothing either way. */
  readonly untried?: readonly string[]
}

const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'HS256', 'HS384'],
  ...['HS512', 'none', 'ES256K', 'Ed25519', 'Ed448'],
]
const SEALING = [
  ...['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW'],
  ...['ECDH-ES+A256KW', 'RSA1_5', 'dir', 'A128KW', 'A256GCMKW', 'PBES2-HS256+A128KW'],
]
const CONTENTS = ['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512']
const METHODS = [
  ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'tls_client_auth'],
  ...['self_signed_tls_client_auth', 'none'],
]
const scopesOf = (token: string): readonly unknown[] => {
  const { scope } = claimsOf(token)
  return Array.isArray(scope) ? scope : String(scope).split(' ')
}

const UNSIGNABLE = ['none', 'ES256K', 'Ed448']
const SIGNABLE = ALGORITHMS.filter(alg => !UNSIGNABLE.includes(alg))

export const LISTED: Readonly<Record<string, Listed>> = {
  scopes_supported: {
    all: [],
    works: async (scene, scope) => {
      const { json } = await scene.logIn(scene.put(), { scope: `openid ${scope}`, prompt: 'consent' })
      return scopesOf(json?.access_token ?? '..').includes(scope)
    },
  },
  claims_supported: {
    all: [],
    works: async (scene, name) => {
      const scope = scene.document.scopes_supported.join(' ')
      const claims = JSON.stringify({ id_token: { [name]: null }, userinfo: { [name]: null } })
      const { json } = await scene.logIn(scene.put(), { scope, claims, prompt: 'consent', acr_values: 'gold' })
      const told = await scene.userinfo(json.access_token)
      return Object.hasOwn(claimsOf(json.id_token), name) || Object.hasOwn(told.json, name)
    },
  },
  response_types_supported: {
    all: ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token', 'none', 'token'],
    works: async (scene, type) => {
      const { parameters } = await scene.authorize(scene.put(), { response_type: type })
      const brought = ['code', 'id_token', 'access_token'].filter(name => parameters.has(name)).sort()
      const named = type.replace(/\btoken$/, 'access_token').split(' ')
      return type === 'none'
        ? parameters.get('state') === 's' && brought.length === 0 && !parameters.has('error')
        : String(brought) === String(named.sort())
    },
  },
  response_modes_supported: {
    all: ['query', 'fragment', 'form_post', 'jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt', 'web_message'],
    works: async (scene, mode) => {
      const { carrier, parameters } = await scene.authorize(scene.put(), { response_mode: mode })
      const isJwt = mode.endsWith('jwt')
      const expected = mode === 'jwt' ? 'query' : mode.replace('.jwt', '')
      return carrier === expected && parameters.has(isJwt ? 'response' : 'code')
    },
  },
  grant_types_supported: {
    all: Object.keys(GRANTS),
    works: async (scene, grant) => (await GRANTS[grant]?.(scene, grant)) ?? false,
  },
  code_challenge_methods_supported: {
    all: ['S256', 'plain', 'S512'],
    works: async (scene, method) => (await scene.logIn(scene.put(), {}, method)).json?.access_token !== undefined,
  },
  prompt_values_supported: {
    all: ['none', 'login', 'consent', 'select_account', 'create'],
    works: async (scene, prompt) => {
      const { reply, parameters } = await scene.authorize(scene.put(), { prompt, login_hint: 'nobody' })
      return reply.status === 200 || parameters.get('error') === 'login_required'
    },
  },
  display_values_supported: {
    all: ['page', 'popup', 'touch', 'wap', 'hologram'],
    works: async (scene, display) => (await scene.authorize(scene.put(), { display })).parameters.has('code'),
  },
  ui_locales_supported: {
    all: [],
    works: async (scene, ui_locales) => {
      const { reply } = await scene.authorize(scene.put(), { ui_locales, login_hint: 'nobody' })
      return reply.text.includes(`<html lang="${ui_locales}"`)
    },
  },
  acr_values_supported: {
    all: ['bronze', 'silver', 'gold'],
    works: async (scene, acr) => {
      const { json } = await scene.logIn(scene.put(), { acr_values: acr })
      return claimsOf(json.id_token).acr === acr
    },
  },
  authorization_details_types_supported: {
    all: ['payment', 'account'],
    works: async (scene, type) => {
      const { json } = await scene.logIn(scene.put(), { authorization_details: JSON.stringify([{ type }]) })
      return json?.authorization_details?.[0]?.type === type
    },
  },
  claim_types_supported: {
    all: [],
    works: async (scene, kind) => {
      const source = kind === 'aggregated' ? { JWT: 'e30.e30.x' } : { endpoint: 'https://claims.example' }
      const more = kind === 'normal' ? { staff: 1 } : { _claim_names: { staff: 'a' }, _claim_sources: { a: source } }
      scene.provider.users.put('carol', { password: 'carol', claims: more })
      const { json } = await scene.userinfo(await scene.token())
      return kind === 'normal' ? json.staff === 1 : json._claim_sources?.a !== undefined
    },
  },
  subject_types_supported: {
    all: ['public', 'pairwise'],
    works: async (scene, kind) => {
      const { json } = await scene.logIn(scene.put({ subject_type: kind, redirect_uris: [PARAMETERS.redirect_uri] }))
      const plain = await scene.logIn(scene.put())
      const isSame = json !== undefined && claimsOf(json.id_token).sub === claimsOf(plain.json.id_token).sub
      return json !== undefined && isSame === (kind === 'public')
    },
  },
  token_endpoint_auth_methods_supported: { all: METHODS, works: authenticates },
  introspection_endpoint_auth_methods_supported: {
    all: METHODS,
    works: asks('introspection_endpoint', { token: 'x' }),
  },
  revocation_endpoint_auth_methods_supported: { all: METHODS, works: asks('revocation_endpoint', { token: 'x' }) },
  dpop_signing_alg_values_supported: {
    all: SIGNABLE.filter(alg => !alg.startsWith('HS')),
    works: async (scene, alg) => {
      const form = { grant_type: 'client_credentials' }
      return (await scene.redeem(scene.put(), form, await scene.proof(alg))).json?.token_type === 'DPoP'
    },
  },
  backchannel_token_delivery_modes_supported: {
    all: ['poll', 'ping', 'push'],
    works: async (scene, mode) => {
      const uri = 'https://app.example.com/ping'
      return scene.put({ backchannel_token_delivery_mode: mode, backchannel_client_notification_endpoint: uri }) !== ''
    },
  },
  request_object_signing_alg_values_supported: {
    all: SIGNABLE,
    works: async (scene, alg) => {
      const { client, request } = await requestObject(scene, alg)
      return client !== '' && takesRequest(scene, client, { request })
    },
  },
  request_object_encryption_alg_values_supported: {
    all: [],
    works: (scene, alg) => takesSealedRequest(scene, alg, 'A128GCM'),
  },
  request_object_encryption_enc_values_supported: {
    all: [],
    works: (scene, enc) => takesSealedRequest(scene, 'ECDH-ES', enc),
  },
  ...Object.fromEntries(
    ['token', 'introspection', 'revocation'].map((name): [string, Listed] => [
      `${name}_endpoint_auth_signing_alg_values_supported`,
      { all: SIGNABLE, works: takesAssertion(`${name}_endpoint`), untried: UNSIGNABLE },
    ]),
  ),
  ...Object.fromEntries(
    Object.keys(RECEIVED).flatMap((kind): [string, Listed][] => [
      [`${kind}_signing_alg_values_supported`, { all: ALGORITHMS, works: isSigned(kind) }],
      [
        `${kind}_encryption_alg_values_supported`,
        { all: SEALING.slice(8), works: (scene, alg) => isSealed(scene, kind, alg, 'A128GCM') },
      ],
      [
        `${kind}_encryption_enc_values_supported`,
        { all: CONTENTS, works: (scene, enc) => isSealed(scene, kind, 'ECDH-ES', enc) },
      ],
    ]),
  ),
}
