import type { FaultOptions, Minted, MintRequest, Revocation, Rotation } from '@gatehouse/mock-provider'
import { fetchText } from './process.ts'

/**
 * Issuers of one gateway. `main` has JWTs and opaque tokens, `both` asks about its JWTs, `stale` serves old answers through an outage, and
 * nothing ever happens to `steady`: what the others suffer must not touch it.
 */
export const TENANTS = ['main', 'both', 'stale', 'steady'] as const
export type TenantName = (typeof TENANTS)[number]

/** The control plane of the provider, which runs as a process of its own. */
export interface Control {
  readonly issuer: (tenant: TenantName) => string
  readonly mint: (tenant: TenantName, request: MintRequest) => Promise<Minted>
  readonly revoke: (tenant: TenantName, what: Revocation) => Promise<unknown>
  readonly break: (tenant: TenantName, fault: FaultOptions) => Promise<unknown>
  readonly mend: (tenant: TenantName) => Promise<unknown>
  readonly rotate: (tenant: TenantName, rotation: Rotation) => Promise<{ readonly kid: string }>
  /** Seconds, which may be negative. */
  readonly moveClock: (tenant: TenantName, by: number) => Promise<unknown>
}

export function createControl(origin: string): Control {
  const call = async (tenant: TenantName, method: string, path: string, body?: object): Promise<unknown> => {
    const { ok, text } = await fetchText(`${origin}/${tenant}/_mock/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!ok) throw new Error(`${method} ${path} of the provider: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    issuer: tenant => `${origin}/${tenant}`,
    mint: async (tenant, request) => (await call(tenant, 'POST', 'tokens', request)) as Minted,
    revoke: (tenant, what) => call(tenant, 'POST', 'revocations', what),
    break: (tenant, fault) => call(tenant, 'POST', 'faults', fault),
    mend: tenant => call(tenant, 'DELETE', 'faults'),
    rotate: async (tenant, rotation) => (await call(tenant, 'POST', 'keys/rotate', rotation)) as { kid: string },
    moveClock: (tenant, by) => call(tenant, 'POST', 'clock', { advance: by }),
  }
}
