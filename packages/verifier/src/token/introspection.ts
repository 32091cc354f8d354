import type { TokenDigest } from '@gatehouse/protocol'
import type { ClientProof } from '../client/authenticate.ts'
import { createProver, type Prover } from '../client/prover.ts'
import type { Facts } from '../facts.ts'
import type { IntrospectionConfig, IssuerConfig } from '../issuer/config.ts'
import { type Outcome, type Refused, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { processIntrospection, type Verdict } from './answer.ts'
import { Breaker } from './breaker.ts'
import { FactsCache } from './cache.ts'
import { profileAnswer } from './profile.ts'
import { requestIntrospection } from './question.ts'
import { type Keys, processSignedIntrospection } from './signed-answer.ts'
import { Turnstile } from './turnstile.ts'

/** Why the issuer could not be used though it answered: the operator's to mend. */
export const CREDENTIALS_REFUSED = 'the introspection endpoint refused our own credentials'

/** Seconds; the breaker lets a question through that often. */
const RETRY_AFTER = 1

export interface Introspector {
  /** A value where the verdict is remembered, a promise where the issuer is asked. The promise rejects for bugs only. */
  introspect(token: string, digest: TokenDigest): Outcome<Facts> | Promise<Outcome<Facts>>
}

/** What an introspector needs of its issuer. Endpoints are looked up before each question and may refuse. */
export interface IssuerAccess {
  readonly endpoint: () => Promise<Outcome<string>>
  /** For a client that asks with a token of its own. */
  readonly tokenEndpoint: () => Promise<Outcome<string>>
  /** For signed answers. */
  readonly keys: Keys
}

/** Told how each question went; `cause` is a constant sentence. */
export interface HealthReport {
  ready(): void
  down(cause: string): void
}

interface Told {
  readonly askedAt: number
  readonly verdict: Verdict
}

interface Remembered {
  readonly outcome: Outcome<Facts>
  readonly freshUntil: number
}

/**
 * Asks one issuer about tokens and remembers what it said: active answers for `ttl` and never past `exp`, refusals for `negativeTtl`, each
 * in its own bounded memory, so that a flood of bad tokens pushes out no good one. Parallel questions about one token are one question;
 * `maxInFlight` are asked at once, as many wait, and the rest are refused for the moment. Outages and refusals of our own credentials are
 * remembered by nobody but the breaker. With `serveStale`, an active answer is served that much longer while the issuer is out of order,
 * still never past `exp`. Ages count from the moment of asking.
 */
export function createIntrospector(
  config: IssuerConfig,
  access: IssuerAccess,
  ports: Ports,
  health: HealthReport = { ready: () => undefined, down: () => undefined },
): Introspector {
  const settings = config.introspection
  if (settings === undefined) throw new TypeError(`issuers.${config.name}.introspection: is not configured`)
  return new RememberingIntrospector(config, settings, access, ports, health)
}

class RememberingIntrospector implements Introspector {
  readonly #config: IssuerConfig
  readonly #settings: IntrospectionConfig
  readonly #access: IssuerAccess
  readonly #ports: Ports
  readonly #health: HealthReport
  readonly #prover: Prover
  readonly #turnstile: Turnstile
  readonly #active: FactsCache<Remembered>
  readonly #denied: FactsCache<Outcome<Facts>>
  readonly #flights = new Map<TokenDigest, Promise<Outcome<Facts>>>()
  readonly #breaker = new Breaker()

  constructor(
    config: IssuerConfig,
    settings: IntrospectionConfig,
    access: IssuerAccess,
    ports: Ports,
    health: HealthReport,
  ) {
    const { client, timeout, maxInFlight, entries } = settings
    const { name, tls } = config
    this.#config = config
    this.#settings = settings
    this.#access = access
    this.#ports = ports
    this.#health = health
    this.#prover = createProver({ name, client, tls, timeout, tokenEndpoint: access.tokenEndpoint }, ports)
    this.#turnstile = new Turnstile(maxInFlight)
    this.#active = new FactsCache(entries)
    this.#denied = new FactsCache(entries)
  }

  introspect(token: string, digest: TokenDigest): Outcome<Facts> | Promise<Outcome<Facts>> {
    const now = this.#ports.now()
    const known = this.#active.get(digest, now)
    if (known !== undefined && now < known.freshUntil) return known.outcome
    const denied = this.#denied.get(digest, now)
    if (denied !== undefined) return denied
    const flying = this.#flights.get(digest)
    if (flying !== undefined) return flying
    const flight = this.#takeTurn(token, digest).finally(() => this.#flights.delete(digest))
    this.#flights.set(digest, flight)
    return flight
  }

  #takeTurn(token: string, digest: TokenDigest): Promise<Outcome<Facts>> {
    const { name } = this.#config
    return this.#turnstile.pass<Outcome<Facts>>(
      () => this.#ask(token, digest),
      () => this.#orStale(digest, unavailable(name, 'too many questions to the issuer are under way')),
    )
  }

  async #ask(token: string, digest: TokenDigest): Promise<Outcome<Facts>> {
    const resting = this.#breaker.check(this.#ports.now())
    if (resting !== undefined) return this.#orStale(digest, resting)
    const address = await this.#access.endpoint()
    if (!address.ok) return this.#orStale(digest, address)
    const proof = await this.#prover.prove()
    if (!proof.ok) return this.#orStale(digest, this.#report(proof))
    const first = await this.#inquire(address.value, token, proof.value)
    if (first.verdict.kind !== 'refused' || !this.#prover.renew(proof.value)) return this.#settle(digest, first)
    const renewed = await this.#prover.prove()
    if (!renewed.ok) return this.#orStale(digest, this.#report(renewed))
    return this.#settle(digest, await this.#inquire(address.value, token, renewed.value))
  }

  async #inquire(endpoint: string, token: string, proof: ClientProof): Promise<Told> {
    const askedAt = this.#ports.now()
    const question = { endpoint, token, proof, tls: this.#config.tls }
    const asked = await requestIntrospection(this.#settings, question, this.#ports)
    const verdict =
      this.#settings.accept === 'jwt'
        ? await processSignedIntrospection(this.#config, this.#settings, asked, askedAt, this.#access.keys)
        : processIntrospection(this.#settings, asked)
    return { askedAt, verdict }
  }

  #settle(digest: TokenDigest, { askedAt, verdict }: Told): Outcome<Facts> {
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
    if (until > askedAt) this.#active.set(digest, { outcome, freshUntil }, until, askedAt)
    return outcome
  }

  #deny(digest: TokenDigest, askedAt: number, outcome: Refused): Refused {
    this.#active.delete(digest)
    const { negativeTtl } = this.#settings
    if (negativeTtl > 0) this.#denied.set(digest, outcome, askedAt + negativeTtl, askedAt)
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
    return this.#report(unavailable(this.#config.name, cause))
  }

  #report(refusal: Refused): Refused {
    this.#breaker.failed(refusal)
    this.#health.down(refusal.rejection.cause ?? 'the issuer could not be asked')
    return refusal
  }
}

const unavailable = (issuer: string, cause: string): Refused =>
  refuse({ code: 'issuer_unavailable', issuer, cause, detail: { retryAfter: RETRY_AFTER } })
