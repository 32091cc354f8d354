import type { JsonValue, SignatureAlgorithm } from '@gatehouse/protocol'
import type { Denial, Duration, IssuerOptions, PolicyOptions, Ports } from '@gatehouse/verifier'
import type { ForwarderFactory } from './forward.ts'
import type { Ambiguity } from './target.ts'

/** A server that requests are forwarded to. */
export interface UpstreamOptions {
  /** Origin, with a path that goes before every path if wanted. */
  readonly url: string
  /** Connections at once. Default 128. */
  readonly connections?: number
  /** Requests that may wait for a connection; one more is 503. Default sixteen for each connection, at most 1024. */
  readonly queue?: number
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
  /** Whether it speaks HTTP/2: after TLS with https, with prior knowledge with http. For gRPC. Default false. */
  readonly http2?: boolean
  /** The gateway's own token for this upstream, got by client credentials and sent with every request, those of public routes too. */
  readonly token?: GrantOptions & { readonly issuer: string }
}

/** What a token that an issuer gives to the gateway shall be good for. What is absent is left to the issuer. */
export interface GrantOptions {
  /** Logical names (RFC 8693 section 2.1). */
  readonly audience?: string | readonly string[]
  readonly scope?: string | readonly string[]
  /** Absolute URIs (RFC 8707). */
  readonly resource?: string | readonly string[]
}

/** What the gateway's own tokens say on one route. */
export interface MintOptions {
  /** `aud`. Default: that of `minting`, else the origin of the route's upstream. */
  readonly audience?: string | readonly string[]
  /** Claim of the minted token to claim name, or JSON Pointer, of the caller's. Beside sub, client_id and scope, which are always there. */
  readonly claims?: Readonly<Record<string, string>>
  /** Default: that of `minting`. */
  readonly lifetime?: Duration
}

/** The gateway as an issuer for its upstreams. */
export interface MintingOptions {
  /** `iss` of its tokens. Default: the origin that clients see, with the prefix under which the plugin is mounted. */
  readonly issuer?: string
  /** A private JWK, also as JSON text, or PEM. Default: one that is made at start and ends with the process. */
  readonly key?: string | Readonly<Record<string, JsonValue>>
  /** Default: the JWK's, else the usual one of its kind; ES256 for a key that was made at start. */
  readonly alg?: Exclude<SignatureAlgorithm, `HS${string}`>
  /** Default 60s. No token lives longer than the caller's own. */
  readonly lifetime?: Duration
  /** `aud` where a route says no other. Default: the origin of the route's upstream. */
  readonly audience?: string | readonly string[]
}

/** What the upstream is told about the caller, and what of the credential it gets. */
export interface IdentityOptions {
  /** Header name to claim name, or to a JSON Pointer into the claims (RFC 6901) where it starts with `/`. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * `strip` removes Authorization and DPoP, `forward` passes them on, `mint` sends a token of the gateway's own about the caller in their
   * place, `exchange` one that the caller's issuer gives for the caller's (RFC 8693). Default strip, on public routes too.
   */
  readonly token?: 'strip' | 'forward' | 'mint' | 'exchange'
  readonly mint?: MintOptions
  readonly exchange?: GrantOptions
  /** Adds what the issuer's userinfo endpoint says to the claims that `headers` and `mint` are made of. Default false. */
  readonly userinfo?: boolean
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
  /** Exact, with `{name}` for one segment, or everything below with a final `/*`, which also matches the path before it. */
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
  /** How long an answer or a WebSocket may go on after its token is over or revoked. Default 0s. */
  readonly stream?: { readonly grace?: Duration }
}

/** The operations of an OpenAPI document as routes: path, method and scopes are the document's, everything else is said here for all. */
export interface OpenApiRoutes<Issuers extends string = string, Upstreams extends string = string>
  extends Pick<
    RouteOptions<Issuers, Upstreams>,
    'host' | 'upstream' | 'rewrite' | 'identity' | 'cors' | 'target' | 'stream'
  > {
  /** OpenAPI 3.0 or 3.1, read already. */
  readonly openapi: Readonly<Record<string, JsonValue>>
  /** What is demanded beside the document's scopes, of operations that are not public. */
  readonly auth?: Omit<PolicyOptions<Issuers>, 'scopes' | 'anyScope'>
}

/** What `routes` holds. */
export type RouteSource<Issuers extends string = string, Upstreams extends string = string> =
  | RouteOptions<Issuers, Upstreams>
  | OpenApiRoutes<Issuers, Upstreams>

export interface LimitOptions {
  /** Bytes of header names and values. Default 16384; `node:http` has a limit of its own. */
  readonly headers?: number
  /** Header fields of a request. Default 100; more than 2000 is not possible, since `node:http` hides some of those. */
  readonly fields?: number
  /** Bytes of a token. Default 8192. */
  readonly token?: number
  /** Bytes of a request body. Default 104857600. */
  readonly body?: number
  /** Requests at once on one connection: pipelined (HTTP/1.1) or as streams (HTTP/2). Default 100. */
  readonly concurrency?: number
  /** Requests that may wait for their turn while others are judged; one more is 503. Default 1024. */
  readonly waiting?: number
  /** How late the event loop may be, look after look, until a part of all requests is turned away. Default 500ms; `0s` is for ever. */
  readonly eventLoopDelay?: Duration
}

/** What the plugin takes: the configuration file without `server` and `admin`, and what a server section would say. */
export interface GatewayOptions<Issuers extends string = string, Upstreams extends string = string> {
  readonly issuers: { readonly [N in Issuers]: IssuerOptions }
  readonly upstreams: { readonly [U in Upstreams]: UpstreamOptions }
  /** In a configuration file also one OpenAPI document alone. */
  readonly routes: readonly RouteSource<NoInfer<Issuers>, NoInfer<Upstreams>>[]
  /** How tokens are made where a route says `identity.token: mint`. */
  readonly minting?: MintingOptions
  /** Origin that clients see: RFC 9728 URLs and DPoP `htu` are made from it. Default: the listener, which a proxy in front hides. */
  readonly publicUrl?: string
  /** Addresses and CIDRs whose X-Forwarded-* are believed. Default none. */
  readonly trustedProxies?: readonly string[]
  /**
   * Header in which a trusted proxy passes on the certificate of its TLS client: `client-cert` (RFC 9440), what nginx is told to call
   * `$ssl_client_escaped_cert`, or Envoy's `x-forwarded-client-cert`. Default: none is believed.
   */
  readonly clientCertificateHeader?: string
  readonly limits?: LimitOptions
  /** Told what was revoked through this gateway, for a program that runs several. Whoever it tells calls `app.gatehouse.deny`. */
  readonly onRevoked?: (denials: readonly Denial[]) => void
  /** Time, chance and the network, for tests. */
  readonly ports?: Partial<Ports>
  /** The transport to upstreams, for tests and for faster ones. */
  readonly forwarder?: ForwarderFactory
}

/** Does nothing but carry the names of issuers and upstreams into the types of the routes. */
export const defineGateway = <const Issuers extends string, const Upstreams extends string>(
  options: GatewayOptions<Issuers, Upstreams>,
): GatewayOptions<Issuers, Upstreams> => options
