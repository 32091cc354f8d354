import { createHash } from 'node:crypto'
import type { Session } from '../../engine/store.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { AuthorizationRequest } from './request.ts'

/**
 * What the iframe will find again as long as nobody logs in or out in the browser (OpenID Connect Session Management section 3). Undefined for an
 * application that is no web page, and for a tenant that speaks as another system.
 */
export function sessionState(
  tenant: Tenant,
  { client, address, scope }: AuthorizationRequest,
  { browserState }: Session,
): string | undefined {
  const { protocol, origin } = new URL(address.redirectUri)
  const isPage = protocol === 'https:' || protocol === 'http:'
  if (!isPage || !scope.includes('openid') || tenant.dialect.name !== 'standard') return undefined
  const salt = tenant.entropy.text('session state', 12)
  const state = createHash('sha256').update([client.id, origin, browserState, salt].join(' ')).digest('hex')
  return `${state}.${salt}`
}
