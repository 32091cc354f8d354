import { accept, type Outcome, type Refused, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { type Denial, DenyList } from './deny-list.ts'
import { LOGOUT_TOKEN, readLogout } from './logout-token.ts'
import { readSecurityEvent, SECURITY_EVENT } from './security-event.ts'
import { type Source, type Statement, type StatementKind, verifyStatement } from './statement.ts'

/** Name of the event that `changes` dispatches. */
export const DENIED = 'denied'

/** Ends tokens before their time. What is denied here is refused from the next request on, in this process. */
export interface Revocations {
  /**
   * Denies tokens. `until` defaults to as long from now as the issuer's `revocation.lifetime`, of every issuer the longest. False: there
   * is no room for another one, and nothing changed. Throws a TypeError for an issuer that is not configured and for a value that is empty.
   */
  deny(denial: Omit<Denial, 'until'> & { readonly until?: number }): boolean
  /** Whether tokens of this principal are denied by now: what an open stream asks after each `denied`. */
  isDenied(principal: Principal): boolean
  /** Verifies a logout token (OpenID Connect Back-Channel Logout 1.0) of a configured issuer and ends what it names. */
  acceptLogoutToken(token: string): Promise<Outcome<readonly Denial[]>>
  /** Verifies a security event token (RFC 8417) of a configured issuer and ends what its CAEP and RISC events name; maybe nothing. */
  acceptSecurityEvent(token: string): Promise<Outcome<readonly Denial[]>>
  /** Dispatches `denied`, synchronously, after each change, so that open streams can be ended at once. */
  readonly changes: EventTarget
}

/** Seconds: room comes only with time. */
const RETRY_AFTER = 60

export function createRevocations(sources: readonly Source[], ports: Ports): Revocations & { readonly list: DenyList } {
  return new KeptRevocations(sources, ports)
}

class KeptRevocations implements Revocations {
  readonly list = new DenyList()
  readonly changes = new EventTarget()
  readonly #ports: Ports
  readonly #sources: ReadonlyMap<unknown, Source>
  readonly #lifetimes: ReadonlyMap<string, number>

  constructor(sources: readonly Source[], ports: Ports) {
    this.#ports = ports
    this.#sources = new Map(sources.map(source => [source.config.issuer, source]))
    this.#lifetimes = new Map(sources.map(({ config }) => [config.name, config.revocation.lifetime]))
  }

  deny(denial: Omit<Denial, 'until'> & { readonly until?: number }): boolean {
    const { value, issuer, until } = denial
    if (value === '') throw new TypeError('value: is empty (what tokens have there)')
    const lifetime = issuer === undefined ? Math.max(...this.#lifetimes.values()) : this.#lifetimes.get(issuer)
    if (lifetime === undefined) throw new TypeError('issuer: is not configured (the name of an issuer)')
    return this.#denyAll([{ ...denial, until: until ?? this.#ports.now() + lifetime }])
  }

  isDenied(principal: Principal): boolean {
    return this.list.isDenied(principal, this.#ports.now())
  }

  acceptLogoutToken(token: string): Promise<Outcome<readonly Denial[]>> {
    return this.#accept(token, LOGOUT_TOKEN, readLogout)
  }

  acceptSecurityEvent(token: string): Promise<Outcome<readonly Denial[]>> {
    return this.#accept(token, SECURITY_EVENT, readSecurityEvent)
  }

  async #accept(
    token: string,
    kind: StatementKind,
    read: (statement: Statement) => Outcome<readonly Denial[]>,
  ): Promise<Outcome<readonly Denial[]>> {
    const statement = await verifyStatement(token, this.#sources, kind, this.#ports.now())
    if (!statement.ok) return statement
    const denials = read(statement.value)
    if (!denials.ok) return denials
    return this.#denyAll(denials.value) ? accept(denials.value) : FULL
  }

  #denyAll(denials: readonly Denial[]): boolean {
    const now = this.#ports.now()
    const isRoomy = denials.map(denial => this.list.deny(denial, now)).every(done => done)
    if (denials.length > 0) this.changes.dispatchEvent(new Event(DENIED))
    return isRoomy
  }
}

const FULL: Refused = refuse({
  code: 'issuer_unavailable',
  cause: 'there is no room for another revocation',
  detail: { retryAfter: RETRY_AFTER },
})
