import { checkShape, type Problem } from '@gatehouse/configuration'
import { checkGateway, type GatewayOptions, type RouteRow } from '@gatehouse/fastify-gateway'
import { type Environment, loadConfiguration } from '../config.ts'
import { checkSettings, effectiveSettings, parseSettings, type Settings } from '../server/settings.ts'
import { coerceReplaced } from './coerce.ts'
import { redact } from './redact.ts'
import { configurationSchema, sectionsSchema } from './schema.ts'

/** A configuration in which nothing was found wrong. */
export interface Configuration {
  readonly settings: Settings
  readonly gateway: GatewayOptions
  readonly routes: readonly RouteRow[]
  /** Everything that is in force, presets and defaults included, fit to be shown. */
  readonly shown: unknown
}

export type Judged =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Loads and judges a configuration file. `check` and `run` both do just this, so that they refuse the same with the same words. */
export function judgeConfiguration(path: string, environment: Environment): Judged {
  const loading = loadConfiguration(path, environment)
  if (!loading.ok) return loading
  const { problems: lost, names, replaced } = loading.loaded
  const value = coerceReplaced(loading.loaded.value, configurationSchema, replaced) as Record<string, unknown>
  const { server, admin, issuers, upstreams, routes } = value
  const gateway = withoutUndefined({ issuers, upstreams, routes })
  const verdict = checkGateway(gateway)
  const unread = new Set(lost.map(problem => problem.path))
  // What is wrong with a value that could not be had only repeats that.
  const found = [
    ...checkShape(sectionsSchema, value, ''),
    ...checkSettings(server, admin, unread),
    ...verdict.problems,
  ].filter(problem => !unread.has(problem.path))
  const problems = [...lost, ...found]
  if (problems.length > 0) return { ok: false, problems }
  const settings = parseSettings(server, admin)
  return {
    ok: true,
    configuration: {
      settings,
      gateway: gateway as unknown as GatewayOptions,
      routes: verdict.table,
      shown: redact({ ...effectiveSettings(server, admin), ...(verdict.effective as object) }, names),
    },
  }
}

const withoutUndefined = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
