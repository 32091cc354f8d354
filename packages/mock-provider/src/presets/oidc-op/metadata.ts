import { createHash } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { claimsSupported, scopesSupported } from '../../engine/identity-scopes.ts'
import { say } from '../../http/answers.ts'
import type { Endpoint } from '../../http/endpoint.ts'
import type { Call } from '../preset.ts'

const SIGNING = [
  'RS256',
  'RS384',
  'RS512',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'HS256',
  'HS384',
  'HS512',
]
const CURVES = ['ES256K', 'Ed25519', 'Ed448', 'EdDSA']
export const RESPONSE_MODES = ['query', 'fragment', 'form_post']
export const METHODS = ['client_secret_post', 'client_secret_basic', 'client_secret_jwt', 'private_key_jwt'] as const

/** An order that differs from start to start in the system, and from seed to seed here. */
function shuffled({ tenant }: Call, words: readonly string[]): readonly string[] {
  const salt = tenant.entropy.derive('order of metadata', 32)
  const rank = (word: string): string => createHash('sha256').update(salt).update(word).digest('hex')
  return [...words].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

/** What the system says and what it forgets: no revocation, no PKCE methods, no methods for introspection. */
export const membersOf = (call: Call): JsonObject => ({
  version: '3.0',
  client_authn_method: ['bearer_header', 'bearer_body'],
  scopes_supported: shuffled(call, scopesSupported({})),
  claims_supported: shuffled(call, claimsSupported({})),
  response_types_supported: ['code'],
  response_modes_supported: RESPONSE_MODES,
  grant_types_supported: ['authorization_code', 'refresh_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: [...SIGNING, ...CURVES],
  userinfo_signing_alg_values_supported: [...SIGNING, ...CURVES],
  token_endpoint_auth_methods_supported: METHODS,
  token_endpoint_auth_signing_alg_values_supported: [...SIGNING, ...CURVES],
  claims_parameter_supported: true,
  request_parameter_supported: true,
  request_uri_parameter_supported: true,
  authorization_response_iss_parameter_supported: true,
})

/** OpenID Connect Discovery section 2, as plain JSON. */
export const webfinger: Endpoint = {
  name: 'webfinger',
  cors: true,
  methods: {
    GET: ({ question, tenant }) =>
      say(200, {
        subject: new URLSearchParams(question.query).get('resource') ?? '',
        links: [{ rel: 'http://openid.net/specs/connect/1.0/issuer', href: tenant.issuer }],
      }),
  },
}
