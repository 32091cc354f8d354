import type { Schema } from '@gatehouse/configuration'

const scope = { type: 'string', pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$' }
const scopes = 'a list of scopes, each of visible ASCII without ", \\ and space (RFC 6749 section 3.3)'
const scalar = ['string', 'number', 'boolean', 'null']

const listOf = (items: Schema, description: string): Schema => ({
  type: 'array',
  minItems: 1,
  items: { ...items, description },
  description,
})

const text = { type: 'string', minLength: 1 }

/** JSON Schema of a route's `auth` object: what a route demands of a principal. */
export const policySchema: Schema = {
  type: 'object',
  description: 'what the route demands of a token; {} accepts any valid token of any issuer',
  additionalProperties: false,
  properties: {
    issuers: listOf(
      text,
      'a list of names of configured issuers, in the order in which they are asked; default: every issuer',
    ),
    audience: listOf(text, "a list of audiences, one of which the token must have besides one of the issuer's"),
    scopes: listOf(scope, `${scopes}, all of which the token must have`),
    anyScope: listOf(scope, `${scopes}, at least one of which the token must have`),
    clients: listOf(text, 'a list of client ids that may call (client_id, azp or cid)'),
    claims: {
      type: 'object',
      description: 'claims by name, or by JSON Pointer (RFC 6901) where the key starts with /',
      propertyNames: { minLength: 1, description: 'a claim name, or a JSON Pointer that starts with /' },
      additionalProperties: {
        type: [...scalar, 'object'],
        description: 'a scalar that the claim equals, { contains: scalar } or { oneOf: [scalars] }',
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
        properties: {
          contains: { type: scalar, description: 'a scalar that the array holds' },
          oneOf: listOf({ type: scalar }, 'a list of scalars, one of which the claim equals'),
        },
      },
    },
    acr: listOf(
      { type: 'string', pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$' },
      'a list of authentication context classes, one of which the token must have (RFC 9470)',
    ),
    maxAge: {
      type: ['string', 'number'],
      format: 'duration',
      minimum: 0,
      description: 'how long ago the user may have authenticated: a duration such as 30s, 10m or 24h (RFC 9470)',
    },
    proof: {
      enum: ['any', 'dpop', 'mtls'],
      description: 'any: a token bound by cnf must prove it; dpop or mtls: such a token is required',
    },
  },
}
