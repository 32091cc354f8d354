import type { Duration, IssuerOptions, PolicyOptions, Ports } from '@gatehouse/verifier'
import type { ForwarderFactory } from './forward.ts'
import type { Ambiguity } from './target.ts'

/** A server that requests are forwarded to. */
export interface UpstreamOptions {
  /** Origin, with a path that goes before every path if wanted. */
  readonly url: string
  /** Connections at once. Default 128. */
  readonly connections?: number
  /** Until a connection stands, and as long for one to become free. Default 2s; `0s` waits for ever, as below. */
  readonly connectTimeout?: Duration
  /** From the sent request to the head of the answer. Default 30s. */
  readonly headersTimeout?: Duration
  /** Between two pieces of the answer's body. Default 5m. */
  readonly bodyTimeout?: Duration
  /** Further tries of idempotent requests without a body that failed before an answer. Default 0. */
  readonly retries?: number
  /** PEM text of the authorities to trust instead of the system's. */
  readonly ca?: string | null
}

/** What the upstream is told about the caller, and what of the credential it gets. */
export interface IdentityOptions {
  /** Header name to claim name, or to a JSON Pointer into the claims (RFC 6901) where it starts with `/`. */
  readonly headers?: Readonly<Record<string, string>>
  /** `strip` removes Authorization and DPoP, `forward` passes them on. Default strip, on public routes too. `mint` and `exchange` are refused. */
  readonly token?: 'strip' | 'forward' | 'mint' | 'exchange'
}

export interface CorsOptions {
  /** Origins as browsers send them, or `*` alone without credentials. */
  readonly origins: readonly string[]
  /** Default false. */
  readonly credentials?: boolean
  /** Answer headers that scripts may read besides WWW-Authenticate. */
  readonly expose?: readonly string[]
  /** How long a browser may remember a preflight. Default 10m. */
  readonly maxAge?: Duration
}

export interface RewriteOptions {
  /** Removed from the front of the matched path; the rest begins with a slash. */
  readonly stripPrefix?: string
  /** Put in front of what remains. */
  readonly addPrefix?: string
}

/** One route (contract section 2). `Issuers` and `Upstreams` are the names configured, so that a misspelt one does not compile. */
export interface RouteOptions<Issuers extends string = string, Upstreams extends string = string> {
  /** Exact, or everything below with a final `/*`, which also matches the path before it. */
  readonly path: string
  /** Default: every method but TRACE. HEAD is served where GET is. */
  readonly methods?: readonly string[]
  /** Name that the request's Host must have, with a port if the port matters. Default: any. */
  readonly host?: string
  readonly upstream: Upstreams
  readonly rewrite?: RewriteOptions
  /** What the token must be, or `public`: nothing is asked and nobody is asserted. */
  readonly auth: PolicyOptions<Issuers> | 'public'
  /** Says that a public route means to open a part of what a protected one covers. Default false. */
  readonly opensProtected?: boolean
  readonly identity?: IdentityOptions
  readonly cors?: CorsOptions
  readonly target?: { readonly allow?: readonly Ambiguity[] }
}

export interface LimitOptions {
  /** Bytes of header names and values. Default 16384; `node:http` has a limit of its own. */
  readonly headers?: number
  /** Bytes of a token. Default 8192. */
  readonly token?: number
  /** Bytes of a request body. Default 104857600. */
  readonly body?: number
}

/** What the plugin takes: the configuration file without `server` and `admin`, and what a server section would say. */
export interface GatewayOptions<Issuers extends string = string, Upstreams extends string = string> {
  readonly issuers: { readonly [N in Issuers]: IssuerOptions }
  readonly upstreams: { readonly [U in Upstreams]: UpstreamOptions }
  readonly routes: readonly RouteOptions<NoInfer<Issuers>, NoInfer<Upstreams>>[]
  /** Origin that clients see: RFC 9728 URLs and DPoP `htu` are made from it. Default: the listener. */
  readonly publicUrl?: string
  /** Addresses and CIDRs whose X-Forwarded-* are believed. Default none. */
  readonly trustedProxies?: readonly string[]
  readonly limits?: LimitOptions
  /** Time, chance and the network, for tests. */
  readonly ports?: Partial<Ports>
  /** The transport to upstreams, for tests and for faster ones. */
  readonly forwarder?: ForwarderFactory
}

/** Does nothing but carry the names of issuers and upstreams into the types of the routes. */
export const defineGateway = <const Issuers extends string, const Upstreams extends string>(
  options: GatewayOptions<Issuers, Upstreams>,
): GatewayOptions<Issuers, Upstreams> => options
