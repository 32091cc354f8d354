import { type Api, type Apis, createApis } from './apis.ts'
import { type Client, type Clients, createClients } from './clients.ts'
import { Clock } from './clock.ts'
import type { Dialect } from './dialect.ts'
import { Entropy } from './entropy.ts'
import { createFaults, type Faults } from './faults.ts'
import { type Alarm, createJournal, type Journal } from './journal.ts'
import { KeyRing } from './keys.ts'
import { revoke } from './revocation.ts'
import type { Settings } from './settings.ts'
import { Store } from './store.ts'
import { createUsers, type User, type Users } from './users.ts'

/** One issuer with a world of its own. Nothing in it is shared with another tenant but constants. */
export interface Tenant {
  /** Path below the origin: empty for the root, `/a/b` otherwise. */
  readonly prefix: string
  /** The exact `iss`. */
  readonly issuer: string
  /** What the endpoints' paths follow: the issuer without what its system has below the tenant. */
  readonly address: string
  /** How its tokens are written. */
  readonly dialect: Dialect
  readonly settings: Settings
  readonly clock: Clock
  readonly entropy: Entropy
  readonly keys: KeyRing
  readonly users: Users
  readonly clients: Clients
  readonly apis: Apis
  /** Codes, tokens, grants, sessions. */
  readonly store: Store
  readonly faults: Faults
  readonly journal: Journal
  /** Gives it another dialect, with that system's lifetimes and formats under what the options say. What was issued stays. */
  speak(dialect: Dialect): void
  /** As new: its seed and options stay, everything else goes. */
  reset(): void
}

/** What a tenant starts with, and is again after a reset. */
export interface TenantPlan {
  readonly seed: string
  readonly prefix: string
  /** Asked for late: an issuer may follow the address that a listener gets. */
  readonly issuer: () => string
  /** Real time, in seconds since the epoch with fraction. */
  readonly now: () => number
  /** Rings after real seconds. */
  readonly alarm: Alarm
  /** What it speaks until told otherwise, and after a reset. */
  readonly dialect: Dialect
  /** What the options make of a dialect's settings. */
  readonly settingsUnder: (dialect: Dialect) => Settings
  readonly users: ReadonlyMap<string, User>
  readonly clients: ReadonlyMap<string, Client>
  readonly apis: ReadonlyMap<string, Api>
}

export function createTenant(plan: TenantPlan): Tenant {
  const clock = new Clock(plan.now)
  const entropy = new Entropy(plan.seed, plan.prefix)
  const keys = new KeyRing(entropy, clock)
  // Who is deleted leaves nothing behind that works.
  const users = createUsers(plan.users, sub => revoke(tenant, { sub }))
  const clients = createClients(plan.clients, client_id => revoke(tenant, { client_id }))
  const apis = createApis(plan.apis)
  const store = new Store(() => clock.now())
  const faults = createFaults(purpose => entropy.bytes(purpose, 4).readUInt32BE() / 2 ** 32)
  const journal = createJournal(id => {
    const client = clients.get(id)
    return client === undefined ? undefined : { registered: client.registered, redirectUris: client.redirectUris ?? [] }
  }, plan.alarm)
  let { dialect } = plan
  let settings = plan.settingsUnder(dialect)
  const speak = (next: Dialect): void => {
    dialect = next
    settings = plan.settingsUnder(next)
    keys.kidBytes = next.kidBytes
    apis.rebase(next.apis.size === 0 ? plan.apis : new Map([...next.apis, ...plan.apis]))
    entropy.writeBy(purpose => {
      const write = Object.hasOwn(next.texts, purpose) ? next.texts[purpose] : undefined
      return write === undefined ? undefined : draw => write(draw, { clock })
    })
  }
  speak(dialect)
  const tenant: Tenant = {
    prefix: plan.prefix,
    get issuer() {
      return `${this.address}${dialect.issuerPath}`
    },
    get address() {
      return dialect.issuerPath === '' ? plan.issuer() : plan.issuer().replace(/\/$/, '')
    },
    get dialect() {
      return dialect
    },
    get settings() {
      return settings
    },
    clock,
    entropy,
    keys,
    users,
    clients,
    apis,
    store,
    faults,
    journal,
    speak(next) {
      keys.reset()
      speak(next)
    },
    reset() {
      speak(plan.dialect)
      for (const part of [clock, entropy, keys, users, clients, apis, store]) part.reset()
      faults.clear()
      journal.clear()
    },
  }
  return tenant
}
