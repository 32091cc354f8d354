import { ConfigurationError, parseDuration } from '@gatehouse/configuration'
import {
  checkIssuers,
  completePorts,
  createVerifier,
  type Denial,
  type Policy,
  type Verifier,
} from '@gatehouse/verifier'
import { compileRanges } from './addresses.ts'
import { Admission } from './admission.ts'
import { type FindCertificate, findCertificates } from './certificate.ts'
import { checkGateway } from './check.ts'
import { LIMITS, mintingOf } from './defaults.ts'
import { Entrance } from './entrance.ts'
import { Throttle } from './event-loop.ts'
import { expandOptions } from './expand.ts'
import { createFastForwarder } from './fast-forwarder.ts'
import type { Forwarder, ForwarderLoad } from './forward.ts'
import { createSieve, type Sieve } from './headers.ts'
import { createHttp2Forwarder } from './http2-forwarder.ts'
import { Lines } from './lines.ts'
import { compileMetadata, type Metadata } from './metadata.ts'
import { compileMinting } from './minting.ts'
import type { GatewayOptions } from './options.ts'
import { compileOwnPaths, type OwnPaths } from './own-paths.ts'
import { compileRoute, type Route } from './route.ts'
import { compileRoutes, type RouteTable } from './routes.ts'
import { type FindSender, findSenders } from './sender.ts'
import { Streams } from './streams.ts'
import { compileSupplier } from './supply.ts'
import { TraceIds } from './trace-ids.ts'
import { parseUpstream } from './upstreams.ts'

/** Everything that a request needs, compiled once. */
export interface Gateway {
  readonly verifier: Verifier
  readonly table: RouteTable<Route>
  readonly sieve: Sieve
  readonly isTrusted: (address: string) => boolean
  readonly senderOf: FindSender
  readonly limits: { readonly headers: number; readonly fields: number; readonly body: number }
  readonly admission: Admission
  readonly entrance: Entrance
  readonly metadata: Metadata
  readonly own: OwnPaths
  readonly certificateOf: FindCertificate
  readonly streams: Streams
  readonly lines: Lines
  /** By name, and by `iss`. */
  readonly issuers: ReadonlySet<string>
  /** Told of what was revoked here, for whoever else must know. */
  readonly onRevoked: (denials: readonly Denial[]) => void
  readonly traceIds: TraceIds
  readonly forwarderOf: (route: Route) => Forwarder
  load(): GatewayLoad
  /** Says goodbye to every WebSocket and takes no more; resolves when they are closed. */
  endTunnels(): Promise<void>
  close(): void
}

/** What there is to do at one moment. */
export interface GatewayLoad {
  /** Requests that wait for their turn to be judged. */
  readonly waiting: number
  /** By the names of the configuration, but those whose forwarder does not tell. */
  readonly upstreams: readonly ({ readonly name: string } & ForwarderLoad)[]
}

/** Where the gateway is. */
export interface Site {
  /** The origin that clients see; undefined while that is not known. */
  readonly origin: () => string | undefined
  /** What goes before every path, without a final slash. */
  readonly prefix: string
  /** Whether a certificate of a TLS connection counts only if one of the server's own authorities signed it. */
  readonly needsAuthority: () => boolean
}

/** Parses what the user wrote, or throws a ConfigurationError that lists every problem. */
export function compileGateway(given: GatewayOptions, { origin, prefix, needsAuthority }: Site): Gateway {
  const { problems } = checkGateway(given)
  if (problems.length > 0) throw new ConfigurationError(problems)
  const options = expandOptions(given)
  const limits = { ...LIMITS, ...options.limits }
  const throttle = new Throttle(parseDuration(limits.eventLoopDelay) ?? 0)
  const admission = new Admission(limits.concurrency, throttle)
  const entrance = new Entrance(limits.waiting)
  const ports = completePorts(options.ports)
  const base = (): string | undefined => {
    const known = origin()
    return known === undefined ? undefined : known + prefix
  }
  const verifier = createVerifier(
    {
      issuers: options.issuers,
      maxTokenBytes: limits.token,
      publicUrl: base,
    },
    ports,
  )
  const policies = options.routes.map((route, index): Policy | undefined =>
    route.auth === 'public' ? undefined : verifier.policy(route.auth, `routes[${index}].auth`),
  )
  const written = mintingOf(options)
  const minting = written && compileMinting(written, base, ports)
  const routes = options.routes.map((route, index) => {
    const upstream = options.upstreams[route.upstream]
    return compileRoute(route, policies[index], upstream && compileSupplier(route, upstream, verifier, minting))
  })
  const forwarders = new Map(
    Object.entries(options.upstreams).map(([name, written]) => {
      const upstream = parseUpstream(name, written)
      const createForwarder = options.forwarder ?? (upstream.http2 ? createHttp2Forwarder : createFastForwarder)
      return [name, createForwarder(upstream)]
    }),
  )
  const { configs } = checkIssuers(options.issuers)
  const hearsIssuers = configs.some(({ revocation }) => revocation.audience.size > 0)
  const isTrusted = compileRanges(options.trustedProxies ?? [])
  const metadata = compileMetadata(options, prefix === '' ? origin : () => undefined)
  const header = options.clientCertificateHeader?.toLowerCase()
  const streams = new Streams(ports, verifier.revocations)
  const lines = new Lines()
  return {
    verifier,
    table: compileRoutes(routes),
    sieve: createSieve(
      routes.flatMap(({ sources }) => sources.map(({ header }) => header)),
      header === undefined ? [] : [header],
    ),
    isTrusted,
    senderOf: findSenders(isTrusted),
    limits,
    admission,
    entrance,
    metadata,
    own: compileOwnPaths(metadata, minting?.jwks, hearsIssuers),
    certificateOf: findCertificates({ header, isTrusted, needsAuthority }),
    streams,
    lines,
    issuers: new Set(configs.flatMap(({ name, issuer }) => [name, issuer])),
    onRevoked: options.onRevoked ?? (() => undefined),
    traceIds: new TraceIds(ports),
    forwarderOf({ upstream }) {
      const forwarder = forwarders.get(upstream)
      if (forwarder === undefined) throw new Error('a compiled route names an upstream that does not exist')
      return forwarder
    },
    load: () => ({
      waiting: entrance.waiting,
      upstreams: [...forwarders].flatMap(([name, forwarder]) => {
        const told = forwarder.load?.()
        return told === undefined ? [] : [{ name, ...told }]
      }),
    }),
    async endTunnels() {
      await lines.endAll()
      // Those that are still being opened.
      for (const forwarder of forwarders.values()) forwarder.endTunnels()
    },
    close() {
      streams.close()
      admission.close()
      for (const forwarder of forwarders.values()) forwarder.close()
    },
  }
}
