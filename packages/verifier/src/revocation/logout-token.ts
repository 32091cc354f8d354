import { isJsonObject } from '../json.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import { claimOf, textOf } from '../token/claims.ts'
import { LOGOUT_EVENT } from '../token/jwt.ts'
import type { Denial } from './deny-list.ts'
import type { Statement, StatementKind } from './statement.ts'

/** Section 2.4 recommends the type; many providers send `JWT` or none. An `exp` within two minutes is recommended too. */
export const LOGOUT_TOKEN: StatementKind = {
  types: new Set(['logout+jwt', 'jwt', undefined]),
  oldest: () => 300,
}

/**
 * What a logout token ends (OpenID Connect Back-Channel Logout 1.0 section 2.6, steps 4 to 6). One that names a session ends that session's
 * tokens, and those of its subject that name no session, which may well be of this one. One that names only a subject ends all of the
 * subject's. In both cases only tokens issued up to then.
 */
export function readLogout({ config, claims, issuedAt, events }: Statement): Outcome<readonly Denial[]> {
  const issuer = config.name
  if (!isJsonObject(claimOf(events, LOGOUT_EVENT))) {
    return refuse({ code: 'token_type_mismatch', issuer, cause: 'the token is no logout token' })
  }
  if (Object.hasOwn(claims, 'nonce')) {
    return refuse({ code: 'token_type_mismatch', issuer, cause: 'a logout token has no nonce' })
  }
  const sub = textOf(claims, 'sub')
  const sid = textOf(claims, 'sid')
  if (sub === undefined && sid === undefined) {
    return refuse({ code: 'claim_missing', issuer, cause: 'the logout token names neither subject nor session' })
  }
  return accept(endOf(sub, sid, { issuer, issuedBefore: issuedAt, until: issuedAt + config.revocation.lifetime }))
}

type Bounds = Pick<Denial, 'issuer' | 'issuedBefore' | 'until'>

/** The denials for a session, a subject, or a session of a subject. */
export function endOf(sub: string | undefined, sid: string | undefined, bounds: Bounds): readonly Denial[] {
  if (sid === undefined) return sub === undefined ? [] : [{ ...bounds, by: 'sub', value: sub }]
  const { issuedBefore: _, ...whole } = bounds
  const session: Denial = { ...whole, by: 'sid', value: sid }
  return sub === undefined ? [session] : [session, { ...bounds, by: 'sessionless', value: sub }]
}
