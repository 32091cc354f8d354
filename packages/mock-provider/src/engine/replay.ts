import { createHash } from 'node:crypto'
import type { Tenant } from './tenant.ts'

/** Remembers a `jti` until a moment, in seconds since the epoch; true where it was there before. `names` say whose it is and what for. */
export function wasSeen(tenant: Tenant, expiresAt: number, ...names: readonly string[]): boolean {
  const key = createHash('sha256').update(JSON.stringify(names)).digest('base64url')
  if (tenant.store.seen.get(key) !== undefined) return true
  tenant.store.seen.set(key, { expiresAt })
  return false
}
