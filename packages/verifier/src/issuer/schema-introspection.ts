import type { Schema } from '@gatehouse/configuration'
import { CONTENT_ENCRYPTION, KEY_MANAGEMENT } from '../client/private-key.ts'
import { duration, flag, object, oneOf, text, textOrNull, whole } from './schema-parts.ts'

/** What a client may sign its assertions with. */
const ASSERTION_ALGORITHMS = [
  ...['HS256', 'HS384', 'HS512'],
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
]

const MATCHES: Schema = {
  type: 'array',
  description: 'a list of { status, member, equals }',
  items: object(
    '{ status, member, equals }: every one written must match',
    {
      status: { type: 'integer', minimum: 100, maximum: 599, description: 'an HTTP status' },
      member: text('name of a member of the answer'),
      equals: { type: ['string', 'number', 'boolean', 'null'], description: 'a JSON scalar' },
    },
    { minProperties: 1 },
  ),
}

/** How a client may authenticate at a token endpoint; when it asks about tokens there are two ways more. */
export const CLIENT_AUTH = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
] as const

const CLIENT = object('how the gateway authenticates when it asks', {
  id: text("the gateway's client_id at the issuer"),
  secret: text("the gateway's client_secret at the issuer"),
  auth: oneOf(...CLIENT_AUTH, 'bearer', 'none'),
  key: text('private_key_jwt: a private JWK, or PEM; tls_client_auth: a private key in PEM'),
  cert: text('tls_client_auth: a certificate in PEM'),
  token: text('bearer: the token to send'),
  tokenEndpoint: text("an absolute https URL: where the gateway's own tokens come from; default from discovery"),
  tokenAuth: oneOf(...CLIENT_AUTH),
  scope: text("scope of the gateway's own tokens, separated by spaces"),
  algorithm: oneOf(...ASSERTION_ALGORITHMS),
  kid: text('private_key_jwt: the name of the key at the issuer; default the kid of the JWK'),
  audience: text('client_secret_jwt, private_key_jwt: the aud of assertions; default the issuer'),
})

const DECRYPTION = object(
  'the key to which signed answers are encrypted: { key, alg, enc }',
  {
    key: text('a private JWK, or PEM'),
    alg: oneOf(...KEY_MANAGEMENT),
    enc: oneOf(...CONTENT_ENCRYPTION),
  },
  { required: ['key'] },
)

/** JSON Schema of `introspection`. */
export const INTROSPECTION = object('how the issuer is asked about tokens (RFC 7662)', {
  endpoint: textOrNull('an absolute https URL, or null: from discovery'),
  client: CLIENT,
  method: oneOf('POST', 'GET'),
  tokenIn: oneOf('body', 'query'),
  tokenParam: text('name of the parameter that holds the token; default token'),
  hint: flag('send token_type_hint=access_token; default true'),
  accept: oneOf('json', 'jwt'),
  answerAudience: text('accept: jwt: the aud of signed answers; default the client id'),
  decryption: DECRYPTION,
  activeWhen: oneOf('active', 'noError', 'claims'),
  inactiveWhen: MATCHES,
  refusedWhen: MATCHES,
  zeroExpMeansNone: flag('exp 0 in an answer means that the token never expires; default false'),
  tokenType: oneOf('any', 'present'),
  basicEncoding: oneOf('form', 'raw'),
  timeout: duration('deadline of one question, 1ms to 60s; default 3s'),
  maxInFlight: whole('most questions at once, a whole number from 1 to 10000; default 100', 1, 10_000),
  cache: object('{ ttl, negativeTtl, entries }', {
    ttl: duration('how long an active answer is believed, up to 24h; default 30s; 0s: not at all'),
    negativeTtl: duration('how long a negative answer is believed, up to 1h; default 5s; 0s: not at all'),
    entries: whole('a whole number from 0 to 10000000; default 50000', 0, 10_000_000),
  }),
  onOutage: {
    type: ['string', 'object'],
    description: 'deny, or { serveStale: a duration up to 24h }',
    if: { type: 'string' },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { const: 'deny', description: 'deny, or { serveStale: a duration up to 24h }' },
    else: object(
      'deny, or { serveStale: a duration up to 24h }',
      { serveStale: duration('up to 24h') },
      { required: ['serveStale'] },
    ),
  },
})
