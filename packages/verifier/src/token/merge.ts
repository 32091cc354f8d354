import type { Claims, Confirmation, JsonValue } from '@gatehouse/protocol'
import { type Facts, makeFacts } from '../facts.ts'
import { claimOf, readScopes } from './claims.ts'

/**
 * Facts of a JWT that was verified here and confirmed by its issuer (`tokens: both`). What is signed wins: `iss`, `aud`, `cnf` and every
 * claim that both have; `exp` is the earlier; `scope` and `sub` are the answer's where it has them, because the issuer may show this
 * gateway fewer scopes, or another name of the subject, than the token does. Claims that only the answer has are added.
 */
export function mergeFacts(jwt: Facts, answer: Facts): Facts {
  const signed = jwt.principal
  const told = answer.principal
  // Only whether scopes are spoken of is asked here; the separator does not matter to that.
  const saysScope = readScopes(told.claims, 'space') !== undefined
  return makeFacts(
    {
      source: 'both',
      issuerName: signed.issuerName,
      issuer: signed.issuer,
      subject: told.subject ?? signed.subject,
      client: signed.client ?? told.client,
      scopes: saysScope ? told.scopes : signed.scopes,
      audience: signed.audience,
      expiresAt: earlier(signed.expiresAt, told.expiresAt),
      confirmation: mergeConfirmations(signed.confirmation, told.confirmation),
      claims: mergeClaims(jwt, answer, saysScope),
    },
    {
      validFrom: Math.max(jwt.validFrom, answer.validFrom),
      validUntil: Math.min(jwt.validUntil, answer.validUntil),
      issuedAt: jwt.issuedAt ?? answer.issuedAt,
      authTime: jwt.authTime ?? answer.authTime,
      acr: jwt.acr ?? answer.acr,
    },
  )
}

const earlier = <T extends number>(a: T | undefined, b: T | undefined): T | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a

/** A binding that either side states holds. */
const mergeConfirmations = (
  signed: Confirmation | undefined,
  told: Confirmation | undefined,
): Confirmation | undefined => (signed === undefined ? told : told === undefined ? signed : { ...told, ...signed })

function mergeClaims(jwt: Facts, answer: Facts, saysScope: boolean): Claims {
  const signed = jwt.principal.claims
  const told = answer.principal.claims
  const merged = new Map<string, JsonValue>([...Object.entries(told), ...Object.entries(signed)])
  const take = (name: string): void => {
    const value = claimOf(told, name)
    if (value === undefined) merged.delete(name)
    else merged.set(name, value)
  }
  if (saysScope) for (const name of ['scope', 'scp']) take(name)
  if (answer.principal.subject !== undefined) take('sub')
  const expiry = earlier(jwt.principal.expiresAt, answer.principal.expiresAt)
  if (expiry !== undefined) merged.set('exp', expiry)
  const confirmation = mergeConfirmations(jwt.principal.confirmation, answer.principal.confirmation)
  if (confirmation !== undefined) merged.set('cnf', confirmation)
  return Object.fromEntries(merged)
}
