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

export const upstreamsSchema: Schema = {
  type: 'object',
  description: 'servers by name',
  propertyNames: { pattern: '^[\\w.-]+$' },
  additionalProperties: object(
    'an object: url, connections, connectTimeout, headersTimeout, bodyTimeout, retries, ca',
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
    },
    ['url'],
  ),
}

const route = object(
  'an object: path, methods, host, upstream, rewrite, auth, opensProtected, identity, cors, target',
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
    identity: object('an object: headers, token', {
      headers: {
        type: 'object',
        description: 'header names with the claim, or JSON Pointer, whose value they carry',
        additionalProperties: text('the name of a claim, or a JSON Pointer that starts with /'),
      },
      token: {
        enum: ['strip', 'forward', 'mint', 'exchange'],
        default: 'strip',
        description: 'strip or forward; default strip',
      },
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
  },
  ['path', 'upstream', 'auth'],
)

export const routesSchema: Schema = {
  type: 'array',
  minItems: 1,
  items: route,
  description: 'a list of routes, in any order',
}

const parts: Schema = { issuers: issuersSchema, upstreams: upstreamsSchema, routes: routesSchema }
const needed = ['issuers', 'upstreams', 'routes']

/** JSON Schema (draft-07) of `issuers`, `upstreams` and `routes`, for whoever composes a configuration file. */
export const gatewaySchema: Schema = object('an object: issuers, upstreams, routes', parts, needed)

/** JSON Schema of what the plugin takes; `ports` and `forwarder` are code and not described. */
export const pluginSchema: Schema = object(
  'an object: issuers, upstreams, routes, publicUrl, trustedProxies, limits',
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
    limits: object('an object: headers, token, body', {
      headers: whole('bytes of header names and values', 1024, 1_048_576, 16_384),
      token: whole('bytes of a token', 64, 1_048_576, 8192),
      body: whole('bytes of a request body', 0, Number.MAX_SAFE_INTEGER, 104_857_600),
    }),
  },
  needed,
)
