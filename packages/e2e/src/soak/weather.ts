import { type FaultOptions, MISBEHAVIOURS } from '@gatehouse/mock-provider'
import { type Chance, pick } from './chance.ts'
import type { Control, TenantName } from './control.ts'
import type { Facts } from './facts.ts'
import type { Wallet } from './wallet.ts'

const TROUBLED = ['main', 'both', 'stale'] as const
type Troubled = (typeof TROUBLED)[number]

const PLACES = ['discovery', 'jwks', 'introspect'] as const

/** A provider that says so vouches for anybody, or disowns its own keys: no gateway can tell, and none is to blame. */
const LIES: ReadonlySet<string> = new Set(['introspection_always_active', 'jwks_kid_duplicated'])

/** Everything the mock can do to its answers that is an outage, or nothing at all, to who reads them right. */
const FAULTS: { readonly [P in (typeof PLACES)[number]]: readonly FaultOptions[] } = {
  discovery: faultsOf('discovery'),
  jwks: faultsOf('jwks'),
  introspect: faultsOf('introspect'),
}

function faultsOf(place: (typeof PLACES)[number]): FaultOptions[] {
  const named = MISBEHAVIOURS.filter(
    ({ name, endpoints, answers }) =>
      (endpoints === 'any' || endpoints.includes(place)) &&
      (answers === undefined || answers.code === 'issuer_unavailable') &&
      !LIES.has(name),
  ).map(({ name }): FaultOptions => ({ endpoint: place, misbehaviour: name }))
  const scripted: FaultOptions[] = [{ delay: '300ms' }, { delay: '2s' }, { trickle: '500ms' }, { truncate: 10 }]
  return [...named, ...scripted.map(fault => ({ ...fault, endpoint: place }))]
}

const nameOf = ({ misbehaviour, endpoint = 'all', ...rest }: FaultOptions): string =>
  `${endpoint} ${misbehaviour ?? Object.keys(rest).filter(key => key !== 'times')}`

/** Makes the provider fail, change its keys and its time, and revoke what it issued, all at random. */
export class Weather {
  /** What happened, by name. */
  readonly happened = new Map<string, number>()
  readonly #control: Control
  readonly #facts: Facts
  readonly #wallet: Wallet
  readonly #chance: Chance
  readonly #offsets = new Map<TenantName, number>()

  constructor(control: Control, facts: Facts, wallet: Wallet, chance: Chance) {
    this.#control = control
    this.#facts = facts
    this.#wallet = wallet
    this.#chance = chance
  }

  /** Bad weather from now on; `end` clears it up, and rejects with what went wrong in making it. */
  rage(): { end(): Promise<void> } {
    let isOver = false
    const storm = (async () => {
      while (!isOver) {
        await this.#turn()
        await new Promise(resolve => setTimeout(resolve, 500))
      }
      await this.#calm()
    })()
    storm.catch(() => undefined)
    return {
      end() {
        isOver = true
        return storm
      },
    }
  }

  async #turn(): Promise<void> {
    const tenant = pick(this.#chance, TROUBLED)
    const luck = this.#chance()
    if (luck < 0.25) await this.#control.mend(tenant)
    else if (luck < 0.28) await this.#break(tenant, { reset: true })
    else await this.#breakOne(tenant, pick(this.#chance, ['jwks', 'introspect', 'introspect'] as const))
    if (this.#chance() < 0.04) await this.#rotate()
    if (this.#chance() < 0.1) await this.#moveClock(tenant)
    if (this.#chance() < 0.3) {
      this.#count('revocation')
      await this.#wallet.revokeOne(pick(this.#chance, ['opaque', 'both', 'stale'] as const))
    }
    if (this.#chance() < 0.5) await this.#wallet.addMortal()
  }

  /** Before the gateway has asked anything: metadata is asked for once an hour, so this is when it fails. */
  async spoilStart(): Promise<void> {
    for (const tenant of TROUBLED) {
      for (let i = 0; i < 3; i++) await this.#break(tenant, { ...pick(this.#chance, FAULTS.discovery), times: 1 })
    }
  }

  async #calm(): Promise<void> {
    for (const tenant of TROUBLED) {
      await this.#control.mend(tenant)
      const offset = this.#offsets.get(tenant) ?? 0
      if (offset !== 0) await this.#control.moveClock(tenant, -offset)
    }
    this.#offsets.clear()
  }

  #breakOne(tenant: Troubled, place: 'jwks' | 'introspect'): Promise<void> {
    return this.#break(tenant, { ...pick(this.#chance, FAULTS[place]), times: 1 + Math.floor(this.#chance() * 4) })
  }

  async #break(tenant: Troubled, fault: FaultOptions): Promise<void> {
    this.#count(nameOf(fault))
    await this.#control.break(tenant, fault)
  }

  async #rotate(): Promise<void> {
    const retireOld = this.#chance() < 0.3
    this.#count(retireOld ? 'rotation without overlap' : 'rotation')
    if (retireOld) this.#facts.retireAll()
    const { kid } = await this.#control.rotate('main', { retireOld })
    this.#facts.publish(kid, Date.now())
    await this.#wallet.forget(retireOld)
  }

  /** By no more than the gateway tolerates. */
  async #moveClock(tenant: Troubled): Promise<void> {
    this.#count('clock moved')
    const offset = this.#offsets.get(tenant) ?? 0
    const next = pick(this.#chance, [-1, 0, 1])
    this.#offsets.set(tenant, next)
    if (next !== offset) await this.#control.moveClock(tenant, next - offset)
  }

  #count(what: string): void {
    this.happened.set(what, (this.happened.get(what) ?? 0) + 1)
  }
}
