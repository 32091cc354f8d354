import type { IssuerConfig } from '../issuer/config.ts'
import type { Ports } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { type Denial, DenyList } from './deny-list.ts'

/** Name of the event that `changes` dispatches. */
export const DENIED = 'denied'

/** Says what is wrong with a revocation, by its member. */
export class RevocationError extends TypeError {
  override readonly name = 'RevocationError'
}

/** A denial as somebody wants it. `issuer` is a configuration's name of one, or its `iss`. */
export type WantedDenial = Omit<Denial, 'until'> & { readonly until?: number }

/** The tokens of the configured issuers that are denied, and who is told of it. */
export class Denials {
  readonly list = new DenyList()
  /** Dispatches `denied`, synchronously, after each denial, so that open streams can be ended at once. */
  readonly changes = new EventTarget()
  readonly #now: Ports['now']
  /** By name, and by `iss`. */
  readonly #issuers: ReadonlyMap<string, IssuerConfig>

  constructor(configs: readonly IssuerConfig[], { now }: Pick<Ports, 'now'>) {
    this.#now = now
    this.#issuers = new Map([
      ...configs.map(config => [config.issuer, config] as const),
      ...configs.map(config => [config.name, config] as const),
    ])
  }

  /**
   * Denies tokens. `until` defaults to as long from now as the issuer's `revocation.lifetime`, of every issuer the longest. Tells what is
   * denied now; undefined: there is no room for another one, and nothing changed. Throws a RevocationError for an issuer that is not
   * configured and for a value that is empty.
   */
  deny(wanted: WantedDenial): Denial | undefined {
    const known = this.#complete(wanted)
    const denial = { ...known, until: wanted.until ?? this.#now() + this.#lifetimeOf(known.issuer) }
    return this.denyAll([denial]) ? denial : undefined
  }

  /** Takes back what `deny` did; of a subject, what its logouts did too. False: there was nothing. Throws as `deny` does. */
  lift(wanted: Pick<Denial, 'by' | 'value' | 'issuer'>): boolean {
    const denial = this.#complete(wanted)
    const wasLifted = this.list.lift(denial)
    return (denial.by === 'sub' && this.list.lift({ ...denial, by: 'sessionless' })) || wasLifted
  }

  /** What is denied still. */
  inForce(): readonly Denial[] {
    return [...this.list.inForce(this.#now())]
  }

  /** Whether tokens of this principal are denied by now: what an open stream asks after each `denied`. */
  isDenied(principal: Principal): boolean {
    return this.list.isDenied(principal, this.#now())
  }

  /** What was verified already, and names issuers by their names. False where there was no room for one of them. */
  denyAll(denials: readonly Denial[]): boolean {
    const now = this.#now()
    const isRoomy = denials.map(denial => this.list.deny(denial, now)).every(done => done)
    if (denials.length > 0) this.changes.dispatchEvent(new Event(DENIED))
    return isRoomy
  }

  /** With the issuer's name, whichever way it was called. */
  #complete<D extends Pick<Denial, 'value' | 'issuer'>>(wanted: D): D {
    if (wanted.value === '') throw new RevocationError('value: is empty (what tokens have there)')
    if (wanted.issuer === undefined) return wanted
    const config = this.#issuers.get(wanted.issuer)
    if (config === undefined) throw new RevocationError('issuer: is not configured (the name or the iss of an issuer)')
    return { ...wanted, issuer: config.name }
  }

  #lifetimeOf(issuer: string | undefined): number {
    const config = issuer === undefined ? undefined : this.#issuers.get(issuer)
    if (config !== undefined) return config.revocation.lifetime
    return Math.max(...[...this.#issuers.values()].map(({ revocation }) => revocation.lifetime))
  }
}
