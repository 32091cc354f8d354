import { ConfigurationError, type Problem } from '@gatehouse/configuration'
import type { JsonObject } from '@gatehouse/protocol'
import { type Api, parseApi } from './engine/apis.ts'
import { type Client, DEFAULT_CLIENTS, parseClient } from './engine/clients.ts'
import { isObject } from './engine/members.ts'
import { Refusal } from './engine/refusal.ts'
import { DEFAULT_SETTINGS, type Settings } from './engine/settings.ts'
import { DEFAULT_USERS, parseUser, type User } from './engine/users.ts'
import { toPrefix } from './http/router.ts'
import { at, refuseUnknown } from './option-reader.ts'
import { type Ports, systemPorts } from './ports.ts'
import { explainPreset, findPreset, type Preset } from './presets/index.ts'
import { parseSettings, SETTINGS_MEMBERS, type SettingsOptions } from './settings-options.ts'

/** What a tenant can be given beside the provider's own. */
export interface TenantOptions extends SettingsOptions {
  /** One of PRESET_NAMES: the identity system that it speaks as. Null for none. */
  readonly preset?: string | null
  /** By `sub`: `{password, claims, id_token, access_token, userinfo}`. Given ones replace alice and bob. */
  readonly users?: Readonly<Record<string, JsonObject>>
  /**
   * `first-use` (default) registers an unknown client by the first credentials it shows; `listed` refuses it. An object of clients by id, with
   * the names of RFC 7591 and `client_secret`, replaces demo and demo-public.
   */
  readonly clients?: 'first-use' | 'listed' | Readonly<Record<string, JsonObject>>
  /** What to do with unknown clients where `clients` is an object. Default `first-use`. */
  readonly unknownClients?: 'first-use' | 'listed'
  /** API connections by id: `{secret, scopes, audience, format, lifetime}`. */
  readonly apis?: Readonly<Record<string, JsonObject>>
}

export interface MockProviderOptions extends TenantOptions {
  /** Keys, codes, tokens and ids follow from it. Default `gatehouse`. */
  readonly seed?: string
  /** The root's `iss`, verbatim. Default: the origin of the listener, or of the first request. */
  readonly issuer?: string
  /** By prefix (`/a/b`): options over the provider's own. Tenants that are not named here are made of the provider's. */
  readonly tenants?: Readonly<Record<string, TenantOptions>>
  /**
   * Whether `Forwarded` and `X-Forwarded-*` say by which address a client came, as behind a proxy that sets them. Default false. Without an
   * `issuer` the provider then takes the address of the first request as issuer, and not the listener's.
   */
  readonly trustForwarded?: boolean
  /** Time and the network, for tests of the provider itself. */
  readonly ports?: Partial<Ports>
}

/** What tenants start with. */
export interface TenantConfig {
  readonly settings: Settings
  /** What the same options make of other defaults. */
  readonly settingsOver: (defaults: Settings) => Settings
  /** The system that it stands for. */
  readonly preset: Preset | undefined
  readonly users: ReadonlyMap<string, User>
  readonly clients: ReadonlyMap<string, Client>
  readonly apis: ReadonlyMap<string, Api>
}

export interface ProviderConfig {
  readonly seed: string
  readonly issuer: string | undefined
  readonly trustForwarded: boolean
  readonly root: TenantConfig
  readonly tenants: ReadonlyMap<string, TenantConfig>
  readonly ports: Ports
}

const DEFAULT_CONFIG: TenantConfig = {
  settings: DEFAULT_SETTINGS,
  settingsOver: defaults => defaults,
  preset: undefined,
  users: DEFAULT_USERS,
  clients: DEFAULT_CLIENTS,
  apis: new Map(),
}
const TENANT_MEMBERS = ['preset', 'users', 'clients', 'unknownClients', 'apis', ...SETTINGS_MEMBERS]
const PROVIDER_MEMBERS = ['seed', 'issuer', 'tenants', 'trustForwarded', 'ports', ...TENANT_MEMBERS]

/** The options as the provider uses them. Throws ConfigurationError with every mistake. */
export function parseOptions(options: MockProviderOptions): ProviderConfig {
  const problems: Problem[] = []
  const given = isObject(options) ? options : {}
  if (!isObject(options)) problems.push({ path: '', message: 'is not an object' })
  refuseUnknown(given, PROVIDER_MEMBERS, '', problems)
  const { seed = 'gatehouse', issuer, tenants = {}, trustForwarded = false, ports } = given as MockProviderOptions
  if (typeof seed !== 'string') problems.push({ path: 'seed', message: 'is not a text' })
  if (typeof trustForwarded !== 'boolean')
    problems.push({ path: 'trustForwarded', message: 'is not a flag', allowed: 'true or false' })
  if (issuer !== undefined && !isIssuer(issuer)) {
    problems.push({
      path: 'issuer',
      message: 'is no issuer',
      allowed: 'an http or https URL without query and fragment',
    })
  }
  const root = parseTenant(given as TenantOptions, DEFAULT_CONFIG, '', problems)
  const configs = new Map<string, TenantConfig>()
  if (!isObject(tenants)) problems.push({ path: 'tenants', message: 'is not an object' })
  for (const [name, value] of Object.entries(isObject(tenants) ? tenants : {})) {
    const path = `tenants.${name}`
    const prefix = toPrefix(name.replace(/^\//, '').split('/'))
    if (prefix === undefined || prefix === '')
      problems.push({ path, message: 'is no path prefix', allowed: 'such as /a or /a/b' })
    else if (!isObject(value)) problems.push({ path, message: 'is not an object' })
    else {
      refuseUnknown(value, TENANT_MEMBERS, path, problems)
      configs.set(prefix, parseTenant(value as TenantOptions, root, path, problems))
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems)
  return { seed, issuer, trustForwarded, root, tenants: configs, ports: { ...systemPorts, ...ports } }
}

function parseTenant(options: TenantOptions, base: TenantConfig, path: string, problems: Problem[]): TenantConfig {
  const { users, clients, unknownClients, apis } = options
  const isPolicy = clients === 'first-use' || clients === 'listed'
  if (unknownClients !== undefined && unknownClients !== 'first-use' && unknownClients !== 'listed') {
    problems.push({ path: at(path, 'unknownClients'), message: 'is not known', allowed: 'first-use or listed' })
  }
  const policy = isPolicy ? clients : unknownClients
  const settle = (start: Settings, mistakes: Problem[]): Settings => {
    const settings = parseSettings(options, start, path, mistakes)
    return { ...settings, clients: policy ?? settings.clients }
  }
  return {
    settings: settle(base.settings, problems),
    settingsOver: defaults => settle(base.settingsOver(defaults), []),
    preset: parsePreset(options.preset, base.preset, at(path, 'preset'), problems),
    users: parseNamed(users, base.users, parseUser, at(path, 'users'), problems),
    clients: isPolicy ? base.clients : parseNamed(clients, base.clients, parseClient, at(path, 'clients'), problems),
    apis: parseNamed(apis, base.apis, parseApi, at(path, 'apis'), problems),
  }
}

function parsePreset(name: unknown, base: Preset | undefined, path: string, problems: Problem[]): Preset | undefined {
  if (name === undefined) return base
  if (name === null) return undefined
  const preset = typeof name === 'string' ? findPreset(name) : undefined
  if (preset === undefined) problems.push({ path, ...explainPreset(name) })
  return preset
}

function parseNamed<V>(
  value: unknown,
  base: ReadonlyMap<string, V>,
  parse: (id: string, value: unknown) => V | Refusal,
  path: string,
  problems: Problem[],
): ReadonlyMap<string, V> {
  if (value === undefined) return base
  const named = new Map<string, V>()
  if (!isObject(value))
    problems.push({ path, message: 'is not an object', allowed: 'an object with a member for each' })
  for (const [id, item] of Object.entries(isObject(value) ? value : {})) {
    const parsed = parse(id, item)
    if (parsed instanceof Refusal) problems.push({ path: at(path, id), message: parsed.description })
    else named.set(id, parsed)
  }
  return named
}

/** OpenID Connect Discovery section 3: a URL without query and fragment. http is allowed, since this is a mock. */
function isIssuer(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value) || /[?#\s]/.test(value)) return false
  return ['http:', 'https:'].includes(new URL(value).protocol)
}
