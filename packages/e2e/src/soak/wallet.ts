import { DEFECTS, type MintRequest } from '@gatehouse/mock-provider'
import { type Chance, pick } from './chance.ts'
import type { Control, TenantName } from './control.ts'
import type { Facts } from './facts.ts'
import { OUTAGE, REFUSED, Rules, SERVED } from './rules.ts'
import type { Kind, Rule, Ticket } from './ticket.ts'

export const API = 'https://api.example.com'

/** All but what only another configuration could see, and one that changes nothing here: an address has no capitals. */
const FLAWS = DEFECTS.filter(
  ({ name, kinds, answers, strict }) =>
    kinds.includes('access') &&
    answers !== undefined &&
    strict !== true &&
    answers.code !== 'token_inactive' &&
    name !== 'issuer_upper_case',
)

interface Held {
  readonly token: string
  readonly subject: string
  readonly kid: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

type Maker = () => Ticket | Promise<Ticket>

/** Longer tokens than this do not fit into a request head (`server.limits.headers`). */
const HEAD = 16_000
/** Seconds that a fresh token lives, and that it has left, at least, when it is sent. */
const FRESH_LIFETIME = 15
const FRESH_REST = 8

/** Makes credentials of every kind. Opaque ones come from pools, whose members the weather revokes. */
export class Wallet {
  readonly #control: Control
  readonly #facts: Facts
  readonly #rules: Rules
  readonly #chance: Chance
  readonly #pools: Record<'fresh' | 'opaque' | 'both' | 'stale' | 'steady' | 'mortal', Held[]> = {
    fresh: [],
    opaque: [],
    both: [],
    stale: [],
    steady: [],
    mortal: [],
  }
  /** Tokens of the present key of `main`, by what they are. */
  readonly #minted = new Map<string, Promise<Held>>()
  /** Tokens that are over for good, by why. */
  readonly #over = new Map<string, Ticket>()
  #made = 0

  constructor(control: Control, facts: Facts, chance: Chance) {
    this.#control = control
    this.#facts = facts
    this.#rules = new Rules(facts)
    this.#chance = chance
  }

  async fill(): Promise<void> {
    for (let i = 0; i < 20; i++) await this.replace('opaque')
    for (let i = 0; i < 6; i++) await Promise.all([this.replace('both'), this.replace('stale'), this.replace('steady')])
    await this.addMortal()
  }

  draw(kind: Kind): Ticket | Promise<Ticket> {
    return this.#makers[kind]()
  }

  /** Revokes one of a pool, as far as the provider can be reached, and puts a new one in its place. */
  async revokeOne(pool: 'opaque' | 'both' | 'stale'): Promise<void> {
    const [held] = this.#pools[pool].splice(Math.floor(this.#chance() * this.#pools[pool].length), 1)
    await this.replace(pool)
    if (held === undefined) return
    // It goes on being sent for a while.
    this.#pools[pool].unshift(held)
    this.#facts.revoke(held.token)
    await this.#control.revoke(pool === 'opaque' ? 'main' : pool, { token: held.token })
    this.#facts.revoke(held.token, Date.now())
    const path = pool === 'opaque' ? '/main' : `/${pool}`
    this.#over.set(`revoked ${pool}`, this.#good(pool, path, held, this.#rules.asked(held.token, pool === 'stale')))
    const kept = this.#pools[pool].filter(({ token }) => !this.#facts.isRevoked(token) || token === held.token)
    this.#pools[pool] = kept
  }

  async replace(pool: 'opaque' | 'both' | 'stale' | 'steady'): Promise<void> {
    const isJwt = pool === 'both' || (pool === 'steady' && this.#made % 2 === 0)
    this.#pools[pool].push(
      await this.#mint(pool === 'opaque' ? 'main' : pool, isJwt ? {} : { format: 'opaque' as const }),
    )
  }

  /** A token with three seconds to live, that goes on being sent when it is over. */
  async addMortal(): Promise<void> {
    this.#pools.mortal.push(await this.#mint('main', { lifetime: 3 }))
    if (this.#pools.mortal.length > 12) this.#pools.mortal.shift()
  }

  /** The key of `main` changed: nothing that it signed is taken any more for an example of its kind. */
  async forget(isWithdrawn: boolean): Promise<void> {
    const hot = this.#minted.get('hot')
    this.#minted.clear()
    if (!isWithdrawn || hot === undefined) return
    const held = await hot
    this.#over.set('withdrawn key', this.#good('hot', '/main', held, this.#rules.byKey(held.kid)))
  }

  /** What must be refused in the end, by why: the last token of each pool that was revoked, and of a key that was withdrawn. */
  get over(): ReadonlyMap<string, Ticket> {
    return this.#over
  }

  async #mint(tenant: TenantName, request: MintRequest): Promise<Held> {
    const subject = `user-${++this.#made}`
    const { token, header, claims } = await this.#control.mint(tenant, {
      sub: subject,
      client_id: 'demo',
      scope: 'orders:read',
      audience: API,
      lifetime: '2h',
      ...request,
    })
    return { token, subject, kid: String(header?.kid ?? token), expiresAt: Number(claims.exp) * 1000 }
  }

  #once(name: string, request: MintRequest): Promise<Held> {
    const known = this.#minted.get(name) ?? this.#mint('main', request)
    this.#minted.set(name, known)
    return known
  }

  #good(kind: Kind, path: string, held: Held, allowed: Rule): Ticket {
    return {
      kind,
      name: kind,
      path,
      authorization: [`Bearer ${held.token}`],
      subject: held.subject,
      allowed,
      learn: now => this.#facts.prove(held.kid, now),
    }
  }

  #brief(kind: Kind, held: Held): Ticket {
    const { expiresAt, kid } = held
    return { ...this.#good(kind, '/main', held, this.#rules.until(expiresAt, kid)), expiresAt }
  }

  #wrong(kind: Kind, authorization: readonly string[], allowed: Rule, name: string = kind): Ticket {
    return { kind, name, path: '/main', authorization, subject: undefined, allowed, learn: () => undefined }
  }

  #pooled(kind: 'opaque' | 'both' | 'stale' | 'steady', path: string, rule: (held: Held) => Rule): Maker {
    return () => {
      const held = pick(this.#chance, this.#pools[kind])
      return this.#good(kind, path, held, rule(held))
    }
  }

  #flawed(kind: Kind, name: string, request: MintRequest, status: number, mayAsk = false): Promise<Ticket> {
    return this.#once(name, request).then(({ token, kid }) =>
      this.#wrong(
        kind,
        [`Bearer ${token}`],
        token.length > HEAD ? () => [431] : this.#rules.bad(mayAsk ? token : kid, status),
        name,
      ),
    )
  }

  readonly #makers: { readonly [K in Kind]: Maker } = {
    hot: async () => {
      const held = await this.#once('hot', {})
      return this.#good('hot', '/main', held, this.#rules.byKey(held.kid))
    },
    // One in five was never seen before. Those of a storm are over when its traces are looked for: what is still good is rightly remembered.
    fresh: async () => {
      const soon = Date.now() + FRESH_REST * 1000
      const pool = this.#pools.fresh.filter(({ expiresAt }) => expiresAt > soon).slice(-50)
      this.#pools.fresh = pool
      const isNew = pool.length < 10 || this.#chance() < 0.2
      const held = isNew ? await this.#mint('main', { lifetime: FRESH_LIFETIME }) : pick(this.#chance, pool)
      if (isNew) pool.push(held)
      return this.#brief('fresh', held)
    },
    opaque: this.#pooled('opaque', '/main', ({ token }) => this.#rules.asked(token, false)),
    both: this.#pooled('both', '/both', ({ token }) => this.#rules.asked(token, false)),
    stale: this.#pooled('stale', '/stale', ({ token }) => this.#rules.asked(token, true)),
    steady: this.#pooled('steady', '/steady', () => () => [SERVED]),
    mortal: () => this.#brief('mortal', pick(this.#chance, this.#pools.mortal)),
    defect: () => {
      const { name, answers } = pick(this.#chance, FLAWS)
      // What is no JWT at all is put to the issuer like anything opaque, and what names a key that is not there may name a new one.
      const mayAsk = answers?.code === 'token_malformed' || answers?.code === 'key_unknown'
      return this.#flawed('defect', `defect ${name}`, { defect: name }, answers?.status ?? REFUSED, mayAsk)
    },
    forged: async () => {
      const { token, kid } = await this.#once('hot', {})
      const signature = Buffer.from(String(this.#chance())).toString('base64url').padEnd(342, 'A')
      const forged = token.replace(/[^.]*$/, signature)
      return this.#wrong('forged', [`Bearer ${forged}`], this.#rules.bad(kid, REFUSED))
    },
    stranger: async () => {
      const { token } = await this.#once('hot', {})
      const header = { alg: 'RS256', typ: 'at+jwt', kid: `stranger-${this.#chance()}` }
      const named = token.replace(/^[^.]*/, Buffer.from(JSON.stringify(header)).toString('base64url'))
      return this.#wrong('stranger', [`Bearer ${named}`], () => [REFUSED, OUTAGE])
    },
    // Good at another issuer of the same gateway, whose tokens this route does not take.
    foreign: async () => {
      const held = pick(
        this.#chance,
        this.#pools.steady.filter(({ token }) => token.includes('.')),
      )
      return this.#wrong('foreign', [`Bearer ${held.token}`], () => [REFUSED])
    },
    unscoped: () => this.#flawed('unscoped', 'unscoped', { scope: 'other' }, 403),
    bound: () => this.#flawed('bound', 'bound', { claims: { cnf: { jkt: 'A'.repeat(43) } } }, REFUSED),
    garbage: () => this.#wrong('garbage', [`Bearer garbage-${this.#chance()}`], () => [REFUSED, OUTAGE]),
    doubled: async () => {
      const { token } = await this.#once('hot', {})
      return this.#wrong('doubled', [`Bearer ${token}`, `Bearer ${token}`], () => [400])
    },
    none: () => this.#wrong('none', [], () => [REFUSED]),
  }
}
