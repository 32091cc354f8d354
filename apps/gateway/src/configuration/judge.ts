import { checkShape, type Problem } from '@gatehouse/configuration'
import { checkGateway, type GatewayOptions, gatewaySchema, type RouteRow } from '@gatehouse/fastify-gateway'
import { type Environment, loadConfiguration } from '../config.ts'
import { checkSettings, effectiveSettings, parseSettings, pluginSettings, type Settings } from '../server/settings.ts'
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
  const { $schema: _, server, admin, ...gateway } = value
  const unread = new Set(lost.map(problem => problem.path))
  const misset = checkSettings(server, admin, unread)
  const settings = misset.length > 0 ? undefined : parseSettings(server, admin)
  const verdict = checkGateway({ ...onlySections(gateway), ...(settings && pluginSettings(settings)) })
  // What is wrong with a value that could not be had only repeats that.
  const found = [
    ...checkShape(sectionsSchema, value, ''),
    ...misset,
    ...verdict.problems.map(problem => ({ ...problem, path: ownPath(problem.path) })),
    ...(settings === undefined ? [] : checkOrigin(settings, verdict.table)),
  ].filter(problem => !unread.has(problem.path))
  const problems = [...lost, ...found]
  if (settings === undefined || problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    configuration: {
      settings,
      gateway: gateway as unknown as GatewayOptions,
      routes: verdict.table,
      shown: redact({ ...effectiveSettings(server, admin), ...verdict.effective }, names),
    },
  }
}

/** Of a gateway that listens on every address nobody can say under which of them a client sees it, and proofs name that. */
function checkOrigin({ host, publicUrl }: Settings, routes: readonly RouteRow[]): Problem[] {
  if (publicUrl !== undefined || !EVERYWHERE.has(host) || routes.every(({ proof }) => proof !== 'dpop')) return []
  const message = `is required where a route says proof: dpop and host is ${host}`
  return [{ path: 'server.publicUrl', message, allowed: 'the origin that clients see' }]
}

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Without what no section is called, which is told by the shape of the whole. */
const onlySections = (gateway: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(gateway).filter(([name]) => SECTIONS.has(name)))

const SECTIONS: ReadonlySet<string> = new Set(Object.keys(gatewaySchema.properties as object))

/** What the plugin takes beside its sections is written in `server`. */
const ownPath = (path: string): string => (SECTIONS.has(/^\w*/.exec(path)?.[0] ?? '') ? path : `server.${path}`)
