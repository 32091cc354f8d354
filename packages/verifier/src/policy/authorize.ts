import type { Facts } from '../facts.ts'
import { type Outcome, type Refused, refuse } from '../outcome.ts'
import type { Principal } from '../principal.ts'
import type { Code } from '../rejections.ts'
import { isClaimAllowed } from './claims.ts'
import type { IssuerTerms, Policy } from './policy.ts'

/**
 * Whether these facts satisfy this route now: time, issuer, audience, possession, client, scopes, claims, recency of authentication, in
 * that order, so that what is wrong with the token (401) is said before what it may not do (403). Pure, judged on every request, cached
 * facts or not. Times are epoch seconds.
 *
 * `proven` is whether the sender has proved to hold the key in `cnf`; without that a bound token is refused (RFC 9449 section 7.2,
 * RFC 8705 section 3). Does not check signatures, nor whether the issuer still stands by the token.
 */
export function authorize<Names extends string>(
  facts: Facts,
  policy: Policy<Names>,
  now: number,
  proven = false,
): Outcome<Principal<Names>> {
  const { principal } = facts
  const terms = policy.terms.get(principal.issuerName)
  if (now >= facts.validUntil) return no(facts, 'token_expired')
  if (now < facts.validFrom) return no(facts, 'token_not_yet_valid')
  if (terms === undefined) return no(facts, 'issuer_unknown')
  if (!isFor(principal, terms.audience) || !isFor(principal, policy.audience)) return no(facts, 'audience_mismatch')
  if (!isPossessed(principal, policy.proof, proven)) {
    return refuse({ code: 'proof_missing', issuer: principal.issuerName, detail: {} })
  }
  if (policy.clients !== undefined && !isClientOf(principal, policy.clients)) return no(facts, 'client_denied')
  if (!hasScopes(principal.scopes, policy)) return lacksScopes(facts, policy)
  for (const rule of policy.claims) if (!isClaimAllowed(principal.claims, rule)) return no(facts, 'claim_denied')
  if (needsStepUp(facts, policy, terms, now)) return stepUp(facts, policy)
  return facts.accepted as { readonly ok: true; readonly value: Principal<Names> }
}

/** Any of the audiences will do; none at all only where nobody asks. */
function isFor({ audience }: Principal, wanted: ReadonlySet<string> | undefined): boolean {
  if (wanted === undefined) return true
  for (const member of audience) if (wanted.has(member)) return true
  return false
}

function isPossessed({ confirmation }: Principal, wanted: Policy['proof'], proven: boolean): boolean {
  if (confirmation !== undefined && !proven) return false
  if (wanted === 'any') return true
  return confirmation?.[wanted === 'dpop' ? 'jkt' : 'x5t#S256'] !== undefined
}

const isClientOf = ({ client }: Principal, clients: ReadonlySet<string>): boolean =>
  client !== undefined && clients.has(client)

function hasScopes(granted: readonly string[], { scopes, anyScope }: Policy): boolean {
  for (const scope of scopes) if (!granted.includes(scope)) return false
  if (anyScope.length === 0) return true
  for (const scope of anyScope) if (granted.includes(scope)) return true
  return false
}

/** RFC 9470 section 5: what is not stated is not satisfied. */
function needsStepUp(facts: Facts, policy: Policy, terms: IssuerTerms, now: number): boolean {
  if (policy.acr.length > 0 && (facts.acr === undefined || !policy.acr.includes(facts.acr))) return true
  if (policy.maxAge === undefined) return false
  return facts.authTime === undefined || now > facts.authTime + policy.maxAge + terms.clockTolerance
}

type Plain = Extract<
  Code,
  'token_expired' | 'token_not_yet_valid' | 'issuer_unknown' | 'audience_mismatch' | 'client_denied' | 'claim_denied'
>

const no = (facts: Facts, code: Plain): Refused => refuse({ code, issuer: facts.principal.issuerName })

/** Names the scopes of the route, all of them: what to ask for is the route's to say, what the token has is not the caller's to be told. */
const lacksScopes = (facts: Facts, { scopes, anyScope }: Policy): Refused =>
  refuse({
    code: 'scope_missing',
    issuer: facts.principal.issuerName,
    detail: { scopes: scopes.length > 0 ? scopes : anyScope },
  })

const stepUp = (facts: Facts, { acr, maxAge }: Policy): Refused =>
  refuse({ code: 'step_up_required', issuer: facts.principal.issuerName, detail: { acr, maxAge } })
