import { accept, type Outcome, type Refused, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { Denials } from './denials.ts'
import type { Denial } from './deny-list.ts'
import { LOGOUT_TOKEN, readLogout } from './logout-token.ts'
import { readSecurityEvent, SECURITY_EVENT } from './security-event.ts'
import { type Source, type Statement, type StatementKind, verifyStatement } from './statement.ts'

/** Ends tokens before their time. What is denied here is refused from the next request on, in this process. */
export interface Revocations extends Pick<Denials, 'deny' | 'lift' | 'inForce' | 'isDenied' | 'changes'> {
  /** Verifies a logout token (OpenID Connect Back-Channel Logout 1.0) of a configured issuer and ends what it names. */
  acceptLogoutToken(token: string): Promise<Outcome<readonly Denial[]>>
  /** Verifies a security event token (RFC 8417) of a configured issuer and ends what its CAEP and RISC events name; maybe nothing. */
  acceptSecurityEvent(token: string): Promise<Outcome<readonly Denial[]>>
}

/** Seconds: room comes only with time. */
const RETRY_AFTER = 60

export const createRevocations = (sources: readonly Source[], ports: Ports): KeptRevocations =>
  new KeptRevocations(sources, ports)

class KeptRevocations extends Denials implements Revocations {
  readonly #ports: Ports
  readonly #sources: ReadonlyMap<unknown, Source>

  constructor(sources: readonly Source[], ports: Ports) {
    super(
      sources.map(({ config }) => config),
      ports,
    )
    this.#ports = ports
    this.#sources = new Map(sources.map(source => [source.config.issuer, source]))
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
    return this.denyAll(denials.value) ? accept(denials.value) : FULL
  }
}

const FULL: Refused = refuse({
  code: 'issuer_unavailable',
  cause: 'there is no room for another revocation',
  detail: { retryAfter: RETRY_AFTER },
})
