import { toQuestion, toResponse } from './adapters/fetch.ts'
import { type Listening, type ListenOptions, listen } from './adapters/node.ts'
import { ENDPOINTS } from './endpoints/index.ts'
import { STANDARD } from './engine/dialect.ts'
import { type Minted, type MintRequest, mint } from './engine/mint.ts'
import { Refusal } from './engine/refusal.ts'
import { type Revocation, revoke } from './engine/revocation.ts'
import { DEFAULT_SETTINGS } from './engine/settings.ts'
import { createTenant, type Tenant } from './engine/tenant.ts'
import { dispatch } from './http/dispatch.ts'
import { readForwarded } from './http/forwarded.ts'
import type { Answer, Question } from './http/message.ts'
import { toPrefix } from './http/router.ts'
import { type MockProviderOptions, parseOptions } from './options.ts'
import { findPreset, type Preset } from './presets/index.ts'

/** What a test holds of one tenant: the same things that `/_mock` reaches over HTTP. */
export interface World
  extends Pick<Tenant, 'issuer' | 'clock' | 'keys' | 'users' | 'clients' | 'apis' | 'faults' | 'journal'> {
  /** Makes one token. Rejects with a TypeError that says what is wrong with the request. */
  mint(request?: MintRequest): Promise<Minted>
  /** Revokes a token, or all that a user, a session or a client has; answers how many. Throws a TypeError for a request that says nothing. */
  revoke(what: Revocation): number
  /** As new: seed, options and issuer stay. */
  reset(): void
}

/** An OpenID provider with a controllable world. It is its own root tenant; other tenants are made when first asked for. */
export interface MockProvider extends World {
  /** Answers a request without a socket. Never rejects, but for a scripted `reset`, which is a broken connection. */
  fetch(request: Request): Promise<Response>
  /** What adapters call. */
  handle(question: Question): Promise<Answer>
  /** Serves over HTTP/1.1; port 0 picks a free one. Without an issuer of its own the provider takes the address as issuer. */
  listen(options?: ListenOptions): Promise<Listening>
  /** The world below a path prefix such as `/a/b`. Throws a TypeError for what names no tenant. */
  tenant(prefix: string): World
  /** Forgets a tenant with everything in it, so that its memory is free; answers whether there was one. */
  drop(prefix: string): boolean
}

/** What an issuer is before any listener or request has said where the provider is. */
const NOWHERE = 'http://localhost'

/** Makes a provider; nothing is listened to and nothing is computed yet. Throws ConfigurationError with every mistake in the options. */
export function createMockProvider(options: MockProviderOptions = {}): MockProvider {
  const config = parseOptions(options)
  const tenants = new Map<string, Tenant>()
  const issuerPath = config.root.preset?.dialect.issuerPath ?? ''
  // Whoever writes the whole issuer of a system that has a path of its own means the same as who writes the address only.
  const given = config.issuer?.endsWith(issuerPath)
    ? config.issuer.slice(0, config.issuer.length - issuerPath.length)
    : config.issuer
  const home = given === undefined ? '' : (toPrefix(new URL(given).pathname.split('/').slice(1)) ?? '')
  let origin = config.issuer === undefined ? undefined : new URL(config.issuer).origin

  /** The path of an issuer that has one leads to the root: such a provider is its own tenant of that name. */
  const find = (prefix: string): Tenant => {
    const name = prefix === home ? '' : prefix
    let tenant = tenants.get(name)
    if (tenant === undefined) {
      const issuer = name === '' ? () => given ?? origin ?? NOWHERE : () => `${origin ?? NOWHERE}${name}`
      const { seed, ports } = config
      const path = name === '' ? home : name
      const { preset, settingsOver, ...plan } = config.tenants.get(name) ?? config.root
      tenant = createTenant({
        ...plan,
        dialect: preset?.dialect ?? STANDARD,
        settingsUnder: ({ settings }) => settingsOver({ ...DEFAULT_SETTINGS, ...settings }),
        seed,
        prefix: path,
        issuer,
        now: ports.now,
        alarm: ports.alarm,
      })
      tenants.set(name, tenant)
    }
    return tenant
  }
  /** The system that is spoken below a prefix, whether or not the tenant has been made. */
  const presetAt = (prefix: string): Preset | undefined => {
    const name = prefix === home ? '' : prefix
    const dialect = tenants.get(name)?.dialect
    return dialect === undefined ? (config.tenants.get(name) ?? config.root).preset : findPreset(dialect.name)
  }
  const bind = (address: string): void => {
    origin ??= address
  }
  const handle = (asked: Question): Promise<Answer> => {
    const question = config.trustForwarded ? readForwarded(asked) : asked
    bind(question.origin)
    return dispatch(question, { find, presetAt, all: () => tenants.values() }, ENDPOINTS, config.ports)
  }
  const parse = (prefix: string): string => {
    const parsed = toPrefix(prefix.replace(/^\//, '').split('/'))
    if (parsed === undefined) throw new TypeError('tenant: must be a path prefix such as /a or /a/b')
    return parsed
  }
  return Object.defineProperties(
    {
      fetch: async (request: Request) => toResponse(await handle(await toQuestion(request))),
      handle,
      listen: (where?: ListenOptions) => listen(handle, config.trustForwarded ? () => {} : bind, where, config.seed),
      tenant: (prefix: string) => openWorld(find(parse(prefix))),
      drop: (prefix: string) => tenants.delete(parse(prefix)),
    },
    Object.getOwnPropertyDescriptors(openWorld(find(''))),
  ) as MockProvider
}

function openWorld(tenant: Tenant): World {
  const { clock, keys, users, clients, apis, faults, journal } = tenant
  return {
    get issuer() {
      return tenant.issuer
    },
    clock,
    keys,
    users,
    clients,
    apis,
    faults,
    journal,
    mint: async (request = {}) => orThrow(mint(tenant, request)),
    revoke: what => orThrow(revoke(tenant, what)),
    reset: () => tenant.reset(),
  }
}

function orThrow<T>(value: T | Refusal): T {
  if (value instanceof Refusal) throw new TypeError(value.description)
  return value
}
