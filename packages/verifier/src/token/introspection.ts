import type { TokenDigest } from '@gatehouse/protocol'
import type { Facts } from '../facts.ts'
import type { IntrospectionConfig, IssuerConfig } from '../issuer/config.ts'
import { type Outcome, type Refused, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { processIntrospection, type Verdict } from './answer.ts'
import { Breaker } from './breaker.ts'
import { FactsCache } from './cache.ts'
import { profileAnswer } from './profile.ts'
import { requestIntrospection } from './question.ts'

/** Why the issuer could not be used though it answered: the operator's to mend. */
export const CREDENTIALS_REFUSED = 'the introspection endpoint refused our own credentials'

/** Seconds; the breaker lets a question through that often. */
const RETRY_AFTER = 1

export interface Introspector {
  /** A value where the verdict is remembered, a promise where the issuer is asked. The promise rejects for bugs only. */
  introspect(token: string, digest: TokenDigest): Outcome<Facts> | Promise<Outcome<Facts>>
}

/** Told how each question went; `cause` is a constant sentence. */
export interface HealthReport {
  ready(): void
  down(cause: string): void
}

interface Remembered {
  readonly outcome: Outcome<Facts>
  readonly freshUntil: number
}

/**
 * Asks one issuer about tokens and remembers what it said: active answers for `ttl` and never past `exp`, refusals for `negativeTtl`, each
 * in its own bounded memory, so that a flood of bad tokens pushes out no good one. Parallel questions about one token are one question.
 * Outages and refusals of our own credentials are remembered by nobody but the breaker. With `serveStale`, an active answer is served that
 * much longer while the issuer is out of order, still never past `exp`.
 *
 * `endpoint` is awaited before each question and may refuse. Ages count from the moment of asking.
 */
export function createIntrospector(
  config: IssuerConfig,
  endpoint: () => Promise<Outcome<string>>,
  ports: Ports,
  health: HealthReport = { ready: () => undefined, down: () => undefined },
): Introspector {
  const settings = config.introspection
  if (settings === undefined) throw new TypeError(`issuers.${config.name}.introspection: is not configured`)
  return new RememberingIntrospector(config, settings, endpoint, ports, health)
}

class RememberingIntrospector implements Introspector {
  readonly #config: IssuerConfig
  readonly #settings: IntrospectionConfig
  readonly #endpoint: () => Promise<Outcome<string>>
  readonly #ports: Ports
  readonly #health: HealthReport
  readonly #active: FactsCache<Remembered>
  readonly #denied: FactsCache<Outcome<Facts>>
  readonly #flights = new Map<TokenDigest, Promise<Outcome<Facts>>>()
  readonly #breaker = new Breaker()

  constructor(
    config: IssuerConfig,
    settings: IntrospectionConfig,
    endpoint: () => Promise<Outcome<string>>,
    ports: Ports,
    health: HealthReport,
  ) {
    this.#config = config
    this.#settings = settings
    this.#endpoint = endpoint
    this.#ports = ports
    this.#health = health
    this.#active = new FactsCache(settings.entries)
    this.#denied = new FactsCache(settings.entries)
  }

  introspect(token: string, digest: TokenDigest): Outcome<Facts> | Promise<Outcome<Facts>> {
    const now = this.#ports.now()
    const known = this.#active.get(digest, now)
    if (known !== undefined && now < known.freshUntil) return known.outcome
    const denied = this.#denied.get(digest, now)
    if (denied !== undefined) return denied
    const flying = this.#flights.get(digest)
    if (flying !== undefined) return flying
    const flight = this.#ask(token, digest).finally(() => this.#flights.delete(digest))
    this.#flights.set(digest, flight)
    return flight
  }

  async #ask(token: string, digest: TokenDigest): Promise<Outcome<Facts>> {
    const askedAt = this.#ports.now()
    const resting = this.#breaker.check(askedAt)
    if (resting !== undefined) return this.#orStale(digest, resting)
    const address = await this.#endpoint()
    if (!address.ok) return this.#orStale(digest, address)
    const asked = await requestIntrospection(this.#settings, address.value, token, this.#config.tls, this.#ports)
    return this.#settle(digest, askedAt, processIntrospection(this.#settings, asked))
  }

  #settle(digest: TokenDigest, askedAt: number, verdict: Verdict): Outcome<Facts> {
    switch (verdict.kind) {
      case 'broken':
        return this.#orStale(digest, this.#fail(`the introspection endpoint ${verdict.why}`))
      case 'refused':
        return this.#orStale(digest, this.#fail(CREDENTIALS_REFUSED))
      case 'inactive':
        this.#succeed()
        return this.#deny(digest, askedAt, refuse({ code: 'token_inactive', issuer: this.#config.name }))
      case 'active': {
        this.#succeed()
        const facts = profileAnswer(this.#config, verdict.answer)
        return facts.ok ? this.#remember(digest, askedAt, facts) : this.#deny(digest, askedAt, facts)
      }
    }
  }

  #remember(digest: TokenDigest, askedAt: number, outcome: Outcome<Facts> & { readonly ok: true }): Outcome<Facts> {
    const freshUntil = askedAt + this.#settings.ttl
    const until = Math.min(freshUntil + this.#settings.serveStale, outcome.value.validUntil)
    if (until > askedAt) this.#active.set(digest, { outcome, freshUntil }, until)
    return outcome
  }

  #deny(digest: TokenDigest, askedAt: number, outcome: Refused): Refused {
    this.#active.delete(digest)
    if (this.#settings.negativeTtl > 0) this.#denied.set(digest, outcome, askedAt + this.#settings.negativeTtl)
    return outcome
  }

  /** Stale answers bridge outages, not our own mistakes. */
  #orStale(digest: TokenDigest, refusal: Refused): Outcome<Facts> {
    if (refusal.rejection.cause === CREDENTIALS_REFUSED) return refusal
    return this.#active.get(digest, this.#ports.now())?.outcome ?? refusal
  }

  #succeed(): void {
    this.#breaker.succeeded()
    this.#health.ready()
  }

  #fail(cause: string): Refused {
    const refusal = refuse({
      code: 'issuer_unavailable',
      issuer: this.#config.name,
      cause,
      detail: { retryAfter: RETRY_AFTER },
    })
    this.#breaker.failed(refusal)
    this.#health.down(cause)
    return refusal
  }
}
