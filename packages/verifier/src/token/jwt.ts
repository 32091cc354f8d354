import type { Claims } from '@gatehouse/protocol'
import type { Facts } from '../facts.ts'
import type { IssuerConfig } from '../issuer/config.ts'
import { isJsonObject } from '../json.ts'
import type { VerificationKey } from '../jwk.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import { isSignedBy } from '../signature.ts'
import type { Jwt } from './classify.ts'
import { profileJwt } from './profile.ts'

/** `typ` of access tokens, folded (RFC 7515 section 4.1.9 compares without case): RFC 9068 section 2.1 and the older habit. */
const ACCESS_TOKEN_TYPES: { readonly [T in IssuerConfig['typ']]: ReadonlySet<string | undefined> } = {
  'at+jwt': new Set(['at+jwt', 'application/at+jwt']),
  any: new Set(['at+jwt', 'application/at+jwt', 'jwt', undefined]),
}

/** OpenID Connect Back-Channel Logout 1.0 section 2.4. */
export const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * Everything about a JWT that needs no key, cheapest first: algorithm, type, claims, time. The facts that come back are still unproven;
 * only after `findSigner` may anybody see them. Does not judge the audience: routes do.
 */
export function judgeUnproven(config: IssuerConfig, jwt: Jwt, now: number): Outcome<Facts> {
  const issuer = config.name
  if (!isAllowed(config, jwt.alg)) return refuse({ code: 'algorithm_not_allowed', issuer })
  if (!ACCESS_TOKEN_TYPES[config.typ].has(jwt.typ?.toLowerCase()) || isAnotherToken(jwt.claims)) {
    return refuse({ code: 'token_type_mismatch', issuer })
  }
  return profileJwt(config, jwt.claims, now)
}

/** Whether the issuer may sign with it. */
export const isAllowed = ({ algorithms }: IssuerConfig, alg: string): boolean =>
  (algorithms as ReadonlySet<string>).has(alg)

/**
 * Tokens that say in their claims that they are no access token. An ID token that says so nowhere can not be told from an access token
 * whose issuer leaves `typ` out; `audience` is what keeps it out, or `typ: at+jwt`.
 */
function isAnotherToken(claims: Claims): boolean {
  if (claims.token_use === 'id') return true
  const events = claims.events
  return isJsonObject(events) && LOGOUT_EVENT in events
}

/** The key of `keys` that made the signature (RFC 7515 section 5.2). `alg` is the header's, already on the issuer's list. */
export function findSigner(
  config: IssuerConfig,
  token: string,
  alg: string,
  keys: readonly VerificationKey[],
): Outcome<VerificationKey> {
  for (const key of keys) {
    const isSigned = isSignedBy(key, token, alg)
    if (isSigned === undefined) return refuse({ code: 'token_malformed', issuer: config.name })
    if (isSigned) return accept(key)
  }
  return refuse({ code: 'signature_invalid', issuer: config.name })
}
