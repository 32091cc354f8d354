import type { Schema } from '@gatehouse/configuration'
import { issuersSchema } from '@gatehouse/verifier'
import { duration, flag, grant, lifetime, object, oneOrMore, text, whole } from './schema-parts.ts'
import { routesSchema } from './schema-routes.ts'

export { routesSchema } from './schema-routes.ts'

export const upstreamsSchema: Schema = {
  type: 'object',
  description: 'servers by name',
  propertyNames: { pattern: '^[\\w.-]+$' },
  additionalProperties: object(
    'an object: url, connections, queue, connectTimeout, headersTimeout, bodyTimeout, retries, http2, ca, token',
    {
      url: {
        type: 'string',
        format: 'uri-http',
        description: 'an http or https URL without credentials, query or fragment; its path goes before every path',
      },
      connections: whole('connections at once', 1, 65_535, 128),
      queue: {
        type: 'integer',
        minimum: 0,
        maximum: 1_048_576,
        description:
          'requests that may wait for a connection: a whole number from 0 to 1048576; default sixteen for each connection, at most 1024',
      },
      connectTimeout: duration('until a connection stands, and as long for one to become free', '2s'),
      headersTimeout: duration('from the sent request to the head of the answer', '30s'),
      bodyTimeout: duration("between two pieces of the answer's body", '5m'),
      retries: whole('further tries of idempotent requests without a body that got no answer', 0, 10, 0),
      http2: flag('whether the server speaks HTTP/2, with prior knowledge where the URL is http; default false'),
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

/** The gateway as an issuer for its upstreams. */
export const mintingSchema: Schema = object('an object: issuer, key, alg, lifetime, audience', {
  issuer: text('iss of the tokens; default the origin that clients see'),
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
  audience: oneOrMore(
    'aud of the tokens where a route says no other: a string or a list of them; default the origin of the upstream',
  ),
})

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
    limits: object('an object: headers, fields, token, body, concurrency, waiting, eventLoopDelay', {
      headers: whole('bytes of header names and values', 1024, 1_048_576, 16_384),
      fields: whole('header fields of a request', 1, 2000, 100),
      token: whole('bytes of a token', 64, 1_048_576, 8192),
      body: whole('bytes of a request body', 0, Number.MAX_SAFE_INTEGER, 104_857_600),
      concurrency: whole('requests at once on one connection', 1, 10_000, 100),
      waiting: whole('requests that may wait for their turn', 0, 1_048_576, 1024),
      eventLoopDelay: duration('how late the event loop may be until requests are turned away', '500ms'),
    }),
  },
  needed,
)
