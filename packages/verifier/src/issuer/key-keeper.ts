import type { VerificationKey } from '../jwk.ts'
import type { Outcome } from '../outcome.ts'

/** What a token's header says about its key. */
export interface Wanted {
  readonly alg: string
  readonly kid: string | undefined
}

export type KeyCode = 'key_unknown' | 'issuer_unavailable'
export type Found = Outcome<readonly VerificationKey[], KeyCode>

/** The keys of one issuer and of no other. */
export interface KeyKeeper {
  /** Keys that may have made the signature, best first and never more than a few. A promise only where the issuer must be asked. */
  find(wanted: Wanted): Found | Promise<Found>
  /** Whether a key that verified a token earlier still counts. Never waits; starts a refresh where one is due. */
  vouches(key: VerificationKey, now: number): boolean
}

/** More keys than this under one name are not tried: each costs a verification. */
const MAX_CANDIDATES = 4

/** Keys of `keys` for this header. A header without `kid` admits every key of its algorithm (RFC 7515 section 4.1.4: `kid` is a hint). */
export function pickKeys(keys: Iterable<VerificationKey>, { alg, kid }: Wanted): readonly VerificationKey[] {
  const candidates: VerificationKey[] = []
  for (const key of keys) {
    if (key.algorithms.has(alg) && (kid === undefined || key.kid === kid) && candidates.length < MAX_CANDIDATES) {
      candidates.push(key)
    }
  }
  return candidates
}
