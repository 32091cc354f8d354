import type { IntakeKind } from './intake.ts'
import type { Metadata } from './metadata.ts'

/** Where upstreams find the key of minted tokens. */
export const JWKS_PATH = '/.well-known/gatehouse/jwks.json'
/** Where issuers send logout tokens (OpenID Connect Back-Channel Logout 1.0). */
export const LOGOUT_PATH = '/.well-known/gatehouse/backchannel-logout'
/** Where issuers push security event tokens (RFC 8935). */
export const EVENTS_PATH = '/.well-known/gatehouse/security-events'

/** What the gateway answers itself. */
export type OwnPlace =
  | { readonly kind: 'metadata'; readonly document: string }
  | { readonly kind: 'intake'; readonly intake: IntakeKind }

export interface OwnPaths {
  find(key: string, method: string): OwnPlace | undefined
}

export function compileOwnPaths(metadata: Metadata, jwks: string | undefined, hearsIssuers: boolean): OwnPaths {
  const intakes = new Map<string, OwnPlace>()
  if (hearsIssuers) {
    intakes.set(LOGOUT_PATH, { kind: 'intake', intake: 'logout' })
    intakes.set(EVENTS_PATH, { kind: 'intake', intake: 'event' })
  }
  return {
    find(key, method) {
      if (!key.startsWith('/.well-known/')) return undefined
      if (method === 'POST') return intakes.get(key)
      if (method !== 'GET' && method !== 'HEAD') return undefined
      const document = key === JWKS_PATH ? jwks : metadata.find(key)
      return document === undefined ? undefined : { kind: 'metadata', document }
    },
  }
}
