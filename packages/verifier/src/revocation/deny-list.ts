import type { Principal } from '../principal.ts'
import { readOptionalTime, textOf } from '../token/claims.ts'

/**
 * By what tokens are denied. `jti`: one token. `sid`: those of a session. `sub`: those of a subject. `sessionless`: those of a subject that
 * name no session, since they may be of any. `client`: those of a client.
 */
export type DeniedBy = 'jti' | 'sid' | 'sub' | 'sessionless' | 'client'

/** Tokens that shall not pass any more, though their issuer would still vouch for them. */
export interface Denial {
  readonly by: DeniedBy
  readonly value: string
  /** The configuration's name of the issuer; absent: tokens of every issuer. */
  readonly issuer?: string
  /** Epoch seconds: tokens with an `iat` after it pass. Absent: every token. A token that does not say when it was issued does not pass. */
  readonly issuedBefore?: number
  /** Epoch seconds: when it may be forgotten, since no token that it is about can still be good. */
  readonly until: number
}

interface Entry {
  readonly issuedBefore: number
  readonly until: number
}

type Values = Map<string, Entry>

/** Entries of one list: about 20 MB. */
const MOST = 100_000
/** Entries below which nobody looks for what is over. */
const FEW = 1024

/**
 * The tokens that are denied before their time, in bounded memory and without a timer. Costs one comparison while it is empty. What is over
 * goes when there are twice as many entries as were left the last time. Full, it takes no more: to forget one revocation for another would
 * let a denied token pass. Knows one process only.
 */
export class DenyList {
  readonly #most: number
  /** By what, then by issuer, then by value: no key is put together of parts. */
  readonly #lists = new Map<DeniedBy, Map<string | undefined, Values>>()
  #size = 0
  #latest = -Infinity
  /** Until when nothing is over, and entries below which nobody looks. */
  #soonest = Infinity
  #few = FEW

  constructor(most = MOST) {
    this.#most = most
  }

  get size(): number {
    return this.#size
  }

  /** Of two denials of the same tokens each counts for what it denies. False: there is no room, and nothing was remembered. */
  deny({ by, value, issuer, issuedBefore = Infinity, until }: Denial, now: number): boolean {
    const known = this.#lists.get(by)?.get(issuer)?.get(value)
    if (known === undefined && !this.#hasRoom(now)) return false
    const values = this.#valuesOf(by, issuer)
    if (!values.has(value)) this.#size++
    values.set(value, {
      issuedBefore: Math.max(issuedBefore, known?.issuedBefore ?? -Infinity),
      until: Math.max(until, known?.until ?? -Infinity),
    })
    this.#latest = Math.max(this.#latest, until)
    this.#soonest = Math.min(this.#soonest, until)
    return true
  }

  /** Takes denials back, whatever they said of time. False: there was none of these tokens. */
  lift({ by, value, issuer }: Pick<Denial, 'by' | 'value' | 'issuer'>): boolean {
    const wasThere = this.#lists.get(by)?.get(issuer)?.delete(value) === true
    if (wasThere) this.#size--
    return wasThere
  }

  /** What is denied still, those of the same tokens as one. */
  *inForce(now: number): Iterable<Denial> {
    for (const [by, lists] of this.#lists) {
      for (const [issuer, values] of lists) {
        for (const [value, { issuedBefore, until }] of values) {
          if (now >= until) continue
          yield {
            by,
            value,
            ...(issuer === undefined ? {} : { issuer }),
            ...(issuedBefore === Infinity ? {} : { issuedBefore }),
            until,
          }
        }
      }
    }
  }

  /** Whether a token of this principal is denied. */
  isDenied(principal: Principal, now: number): boolean {
    if (this.#size === 0) return false
    if (now >= this.#latest) {
      this.#clear()
      return false
    }
    const { claims, subject, client, issuerName } = principal
    const session = textOf(claims, 'sid')
    const own = textOf(claims, 'sub')
    return (
      this.#holds('jti', textOf(claims, 'jti'), principal, now) ||
      this.#holds('sid', session, principal, now) ||
      this.#holds('sub', subject, principal, now) ||
      (own !== subject && this.#holds('sub', own, principal, now)) ||
      (session === undefined && this.#holds('sessionless', subject, principal, now)) ||
      this.#holds('client', client, { claims, issuerName }, now)
    )
  }

  #holds(
    by: DeniedBy,
    value: string | undefined,
    { claims, issuerName }: Pick<Principal, 'claims' | 'issuerName'>,
    now: number,
  ): boolean {
    const lists = this.#lists.get(by)
    if (lists === undefined || value === undefined) return false
    for (const values of [lists.get(issuerName), lists.get(undefined)]) {
      const entry = values?.get(value)
      if (entry === undefined || now >= entry.until) continue
      const issuedAt = readOptionalTime(claims, 'iat', true)
      if (issuedAt === undefined || issuedAt <= entry.issuedBefore) return true
    }
    return false
  }

  #valuesOf(by: DeniedBy, issuer: string | undefined): Values {
    const lists = this.#lists.get(by) ?? new Map<string | undefined, Values>()
    this.#lists.set(by, lists)
    const values = lists.get(issuer) ?? new Map<string, Entry>()
    lists.set(issuer, values)
    return values
  }

  #hasRoom(now: number): boolean {
    if (this.#size >= Math.min(this.#few, this.#most) && now >= this.#soonest) this.#forgetOver(now)
    return this.#size < this.#most
  }

  #forgetOver(now: number): void {
    this.#soonest = Infinity
    for (const lists of this.#lists.values()) {
      for (const values of lists.values()) {
        for (const [value, { until }] of values) {
          if (now < until) this.#soonest = Math.min(this.#soonest, until)
          else if (values.delete(value)) this.#size--
        }
      }
    }
    this.#few = Math.max(FEW, 2 * this.#size)
  }

  #clear(): void {
    this.#lists.clear()
    this.#size = 0
    this.#latest = -Infinity
    this.#soonest = Infinity
    this.#few = FEW
  }
}
