import type { Schema } from '@gatehouse/configuration'
import { policySchema } from '@gatehouse/verifier'
import { duration, flag, grant, lifetime, object, oneOrMore, text, texts } from './schema-parts.ts'
import { AMBIGUITIES } from './target.ts'

/** What a route and a set of routes have in common. */
const shared: Schema = {
  host: text('a host name, with a port if the port matters; default any'),
  upstream: text('the name of an upstream'),
  rewrite: object('an object: stripPrefix, addPrefix', {
    stripPrefix: text('a leading part of the path, such as /orders'),
    addPrefix: text('a path, such as /v1'),
  }),
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
      audience: oneOrMore(
        'aud of the token: a string or a list of them; default that of minting, else the origin of the upstream',
      ),
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
}

const route = object(
  'an object: path, methods, host, upstream, rewrite, auth, opensProtected, identity, cors, target, stream',
  {
    path: text('/orders, /orders/{id} with any segment, or /orders/* for /orders and everything below'),
    methods: texts('a list of HTTP methods; default every method but TRACE', 'an HTTP method in capitals, such as GET'),
    ...shared,
    auth: {
      description: 'what a token must be ({} is any valid token of any issuer), or public',
      if: { type: 'object' },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: policySchema,
      else: { const: 'public', description: 'an object that says what a token must be, or public' },
    },
    opensProtected: flag('true says that a public route means to open a part of a protected one; default false'),
  },
  ['path', 'upstream', 'auth'],
)

const policyMembers = policySchema.properties as Readonly<Record<string, Schema>>
const { scopes: _scopes, anyScope: _anyScope, ...furtherDemands } = policyMembers

const openApi = object(
  'an object: openapi, upstream, host, rewrite, auth, identity, cors, target, stream',
  {
    openapi: {
      type: ['object', 'string'],
      minLength: 1,
      description: 'an OpenAPI 3.0 or 3.1 document; in a configuration file, the name of its file',
    },
    ...shared,
    auth: object('what a token must be beside having the scopes of the document', furtherDemands),
  },
  ['openapi', 'upstream'],
)

export const routesSchema: Schema = {
  type: ['array', 'object'],
  minItems: 1,
  description: 'a list of routes, in any order; or { openapi, upstream }, also as a member of the list',
  if: { type: 'object' },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  then: openApi,
  items: {
    if: { type: 'object', required: ['openapi'] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: openApi,
    else: route,
  },
}
