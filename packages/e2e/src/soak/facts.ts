/** Seconds, as the gateway is configured: what the bounds on its mistakes follow from. */
export const JWKS_MAX_AGE = 5
export const JWKS_TIMEOUT = 1
export const COOLDOWN = 1
export const VERDICT_TTL = 2
export const CLOCK_TOLERANCE = 2
/** For two processes to notice the same thing on a busy machine. */
export const LEEWAY = 1

/** A new key may be unknown for as long as a fetch that began before it was published, and one cooldown. */
const KEY_NEWS = (JWKS_TIMEOUT + COOLDOWN + LEEWAY) * 1000
/** A revoked token may pass for as long as an answer about it is kept. */
const REVOCATION_NEWS = (VERDICT_TTL + LEEWAY) * 1000

const FOREVER = Number.POSITIVE_INFINITY

/** What happened so far, in milliseconds since the epoch: all that is needed to say which answers are right. */
export class Facts {
  readonly #proved = new Map<string, number>()
  readonly #published = new Map<string, number>()
  readonly #retired = new Set<string>()
  readonly #revoked = new Map<string, number>()

  /** A key, or the verdict on a token, that the gateway has shown to know: an outage is no excuse from then on. */
  prove(what: string, now: number): void {
    if (!this.#proved.has(what)) this.#proved.set(what, now)
  }

  isProved(what: string, sent: number): boolean {
    return (this.#proved.get(what) ?? FOREVER) < sent
  }

  publish(kid: string, now: number): void {
    this.#published.set(kid, now)
  }

  isNews(kid: string, sent: number): boolean {
    return sent < (this.#published.get(kid) ?? 0) + KEY_NEWS
  }

  /** Every key there was is withdrawn: how soon the gateway knows depends on when it can ask. */
  retireAll(): void {
    for (const kid of [...this.#proved.keys(), ...this.#published.keys()]) this.#retired.add(kid)
  }

  isRetired(kid: string): boolean {
    return this.#retired.has(kid)
  }

  /** Called when it is about to happen, and again with the time when it has. */
  revoke(token: string, done = FOREVER): void {
    this.#revoked.set(token, done)
  }

  isRevoked(token: string): boolean {
    return this.#revoked.has(token)
  }

  mayStillPass(token: string, sent: number): boolean {
    return sent < (this.#revoked.get(token) ?? FOREVER) + REVOCATION_NEWS
  }
}
