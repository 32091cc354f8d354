import type { Schema } from '@gatehouse/configuration'
import type { SignatureAlgorithm } from '@gatehouse/protocol'
import { PRESETS } from './presets.ts'
import { INTROSPECTION } from './schema-introspection.ts'
import { duration, flag, object, oneOf, text, textOrNull, whole } from './schema-parts.ts'

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

/** JSON Schema of one issuer. What its members mean to each other is judged in parse.ts. */
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
    userinfo: object('where claims about users are asked for', {
      endpoint: textOrNull('an absolute https URL, or null: from discovery'),
      timeout: duration('deadline of one question, 1ms to 60s; default 3s'),
      cache: object('{ ttl, entries }', {
        ttl: duration('how long an answer is kept, up to 24h; default 60s; 0s: not at all'),
        entries: whole('a whole number from 0 to 10000000; default 10000', 0, 10_000_000),
      }),
    }),
    revocation: object('whose logout tokens and security events end tokens', {
      audience: {
        type: ['string', 'array'],
        minLength: 1,
        minItems: 1,
        items: text('a string that is not empty'),
        description: 'the names of the gateway in their aud: a string or a list of them; default the client id',
      },
      lifetime: duration('at least the life of the longest-lived token, 1m to 90d; default 24h'),
    }),
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
