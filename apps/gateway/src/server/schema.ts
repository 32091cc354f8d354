import type { Schema } from '@gatehouse/configuration'

const duration = (description: string, fallback: string): Schema => ({
  type: ['string', 'number'],
  format: 'duration',
  minimum: 0,
  description: `${description}: a duration such as 250ms, 30s, 10m or 24h, or a number of seconds; default ${fallback}`,
  default: fallback,
})

const bytes = (description: string, fallback: number, minimum: number, maximum: number): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  description: `${description}, in bytes: a whole number from ${minimum} to ${maximum}; default ${fallback}`,
  default: fallback,
})

const count = (description: string, fallback: number, minimum: number, maximum: number): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  description: `${description}: a whole number from ${minimum} to ${maximum}; default ${fallback}`,
  default: fallback,
})

const host = (what: string): Schema => ({
  type: 'string',
  minLength: 1,
  pattern: '^[0-9A-Za-z.:_%-]+$',
  description: `the host name or IP address ${what} listens on, without port or brackets; default 127.0.0.1`,
  default: '127.0.0.1',
})

const port = (what: string, fallback: number): Schema => ({
  type: 'integer',
  minimum: 0,
  maximum: 65535,
  description: `the TCP port of ${what}: a whole number from 0 (any free one) to 65535; default ${fallback}`,
  default: fallback,
})

const file = (what: string): Schema => ({
  type: 'string',
  minLength: 1,
  description: `a PEM file with ${what}, relative to the configuration file`,
})

/** Shape of `server` (contract section 2). */
export const serverSchema: Schema = {
  type: 'object',
  description:
    'an object: host, port, publicUrl, trustedProxies, clientCertificateHeader, tls, workers, shutdownGrace, limits',
  additionalProperties: false,
  properties: {
    host: host('the gateway'),
    port: port('the gateway', 4000),
    publicUrl: {
      type: 'string',
      format: 'uri-http',
      description: 'the origin that clients see, such as https://api.example.com, without path; default the listener',
    },
    trustedProxies: {
      type: 'array',
      description: 'a list of IP addresses or CIDRs such as 10.0.0.0/8, whose X-Forwarded-* are believed; default none',
      items: { type: 'string', minLength: 1, description: 'an IP address or a CIDR such as 10.0.0.0/8' },
      default: [],
    },
    clientCertificateHeader: {
      type: 'string',
      pattern: '^[A-Za-z0-9-]{1,64}$',
      description:
        'the header in which trusted proxies pass on the certificate of a client, such as client-cert (RFC 9440); default none',
    },
    tls: {
      type: 'object',
      description: 'an object: cert and key, and optionally clientCa and http2',
      additionalProperties: false,
      required: ['cert', 'key'],
      properties: {
        cert: file('the certificate and its chain'),
        key: file('the private key, without a passphrase'),
        clientCa: file('the authorities of client certificates, which are then asked for'),
        http2: {
          type: 'boolean',
          description: 'true or false: whether clients that can may speak HTTP/2; default true',
          default: true,
        },
      },
    },
    workers: {
      type: ['integer', 'string'],
      minimum: 1,
      maximum: 256,
      pattern: '^auto$',
      description: 'how many processes serve: a whole number from 1 to 256, or auto for one a core; default 1',
      default: 1,
    },
    shutdownGrace: duration('how long requests in flight may take to finish on shutdown', '15s'),
    limits: {
      type: 'object',
      description:
        'an object: headers, fields, token, body, concurrency, waiting, connections, eventLoopDelay, headersTimeout, requestTimeout',
      additionalProperties: false,
      properties: {
        headers: bytes('the longest request head', 16_384, 1024, 1_048_576),
        fields: count('header fields of a request', 100, 1, 2000),
        token: bytes('the longest token', 8192, 64, 1_048_576),
        body: bytes('the longest request body', 104_857_600, 0, Number.MAX_SAFE_INTEGER),
        concurrency: count('requests at once on one connection', 100, 1, 10_000),
        waiting: count('requests that may wait for their turn', 1024, 0, 1_048_576),
        connections: count('connections at once; more are closed at once', 10_000, 1, 1_048_576),
        eventLoopDelay: duration(
          'how late the event loop may be until a part of the requests is turned away; 0s is for ever',
          '500ms',
        ),
        headersTimeout: duration('how long a client may take to send the request head; 0s is for ever', '10s'),
        requestTimeout: duration('how long a client may take to send the whole request; 0s is for ever', '5m'),
      },
    },
  },
}

/** Shape of `admin`: an object, or `false` for no admin listener. */
export const adminSchema: Schema = {
  type: ['object', 'boolean'],
  not: { const: true },
  description: 'false for no admin listener, or an object: host and port, and optionally secret',
  additionalProperties: false,
  properties: {
    host: host('the admin listener'),
    port: port('the admin listener', 4001),
    secret: {
      type: 'string',
      pattern: '^[\\x21-\\x7e]{16,1024}$',
      description:
        'what a request to /revocations must bring as its Bearer token: 16 to 1024 visible ASCII characters; default none, and then there is no such page',
    },
  },
}
