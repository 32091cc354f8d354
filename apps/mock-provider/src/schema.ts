import type { Schema } from '@gatehouse/configuration'

const TEXT = { type: 'string', minLength: 1, description: 'text' }
const TEXTS = { type: 'array', items: TEXT, description: 'a list of texts' }
const CLAIMS = { type: 'object', description: 'an object of claims' }

const LIFETIME = {
  type: ['string', 'number'],
  format: 'duration',
  description: 'a duration such as 30s or 1h; a bare number is seconds',
}
const ALG = { type: 'string', description: 'a signature algorithm such as RS256' }
const FORMAT = { enum: ['jwt', 'opaque'], description: 'jwt or opaque' }

const users: Schema = {
  type: 'object',
  description: 'users by sub; these take the place of alice and bob',
  additionalProperties: {
    type: 'object',
    description: 'an object with password, claims, id_token, access_token, userinfo',
    additionalProperties: false,
    properties: {
      password: { ...TEXT, description: 'text; without one only the one-click button and login_hint let the user in' },
      claims: { ...CLAIMS, description: 'claims for every token and userinfo; standard ones follow their scope' },
      id_token: { ...CLAIMS, description: 'claims for ID tokens only' },
      access_token: { ...CLAIMS, description: 'claims for access tokens only' },
      userinfo: { ...CLAIMS, description: 'claims for userinfo only' },
    },
  },
}

const policy: Schema = {
  enum: ['first-use', 'listed'],
  description:
    'first-use (an unknown client is registered by the first credentials it shows) or listed (it is refused)',
}

const clients: Schema = {
  description: 'clients by client_id, which take the place of demo and demo-public',
  type: 'object',
  additionalProperties: {
    type: 'object',
    description: 'client metadata by its names of RFC 7591, and client_secret',
    properties: {
      client_secret: { ...TEXT, description: 'text; without one the client is public' },
      token_endpoint_auth_method: TEXT,
      redirect_uris: {
        ...TEXTS,
        description: 'a list of absolute URIs, compared exactly; any URI where this is left out',
      },
      post_logout_redirect_uris: TEXTS,
      grant_types: TEXTS,
      response_types: TEXTS,
      scope: { type: 'string', description: 'words separated by spaces' },
      backchannel_logout_uri: { ...TEXT, description: 'where logout tokens go' },
    },
  },
}

const apis: Schema = {
  type: 'object',
  description: 'API connections by id',
  additionalProperties: {
    type: 'object',
    description: 'an object with secret, scopes, audience, format, lifetime',
    additionalProperties: false,
    properties: {
      secret: { ...TEXT, description: 'text; what the API introspects with' },
      scopes: { ...TEXTS, description: 'a list of scopes; the one of its own name where this is left out' },
      audience: { ...TEXT, description: 'aud of its access tokens; the id where this is left out' },
      format: FORMAT,
      lifetime: { type: 'number', minimum: 0, description: 'seconds' },
    },
  },
}

const group = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  description: `an object with ${Object.keys(properties).join(', ')}`,
  additionalProperties: false,
  properties,
})

const world = {
  users,
  clients: {
    // A word is a policy, anything else the clients themselves.
    if: { type: 'string' },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
    then: policy,
    else: clients,
    description: 'first-use, listed, or clients by client_id, which take the place of demo and demo-public',
  },
  unknownClients: policy,
  apis,
  audience: {
    ...TEXT,
    description: 'aud of access tokens for which nothing else names one; the issuer where this is left out',
  },
  accessToken: group({ format: FORMAT, alg: ALG, lifetime: LIFETIME }),
  idToken: group({ alg: ALG, lifetime: LIFETIME }),
  code: group({ lifetime: LIFETIME }),
  refreshToken: group({ lifetime: LIFETIME, rotate: { type: 'boolean', description: 'true or false' } }),
  session: group({ lifetime: LIFETIME }),
}

/** What a configuration file may hold; shipped as mock-oidc.schema.json. */
export const fileSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Configuration of mock-oidc',
  type: 'object',
  description: 'an object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: "this schema's address, for editors" },
    host: { ...TEXT, description: 'an address to listen on such as 127.0.0.1' },
    port: { type: 'integer', minimum: 0, maximum: 65_535, description: 'a whole number from 0 to 65535' },
    issuer: { type: 'string', format: 'uri-http', description: 'an http or https URL without query and fragment' },
    seed: { ...TEXT, description: 'text; the same seed and requests give the same bytes' },
    preset: { type: ['string', 'null'], description: "a preset's name" },
    ...world,
    tenants: {
      type: 'object',
      description: 'tenants by path prefix such as /team-a',
      additionalProperties: {
        type: 'object',
        description: `an object with ${Object.keys(world).join(', ')}`,
        additionalProperties: false,
        properties: world,
      },
    },
  },
}
