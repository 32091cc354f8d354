import type { Schema } from '@gatehouse/configuration'
import { ALGORITHM, CLAIMS, DURATION, FLAG, group, named, SECONDS, say, TEXT, TEXTS, words } from './kinds.ts'

const ENCRYPTION = say(TEXT, 'a key encryption algorithm such as RSA-OAEP-256 or ECDH-ES')
const CONTENT = say(TEXT, 'a content encryption algorithm such as A128CBC-HS256')
const JWKS = say(CLAIMS, 'a JWK set, {keys: [...]}')

/** How refresh tokens live and are replaced: of a tenant, and of a client over it. */
export const refreshPolicy = group({
  lifetime: DURATION,
  rotate: FLAG,
  grace: say(DURATION, 'a duration such as 10s, for which a replaced token still works'),
  reuse: say(words('revoke', 'refuse'), 'revoke (the use of a replaced token ends the family) or refuse'),
  idle: say(DURATION, 'a duration such as 7d; a family that is not used for so long is over'),
  absolute: say(DURATION, 'a duration such as 90d; a family is over so long after its first token'),
})

/** What a client may say of each kind of answer that it gets as a JWT. */
const answers = Object.fromEntries(
  ['id_token', 'userinfo', 'introspection', 'authorization'].flatMap((kind): [string, Schema][] => [
    [`${kind}_signed_response_alg`, ALGORITHM],
    [`${kind}_encrypted_response_alg`, ENCRYPTION],
    [`${kind}_encrypted_response_enc`, CONTENT],
  ]),
)

/** Client metadata that is honoured, by its names of RFC 7591 and of the specifications that add to it; others are kept and shown. */
export const CLIENT_PROPERTIES: Readonly<Record<string, Schema>> = {
  client_secret: say(TEXT, 'text; without one the client is public, or has keys'),
  token_endpoint_auth_method: words(
    'client_secret_basic',
    'client_secret_post',
    'client_secret_jwt',
    'private_key_jwt',
    'tls_client_auth',
    'self_signed_tls_client_auth',
    'none',
  ),
  token_endpoint_auth_signing_alg: ALGORITHM,
  jwks: JWKS,
  jwks_uri: TEXT,
  tls_client_auth_subject_dn: TEXT,
  tls_client_auth_san_dns: TEXT,
  tls_client_auth_san_uri: TEXT,
  tls_client_auth_san_ip: TEXT,
  tls_client_auth_san_email: TEXT,
  tls_client_certificate_bound_access_tokens: FLAG,
  dpop_bound_access_tokens: FLAG,
  redirect_uris: say(TEXTS, 'a list of absolute URIs, compared exactly; any URI where this is left out'),
  post_logout_redirect_uris: TEXTS,
  request_uris: TEXTS,
  grant_types: TEXTS,
  response_types: TEXTS,
  scope: { type: 'string', description: 'words separated by spaces' },
  contacts: TEXTS,
  consent: words('implicit', 'explicit'),
  default_acr_values: TEXTS,
  default_max_age: SECONDS,
  require_auth_time: FLAG,
  require_pushed_authorization_requests: FLAG,
  require_signed_request_object: FLAG,
  request_object_signing_alg: ALGORITHM,
  request_object_encryption_alg: ENCRYPTION,
  request_object_encryption_enc: CONTENT,
  authorization_details_types: TEXTS,
  backchannel_token_delivery_mode: words('poll', 'ping'),
  backchannel_client_notification_endpoint: TEXT,
  subject_type: words('public', 'pairwise'),
  sector_identifier_uri: TEXT,
  backchannel_logout_uri: say(TEXT, 'where logout tokens go'),
  backchannel_logout_session_required: FLAG,
  frontchannel_logout_uri: TEXT,
  frontchannel_logout_session_required: FLAG,
  refresh_token_policy: refreshPolicy,
  ...answers,
}

const metadata: Schema = {
  type: 'object',
  description: 'client metadata by its names of RFC 7591, and client_secret',
  properties: CLIENT_PROPERTIES,
}

export const policy: Schema = say(
  words('first-use', 'listed'),
  'first-use (an unknown client is registered by the first credentials it shows) or listed (it is refused)',
)

export const clients: Schema = {
  // A word is a policy, anything else the clients themselves.
  if: { type: 'string' },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
  then: policy,
  else: named(metadata, 'clients by client_id, which take the place of demo and demo-public'),
  description: 'first-use, listed, or clients by client_id, which take the place of demo and demo-public',
}
