import type { Schema } from '@gatehouse/configuration'
import type { SignatureAlgorithm } from '@gatehouse/protocol'
import { PRESETS } from './presets.ts'

/** Signatures that anybody may verify and only the issuer can make: the default of `algorithms`. */
export const ASYMMETRIC: readonly SignatureAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
]

/** HMAC: whoever verifies can also sign. Only with `secret`. */
export const SYMMETRIC: readonly SignatureAlgorithm[] = ['HS256', 'HS384', 'HS512']

const object = (description: string, properties: Schema, more: Schema = {}): Schema => ({
  type: 'object',
  additionalProperties: false,
  description,
  properties,
  ...more,
})
const oneOf = (...values: readonly string[]): Schema => ({
  type: 'string',
  enum: values,
  description: `one of ${values.join(', ')}`,
})
const flag = (description: string): Schema => ({ type: 'boolean', description: `true or false: ${description}` })
const text = (description: string): Schema => ({ type: 'string', minLength: 1, description })
const textOrNull = (description: string): Schema => ({ type: ['string', 'null'], minLength: 1, description })
const duration = (description: string): Schema => ({
  type: ['string', 'number'],
  minimum: 0,
  format: 'duration',
  description: `a duration such as 250ms, 30s, 10m, 24h, or seconds: ${description}`,
})
const JWKS = object('where the public keys are: uri with its timings, or keys', {
  uri: textOrNull('an absolute https URL of a JWK Set, or null: from discovery'),
  maxAge: duration('how long keys count as fresh, up to 24h; default 10m'),
  cooldown: duration('least time between fetches for keys that are not known, up to 1h; default 30s'),
  staleIfError: duration('how long old keys go on while new ones can not be had, up to 7d; default 24h'),
  timeout: duration('deadline of one fetch, 1ms to 60s; default 5s'),
  keys: {
    type: 'array',
    minItems: 1,
    maxItems: 100,
    items: { type: 'object' },
    description: 'public JWKs, in place of uri',
  },
})

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

const CLIENT = object('how the gateway authenticates when it asks', {
  id: text("the gateway's client_id at the issuer"),
  secret: text("the gateway's client_secret at the issuer"),
  auth: oneOf(
    'client_secret_basic',
    'client_secret_post',
    'client_secret_jwt',
    'private_key_jwt',
    'tls_client_auth',
    'bearer',
    'none',
  ),
  key: text('private_key_jwt: a private JWK; tls_client_auth: a private key in PEM'),
  cert: text('tls_client_auth: a certificate in PEM'),
  token: text('bearer: the token to send'),
  tokenEndpoint: text('bearer: where a client-credentials grant is made'),
})

const INTROSPECTION = object('how the issuer is asked about tokens (RFC 7662)', {
  endpoint: textOrNull('an absolute https URL, or null: from discovery'),
  client: CLIENT,
  method: oneOf('POST', 'GET'),
  tokenIn: oneOf('body', 'query'),
  tokenParam: text('name of the parameter that holds the token; default token'),
  hint: flag('send token_type_hint=access_token; default true'),
  accept: oneOf('json', 'jwt'),
  activeWhen: oneOf('active', 'noError', 'claims'),
  inactiveWhen: MATCHES,
  refusedWhen: MATCHES,
  zeroExpMeansNone: flag('exp 0 in an answer means that the token never expires; default false'),
  tokenType: oneOf('any', 'present'),
  basicEncoding: oneOf('form', 'raw'),
  timeout: duration('deadline of one question, 1ms to 60s; default 3s'),
  cache: object('{ ttl, negativeTtl, entries }', {
    ttl: duration('how long an active answer is believed, up to 24h; default 30s; 0s: not at all'),
    negativeTtl: duration('how long a negative answer is believed, up to 1h; default 5s; 0s: not at all'),
    entries: {
      type: 'integer',
      minimum: 0,
      maximum: 10_000_000,
      description: 'a whole number from 0 to 10000000; default 50000',
    },
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

/** JSON Schema of one issuer. What its members mean to each other is judged in meaning.ts. */
export const issuerSchema: Schema = object(
  'an issuer: issuer and audience, and what differs from the defaults',
  {
    issuer: text('the exact string of iss: an absolute https URL without query or fragment'),
    audience: {
      type: ['string', 'array'],
      minLength: 1,
      minItems: 1,
      items: text('a string that is not empty'),
      description: 'the names of this API in aud: a string or a list of them; or unchecked, on purpose',
    },
    tokens: oneOf('jwt', 'opaque', 'either', 'both'),
    preset: {
      type: ['string', 'null'],
      enum: [...Object.keys(PRESETS), null],
      description: `one of ${Object.keys(PRESETS).join(', ')}, or null`,
    },
    discovery: flag('ask the issuer for its endpoints; default true'),
    algorithms: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: oneOf(...ASYMMETRIC, ...SYMMETRIC),
      description: `a list of ${ASYMMETRIC.join(', ')}; with secret, of ${SYMMETRIC.join(', ')}`,
    },
    typ: oneOf('any', 'at+jwt'),
    clockTolerance: duration('how far clocks may be apart, up to 10m; default 5s'),
    jwks: JWKS,
    secret: textOrNull('the key of HS256, HS384 or HS512 as text, in place of jwks'),
    scopeSeparator: oneOf('space', 'comma'),
    ca: textOrNull("the certificate authority of the issuer's certificate, in PEM"),
    allowInsecureHttp: flag(
      'plain http off loopback, where anybody on the way can forge keys and verdicts; default false',
    ),
    introspection: INTROSPECTION,
  },
  { required: ['issuer', 'audience'] },
)

/** JSON Schema (draft-07) of the `issuers` record (contract section 2). */
export const issuersSchema: Schema = {
  type: 'object',
  minProperties: 1,
  description: 'at least one issuer, by a name of letters, digits, - and _',
  propertyNames: { pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'a name of letters, digits, - and _' },
  additionalProperties: issuerSchema,
}
