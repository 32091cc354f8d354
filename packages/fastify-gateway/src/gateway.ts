import { ConfigurationError } from '@gatehouse/configuration'
import { completePorts, createVerifier, type Policy, type Ports, type Verifier } from '@gatehouse/verifier'
import { compileRanges } from './addresses.ts'
import { checkGateway } from './check.ts'
import { LIMITS } from './defaults.ts'
import type { Forwarder } from './forward.ts'
import { createSieve, type Sieve } from './headers.ts'
import { compileMetadata, type Metadata } from './metadata.ts'
import { createNodeForwarder } from './node-forwarder.ts'
import type { GatewayOptions } from './options.ts'
import { compileRoute, type Route } from './route.ts'
import { compileRoutes, type RouteTable } from './routes.ts'
import { parseUpstream } from './upstreams.ts'

/** Everything that a request needs, compiled once. */
export interface Gateway {
  readonly verifier: Verifier
  readonly table: RouteTable<Route>
  readonly sieve: Sieve
  readonly isTrusted: (address: string) => boolean
  readonly limits: { readonly headers: number; readonly body: number }
  readonly metadata: Metadata
  readonly ports: Ports
  readonly forwarderOf: (route: Route) => Forwarder
  endTunnels(): void
  close(): void
}

/** Parses what the user wrote, or throws a ConfigurationError that lists every problem. `origin` is asked when a URL of ours is needed. */
export function compileGateway(options: GatewayOptions, origin: () => string | undefined): Gateway {
  const { problems } = checkGateway(options)
  if (problems.length > 0) throw new ConfigurationError(problems)
  const limits = { ...LIMITS, ...options.limits }
  const ports = completePorts(options.ports)
  const verifier = createVerifier(
    {
      issuers: options.issuers,
      maxTokenBytes: limits.token,
      ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    },
    ports,
  )
  const policies = options.routes.map((route, index): Policy | undefined =>
    route.auth === 'public' ? undefined : verifier.policy(route.auth, `routes[${index}].auth`),
  )
  const routes = options.routes.map((route, index) => compileRoute(route, policies[index]))
  const createForwarder = options.forwarder ?? createNodeForwarder
  const forwarders = new Map(
    Object.entries(options.upstreams).map(([name, upstream]) => [name, createForwarder(parseUpstream(name, upstream))]),
  )
  return {
    verifier,
    table: compileRoutes(routes),
    sieve: createSieve(routes.flatMap(({ sources }) => sources.map(({ header }) => header))),
    isTrusted: compileRanges(options.trustedProxies ?? []),
    limits,
    metadata: compileMetadata(options, origin),
    ports,
    forwarderOf({ upstream }) {
      const forwarder = forwarders.get(upstream)
      if (forwarder === undefined) throw new Error('a compiled route names an upstream that does not exist')
      return forwarder
    },
    endTunnels() {
      for (const forwarder of forwarders.values()) forwarder.endTunnels()
    },
    close() {
      for (const forwarder of forwarders.values()) forwarder.close()
    },
  }
}
