import type { Schema } from '@gatehouse/configuration'
import { issuersSchema, policySchema } from '@gatehouse/verifier'
import { AMBIGUITIES } from './target.ts'

const object = (description: string, properties: Schema, required: readonly string[] = []): Schema => ({
  type: 'object',
  description,
  additionalProperties: false,
  properties,
  ...(required.length === 0 ? {} : { required }),
})
const text = (description: string): Schema => ({ type: 'string', minLength: 1, description })
const texts = (description: string, items: string): Schema => ({
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  description,
  items: text(items),
})
const flag = (description: string): Schema => ({ type: 'boolean', description })
const duration = (description: string, fallback: string): Schema => ({
  type: ['string', 'number'],
  format: 'duration',
  minimum: 0,
  default: fallback,
  description: `${description}: a duration such as 250ms, 30s or 10m, or a number of seconds; 0s is for ever; default ${fallback}`,
})
const whole = (description: string, minimum: number, maximum: number, fallback: number): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  default: fallback,
  description: `${description}: a whole number from ${minimum} to ${maximum}; default ${fallback}`,
})

const oneOrMore = (description: string): Schema => ({
  type: ['string', 'array'],
  minLength: 1,
  minItems: 1,
  items: text('a string that is not empty'),
  description,
})

const grant: Schema = {
  audience: oneOrMore('logical names of what the token is for: a string or a list of them'),
  scope: oneOrMore('scopes of the token: a string or a list of them'),
  resource: oneOrMore('absolute URIs of what the token is for: a string or a list of them'),
}

const lifetime: Schema = {
  ...duration('how long a token lives', '60s'),
  description: 'how long a token lives: a duration from 10s to 1h; default 60s',
}

export const upstreamsSchema: Schema = {
  type: 'object',
  description: 'servers by name',
  propertyNames: { pattern: '^[\\w.-]+$' },
  additionalProperties: object(
    'an object: url, connections, connectTimeout, headersTimeout, bodyTimeout, retries, ca, token',
    {
      url: {
        type: 'string',
        format: 'uri-http',
        description: 'an http or https URL without credentials, query or fragment; its path goes before every path',
      },
      connections: whole('connections at once', 1, 65_535, 128),
      connectTimeout: duration('until a connection stands, and as long for one to become free', '2s'),
      headersTimeout: duration('from the sent request to the head of the answer', '30s'),
      bodyTimeout: duration("between two pieces of the answer's body", '5m'),
      retries: whole('further tries of idempotent requests without a body that got no answer', 0, 10, 0),
      ca: { type: ['string', 'null'], minLength: 1, description: 'a PEM certificate to trust instead of the system’s' },
      token: object(
        'an object: issuer, audience, scope, resource',
        { issuer: text('the name of an issuer'), ...grant },
        ['issuer'],
      ),
    },
    ['url'],
  ),
}

const route = object(
  'an object: path, methods, host, upstream, rewrite, auth, opensProtected, identity, cors, target, stream',
  {
    path: text('/orders, or /orders/* for it and everything below'),
    methods: texts('a list of HTTP methods; default every method but TRACE', 'an HTTP method in capitals, such as GET'),
    host: text('a host name, with a port if the port matters; default any'),
    upstream: text('the name of an upstream'),
    rewrite: object('an object: stripPrefix, addPrefix', {
      stripPrefix: text('a leading part of the path, such as /orders'),
      addPrefix: text('a path, such as /v1'),
    }),
    auth: {
      description: 'what a token must be ({} is any valid token of any issuer), or public',
      if: { type: 'object' },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: policySchema,
      else: { const: 'public', description: 'an object that says what a token must be, or public' },
    },
    opensProtected: flag('true says that a public route means to open a part of a protected one; default false'),
    identity: object('an object: headers, token, mint, exchange, userinfo', {
      headers: {
        type: 'object',
        description: 'header names with the claim, or JSON Pointer, whose value they carry',
        additionalProperties: text('the name of a claim, or a JSON Pointer that starts with /'),
      },
      token: {
        enum: ['strip', 'forward', 'mint', 'exchange'],
        default: 'strip',
        description: 'strip, forward, mint or exchange; default strip',
      },
      mint: object('an object: audience, claims, lifetime', {
        audience: oneOrMore('aud of the token: a string or a list of them; default that of minting'),
        claims: {
          type: 'object',
          description: 'claims of the token with the claim, or JSON Pointer, of the caller that they carry',
          propertyNames: { minLength: 1 },
          additionalProperties: text('the name of a claim, or a JSON Pointer that starts with /'),
        },
        lifetime,
      }),
      exchange: object('an object: audience, scope, resource', grant),
      userinfo: flag('whether the issuer is asked for more claims of the caller; default false'),
    }),
    cors: object(
      'an object: origins, credentials, expose, maxAge',
      {
        origins: texts('a list of origins, or * alone', 'an origin such as https://app.example.com, or *'),
        credentials: flag('whether cookies and Authorization may be sent; default false'),
        expose: texts('a list of answer headers that scripts may read', 'a header name'),
        maxAge: duration('how long a browser may remember a preflight', '10m'),
      },
      ['origins'],
    ),
    target: object('an object: allow', {
      allow: {
        type: 'array',
        uniqueItems: true,
        items: { enum: AMBIGUITIES, description: 'one of "%2F", ";", "//"' },
        description: 'what this route takes in a path, of "%2F", ";", "//"; default nothing',
      },
    }),
    stream: object('an object: grace', {
      grace: {
        ...duration('how long an answer or a WebSocket goes on after its token is over', '0s'),
        description:
          'how long an answer or a WebSocket goes on after its token is over or revoked: a duration such as 5s; default 0s',
      },
    }),
  },
  ['path', 'upstream', 'auth'],
)

export const routesSchema: Schema = {
  type: 'array',
  minItems: 1,
  items: route,
  description: 'a list of routes, in any order',
}

/** The gateway as an issuer for its upstreams. */
export const mintingSchema: Schema = object(
  'an object: issuer, key, alg, lifetime, audience',
  {
    issuer: text('iss of the tokens'),
    key: {
      type: ['string', 'object'],
      minLength: 1,
      description: 'a private JWK or PEM; default one that is made at start and ends with the process',
    },
    alg: {
      enum: ['ES256', 'ES384', 'ES512', 'EdDSA', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
      description: 'the signature algorithm; default the usual one of the key, ES256 without a key',
    },
    lifetime,
    audience: oneOrMore('aud of the tokens where a route says no other: a string or a list of them'),
  },
  ['issuer'],
)

const parts: Schema = {
  issuers: issuersSchema,
  upstreams: upstreamsSchema,
  routes: routesSchema,
  minting: mintingSchema,
}
const needed = ['issuers', 'upstreams', 'routes']

/** JSON Schema (draft-07) of `issuers`, `upstreams`, `routes` and `minting`, for whoever composes a configuration file. */
export const gatewaySchema: Schema = object('an object: issuers, upstreams, routes, minting', parts, needed)

/** JSON Schema of what the plugin takes; `ports` and `forwarder` are code and not described. */
export const pluginSchema: Schema = object(
  'an object: issuers, upstreams, routes, minting, publicUrl, trustedProxies, clientCertificateHeader, limits',
  {
    ...parts,
    publicUrl: {
      type: 'string',
      format: 'uri-http',
      description: 'the origin that clients see, such as https://api.example.com, without path; default the listener',
    },
    trustedProxies: {
      type: 'array',
      description: 'a list of IP addresses or CIDRs whose X-Forwarded-* are believed; default none',
      items: text('an IP address or a CIDR such as 10.0.0.0/8'),
    },
    clientCertificateHeader: {
      type: 'string',
      pattern: '^[A-Za-z0-9-]{1,64}$',
      description: 'the header in which trusted proxies pass on client certificates, such as client-cert; default none',
    },
    limits: object('an object: headers, token, body', {
      headers: whole('bytes of header names and values', 1024, 1_048_576, 16_384),
      token: whole('bytes of a token', 64, 1_048_576, 8192),
      body: whole('bytes of a request body', 0, Number.MAX_SAFE_INTEGER, 104_857_600),
    }),
  },
  needed,
)
