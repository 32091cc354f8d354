import { findLiveToken } from './inspect.ts'
import { judgeMembers } from './members.ts'
import { Refusal } from './refusal.ts'
import type { Tenant } from './tenant.ts'

/** Which tokens to revoke; exactly one member. */
export type Revocation =
  | { readonly token: string }
  | { readonly sub: string }
  | { readonly sid: string }
  | { readonly client_id: string }

/** Revokes a token. A refresh token takes its whole grant with it (RFC 7009 section 2.1); answers whether there was anything to revoke. */
export function revokeToken(tenant: Tenant, token: string): boolean {
  const idToken = tenant.store.findIdToken(token)
  if (idToken !== undefined) {
    idToken.revoked = true
    return true
  }
  const live = findLiveToken(tenant, token)
  if (live === undefined) return false
  if (live.kind === 'refresh') live.grant.revoked = true
  else if (live.record !== undefined) live.record.revoked = true
  else {
    const { exp, client_id, sub } = live.claims
    tenant.store.rememberAccessToken(token, {
      expiresAt: typeof exp === 'number' ? exp : Number.POSITIVE_INFINITY,
      clientId: String(client_id ?? ''),
      sub: typeof sub === 'string' ? sub : undefined,
      sid: undefined,
      grant: undefined,
      claims: undefined,
      revoked: true,
    })
  }
  return true
}

/** What the control plane revokes: one token, or all that a user, a session or a client has. Answers how many tokens that were. */
export function revoke(tenant: Tenant, request: Revocation): number | Refusal {
  const problems = judgeMembers(request, { token: 'text', sub: 'text', sid: 'text', client_id: 'text' })
  if (problems.length > 0) return new Refusal('invalid_request', problems.join('; '))
  const [entry, ...more] = Object.entries(request)
  if (entry === undefined || more.length > 0)
    return new Refusal('invalid_request', 'exactly one of token, sub, sid and client_id says what to revoke')
  const [name, value] = entry
  if (name === 'token') return revokeToken(tenant, value) ? 1 : 0
  const { store } = tenant
  const isMeant = (facts: {
    readonly sub: string | undefined
    readonly sid: string | undefined
    readonly clientId: string
  }): boolean => (name === 'sub' ? facts.sub : name === 'sid' ? facts.sid : facts.clientId) === value
  const access = [...store.accessTokens.values()].filter(
    record => !record.revoked && record.grant?.revoked !== true && isMeant(record),
  )
  const refresh = [...store.refreshTokens.values()].filter(({ grant }) => !grant.revoked && isMeant(grant))
  const count = access.length + refresh.filter(({ used }) => !used).length
  for (const record of access) record.revoked = true
  for (const record of store.idTokens.values()) if (isMeant(record)) record.revoked = true
  for (const { grant } of refresh) grant.revoked = true
  for (const code of store.codes.values()) if (isMeant(code.grant)) code.grant.revoked = true
  for (const { grant } of store.deferred.values()) if (grant !== undefined && isMeant(grant)) grant.revoked = true
  return count
}
