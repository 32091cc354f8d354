import { checkShape, type Problem } from '@gatehouse/configuration'
import { applyPreset, checkIssuers, type IssuerOptions } from '@gatehouse/verifier'
import { checkAddresses, isProxied } from './addresses.ts'
import { checkRoutes } from './check-routes.ts'
import { checkMinting, checkUpstreamTokens } from './check-supply.ts'
import { effectiveMinting, effectiveRoute, effectiveUpstream, mintingOf } from './defaults.ts'
import { type ExpandedOptions, expandOptions, expandRoutes } from './expand.ts'
import type { GatewayOptions } from './options.ts'
import { isRecord } from './record.ts'
import { pluginSchema } from './schema.ts'
import { type RouteRow, tabulate } from './table.ts'
import { checkUpstreams } from './upstreams.ts'

export interface Checked {
  /** Empty for a configuration that the plugin takes. */
  readonly problems: readonly Problem[]
  /** One row a route, in the order in which they win. Empty where there are problems. */
  readonly table: readonly RouteRow[]
  /** With presets and defaults filled in and secrets left out. Undefined where there are problems. */
  readonly effective: Readonly<Record<string, unknown>> | undefined
}

/** Judges everything that the plugin takes: shape, and what the members mean to each other. Lists every problem and never throws. */
export function checkGateway(value: unknown, path = ''): Checked {
  const found = isRecord(value) ? withoutCode(value) : value
  const problems = [...checkShape(pluginSchema, found, path)]
  if (isRecord(found)) {
    const at = (name: string) => (path === '' ? name : `${path}.${name}`)
    const issuers = checkIssuers(found.issuers, at('issuers'))
    problems.push(...issuers.problems)
    problems.push(...checkUpstreams(found.upstreams, at('upstreams')))
    const configs = new Map(issuers.configs.map(config => [config.name, config]))
    const { minting, upstreams } = found
    const knowsOrigin = found.publicUrl !== undefined || !isProxied(found)
    const supplies = { minting, knowsOrigin, upstreams, configs, issuers: found.issuers }
    problems.push(...checkMinting(minting, at('minting')), ...checkUpstreamTokens(supplies, at('upstreams')))
    const expanded = expandRoutes(found.routes, at('routes'))
    problems.push(...expanded.problems, ...checkRoutes(expanded.items, supplies))
    problems.push(...checkAddresses(found, at))
  }
  const distinct = [...new Map(problems.map(problem => [`${problem.path}\n${problem.message}`, problem])).values()]
  if (distinct.length > 0) return { problems: distinct, table: [], effective: undefined }
  // The schema and the checks above have made it one.
  const options = expandOptions(found as GatewayOptions)
  return { problems: [], table: tabulate(options), effective: describeEffective(options) }
}

const CODE: ReadonlySet<string> = new Set(['ports', 'forwarder', 'onRevoked', 'prefix', 'logLevel'])

/** Code is not configuration, and undefined is not a value. */
function withoutCode(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name, member]) => member !== undefined && !CODE.has(name)))
}

function describeEffective(options: ExpandedOptions): Record<string, unknown> {
  const { issuers, upstreams, routes } = options
  const minting = mintingOf(options)
  const each = <T>(record: Readonly<Record<string, T>>, describe: (value: T) => unknown) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, describe(value)]))
  return {
    issuers: each(issuers, (issuer: IssuerOptions) => redact(applyPreset(issuer))),
    upstreams: each(upstreams, effectiveUpstream),
    routes: routes.map(effectiveRoute),
    ...(minting === undefined ? {} : { minting: redact(effectiveMinting(minting)) }),
  }
}

const SECRETS: ReadonlySet<string> = new Set(['secret', 'token', 'key', 'k', 'd', 'p', 'q', 'dp', 'dq', 'qi'])

/** Secrets by the name of their member, wherever they are. */
function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      SECRETS.has(name) && typeof member === 'string' ? '[redacted]' : redact(member),
    ]),
  )
}
