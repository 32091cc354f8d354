import type { Claims } from '@gatehouse/protocol'
import { accept, type Outcome, refuse } from './outcome.ts'
import { makePrincipal, type Principal } from './principal.ts'

/**
 * What is known of a token once its issuer vouched for it, and all that a cache keeps. Nothing in it depends on a route: time, audience,
 * scopes, claims and possession are judged on every request, from these facts.
 */
export interface Facts {
  readonly principal: Principal
  /** The accepting answer, made once so that a hit allocates nothing. */
  readonly accepted: { readonly ok: true; readonly value: Principal }
  /** Epoch seconds, the issuer's tolerance already taken off; -Infinity where nothing limits. */
  readonly validFrom: number
  /** Epoch seconds, tolerance already added where the source allows one; the token is refused from this moment. Infinity: never expires. */
  readonly validUntil: number
  readonly issuedAt: number | undefined
  readonly authTime: number | undefined
  readonly acr: string | undefined
}

/** Claims nested deeper than this are no token of any issuer; recursive readers after us (JSON, headers) stay safe. */
const DEEPEST = 32

type Known = Parameters<typeof makePrincipal>[0]
type Limits = Omit<Facts, 'principal' | 'accepted'>

/** Freezes claims and all: one cached object serves many requests, and none may change what the next one sees. */
export function sealFacts(known: Known, limits: Limits): Outcome<Facts, 'token_malformed'> {
  if (freezeClaims(known.claims)) return accept(makeFacts(known, limits))
  return refuse({ code: 'token_malformed', issuer: known.issuerName, cause: 'the claims are nested too deeply' })
}

/** Facts from parts of sealed ones. */
export function makeFacts(known: Known, limits: Limits): Facts {
  for (const part of [known.claims, known.scopes, known.audience]) Object.freeze(part)
  const principal = makePrincipal(known)
  const accepted = Object.freeze(accept(principal))
  // Member by member: to spread one object into another costs more than all else here.
  const { validFrom, validUntil, issuedAt, authTime, acr } = limits
  return Object.freeze({ principal, accepted, validFrom, validUntil, issuedAt, authTime, acr })
}

function freezeClaims(claims: Claims): boolean {
  let level: object[] = [claims]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === DEEPEST) return false
    const next: object[] = []
    for (const holder of level) {
      for (const value of Object.values(Object.freeze(holder))) {
        if (typeof value === 'object' && value !== null) next.push(value)
      }
    }
    level = next
  }
  return true
}
