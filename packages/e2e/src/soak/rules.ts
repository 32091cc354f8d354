import { CLOCK_TOLERANCE, type Facts, LEEWAY } from './facts.ts'
import type { Rule } from './ticket.ts'

export const SERVED = 200
export const REFUSED = 401
export const OUTAGE = 503

/** Which answers are right for what, by all that happened so far. */
export class Rules {
  readonly #facts: Facts

  constructor(facts: Facts) {
    this.#facts = facts
  }

  /** Good as far as the key goes: served once the gateway has shown that it has it, whatever the issuer does. */
  byKey(kid: string): Rule {
    return sent => {
      if (this.#facts.isRetired(kid)) return [SERVED, REFUSED, OUTAGE]
      if (this.#facts.isProved(kid, sent)) return [SERVED]
      return this.#facts.isNews(kid, sent) ? [SERVED, OUTAGE, REFUSED] : [SERVED, OUTAGE]
    }
  }

  /** Bad for a reason that is seen once the key is there. */
  bad(kid: string, status: number): Rule {
    return sent => {
      const hasKey = this.#facts.isProved(kid, sent) && !this.#facts.isRetired(kid)
      return hasKey ? [status] : [status, REFUSED, OUTAGE]
    }
  }

  /** Good as far as the key goes until it runs out (milliseconds), and bad from then on. */
  until(expiresAt: number, kid: string): Rule {
    const [alive, dead] = [this.byKey(kid), this.bad(kid, REFUSED)]
    const over = expiresAt + (CLOCK_TOLERANCE + LEEWAY) * 1000
    return sent => {
      if (sent > over) return dead(sent)
      return Date.now() < expiresAt - LEEWAY * 1000 ? alive(sent) : [...alive(sent), ...dead(sent)]
    }
  }

  /** As the issuer says; an outage is an excuse, but no longer than the gateway has an answer that may be used through it. */
  asked(token: string, keepsAnswers: boolean): Rule {
    return sent => {
      if (!this.#facts.isRevoked(token)) {
        return keepsAnswers && this.#facts.isProved(token, sent) ? [SERVED] : [SERVED, OUTAGE]
      }
      return keepsAnswers || this.#facts.mayStillPass(token, sent) ? [SERVED, REFUSED, OUTAGE] : [REFUSED, OUTAGE]
    }
  }
}
