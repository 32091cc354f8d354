import type { JsonObject } from '@gatehouse/protocol'
import { wasSeen } from './replay.ts'
import type { Tenant } from './tenant.ts'

/** What an assertion must say (RFC 7523 section 3). */
export interface AssertionDemand {
  readonly iss: string
  /** Undefined where any subject will do. */
  readonly sub: string | undefined
  /** Any of these must be among `aud`. */
  readonly audience: readonly string[]
  /** OpenID Connect Core section 9 requires it of a client's own assertion; RFC 7523 does not. */
  readonly requireJti: boolean
}

/** Seconds that a client's clock may be ahead. */
const AHEAD = 10

/** Why the claims of an assertion do not hold; undefined where they do. An assertion with a `jti` is good once. */
export function judgeAssertion(tenant: Tenant, claims: JsonObject, demand: AssertionDemand): string | undefined {
  const now = tenant.clock.now()
  const { iss, sub, aud, exp, nbf, iat, jti } = claims
  if (iss !== demand.iss) return 'iss is not who signed it'
  if (typeof sub !== 'string' || sub === '') return 'sub is missing'
  if (demand.sub !== undefined && sub !== demand.sub) return 'sub is not the client'
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (!audiences.some(item => typeof item === 'string' && demand.audience.includes(item)))
    return 'aud names neither this issuer nor this endpoint'
  if (typeof exp !== 'number') return 'exp is missing'
  if (exp <= now) return 'it expired'
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > now + AHEAD)) return 'nbf is in the future'
  if (iat !== undefined && (typeof iat !== 'number' || iat > now + AHEAD)) return 'iat is in the future'
  if (jti === undefined) return demand.requireJti ? 'jti is missing (OpenID Connect Core section 9)' : undefined
  if (typeof jti !== 'string' || jti === '') return 'jti is no text'
  return wasSeen(tenant, exp, 'assertion', iss, jti) ? 'its jti was used before' : undefined
}
