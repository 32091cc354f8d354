import type { ReaderLimits } from './reader.ts'

/** How to reach one upstream, and how long and how much of it to bear. Every duration is in seconds. */
export interface UpstreamOptions {
  /** Origin of the upstream: `http:` or `https:`, without credentials, path, query or fragment. */
  readonly url: string
  /** Connections at most, busy and idle ones together. Default 128. */
  readonly connections?: number
  /** Until a connection stands, TLS included. Default 2. */
  readonly connectTimeout?: number
  /** From the last byte of the request to the head of the final response; every interim response starts it anew. Default 30; 0 is no limit. */
  readonly headersTimeout?: number
  /** Longest silence within a body, in either direction, and longest wait for a client that takes no bytes. Default 300; 0 is no limit. */
  readonly bodyTimeout?: number
  /** Further attempts at a connection for an idempotent request that could not leave. Default 0. */
  readonly retries?: number
  /** Certificate authorities in PEM form, in place of the system's; only for `https:`. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[]
  readonly limits?: UpstreamLimits
}

export interface UpstreamLimits {
  /** Bytes of a response head, and of a trailer section. Default 32768. */
  readonly head?: number
  /** Fields of a response head, and of a trailer section. Default 256. */
  readonly fields?: number
  /** Interim (1xx) responses before the final one. Default 16. */
  readonly interim?: number
  /** Requests that may wait for a connection; one more is `overloaded`. Default 1024. */
  readonly queue?: number
  /** Seconds a request may wait for a connection, then it is `overloaded`. Default 10. */
  readonly queueTimeout?: number
  /** Seconds an idle connection is kept; less than what upstreams commonly allow (5 s and more). A shorter `keep-alive: timeout=` wins. Default 4. */
  readonly idleTimeout?: number
}

/** The options with every default filled in, checked and frozen. */
export interface Settings extends ReaderLimits {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  readonly connections: number
  readonly connectTimeout: number
  readonly headersTimeout: number
  readonly bodyTimeout: number
  readonly retries: number
  readonly ca: string | Buffer | (string | Buffer)[] | undefined
  readonly queue: number
  readonly queueTimeout: number
  readonly idleTimeout: number
}

/** Checks the options at construction. Throws a TypeError that names the option, what is allowed and the unit. */
export function readOptions(options: UpstreamOptions): Settings {
  const origin = readOrigin(options.url)
  const limits = options.limits ?? {}
  if (options.ca !== undefined && !origin.secure) throw new TypeError('ca: only an https: url has certificates')
  return Object.freeze({
    ...origin,
    ca: options.ca === undefined ? undefined : copyAuthorities(options.ca),
    connections: count('connections', options.connections, 128, 1),
    connectTimeout: duration('connectTimeout', options.connectTimeout, 2),
    headersTimeout: limit('headersTimeout', options.headersTimeout, 30),
    bodyTimeout: limit('bodyTimeout', options.bodyTimeout, 300),
    retries: count('retries', options.retries, 0, 0),
    head: count('limits.head', limits.head, 32768, 64),
    fields: count('limits.fields', limits.fields, 256, 1),
    interim: count('limits.interim', limits.interim, 16, 0),
    queue: count('limits.queue', limits.queue, 1024, 0),
    queueTimeout: duration('limits.queueTimeout', limits.queueTimeout, 10),
    idleTimeout: duration('limits.idleTimeout', limits.idleTimeout, 4),
  })
}

function readOrigin(text: string): {
  secure: boolean
  host: string
  port: number
} {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TypeError('url: must be an http: or https: URL')
  }
  if (url.username !== '' || url.password !== '') throw new TypeError('url: must not hold credentials')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new TypeError('url: must be an origin, without a path, a query or a fragment')
  }
  const secure = url.protocol === 'https:'
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
  return {
    secure,
    host,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
  }
}

function copyAuthorities(ca: NonNullable<UpstreamOptions['ca']>): string | Buffer | (string | Buffer)[] {
  return typeof ca === 'string' || Buffer.isBuffer(ca) ? ca : [...ca]
}

function count(name: string, value: number | undefined, preset: number, least: number): number {
  if (value === undefined) return preset
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new TypeError(`${name}: must be a whole number of at least ${least}`)
}

function duration(name: string, value: number | undefined, preset: number): number {
  if (value === undefined) return preset
  if (Number.isFinite(value) && value > 0) return value
  throw new TypeError(`${name}: must be a number of seconds greater than 0`)
}

function limit(name: string, value: number | undefined, preset: number): number {
  return value === 0 ? Number.POSITIVE_INFINITY : duration(name, value, preset)
}
