import type { Parameters } from '../../engine/parameters.ts'
import type { Session } from '../../engine/store.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { AuthorizationRequest } from './request.ts'

/**
 * Whether the user must be asked what the client may have: where the request says so, and, where consent is explicit, for what was not allowed
 * before (OpenID Connect Core section 3.1.2.4). A client's own `consent` goes over the tenant's.
 */
export function needsConsent(
  { settings, store }: Tenant,
  { client, scope, details, prompt }: AuthorizationRequest,
  { sub }: Session,
): boolean {
  if (settings.consent === 'never') return false
  if (prompt.includes('consent')) return true
  if ((client.metadata.consent ?? settings.consent) !== 'explicit') return false
  const allowed = store.consents.get(keyOf(sub, client.id))
  return details.length > 0 || allowed === undefined || scope.some(word => !allowed.has(word))
}

/** The scopes that the page sent back ticked; `openid` is not for choice. */
export const readAllowed = (form: Parameters, asked: readonly string[]): readonly string[] =>
  asked.filter(word => word === 'openid' || form.has(allowField(word)))

export const allowField = (scope: string): string => `allow:${scope}`

export function rememberConsent({ store }: Tenant, clientId: string, sub: string, scope: readonly string[]): void {
  const key = keyOf(sub, clientId)
  store.consents.set(key, new Set([...(store.consents.get(key) ?? []), ...scope]))
}

const keyOf = (sub: string, clientId: string): string => JSON.stringify([sub, clientId])
