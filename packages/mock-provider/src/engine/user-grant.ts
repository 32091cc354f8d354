import type { JsonObject } from '@gatehouse/protocol'
import type { Grant } from './store.ts'
import type { Tenant } from './tenant.ts'

/** What a user granted without a browser at the authorization endpoint. */
export interface UserGrant {
  readonly clientId: string
  readonly sub: string
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  readonly details: readonly JsonObject[]
  readonly amr: readonly string[]
  readonly acr?: string | undefined
  readonly sid?: string | undefined
  /** Seconds since the epoch; default now. */
  readonly authTime?: number
}

export const startGrant = (tenant: Tenant, granted: UserGrant): Grant => ({
  id: tenant.entropy.text('grant', 12),
  clientId: granted.clientId,
  sub: granted.sub,
  scope: granted.scope,
  audience: granted.audience,
  sid: granted.sid,
  authTime: granted.authTime ?? tenant.clock.now(),
  amr: granted.amr,
  acr: granted.acr,
  nonce: undefined,
  details: granted.details,
  revoked: false,
})
