import { decodeJwt, isSignedBy } from './jwt.ts'
import { userBehind } from './subjects.ts'
import type { Tenant } from './tenant.ts'

/** Whom an ID token that comes back is about. */
export interface IdTokenHint {
  readonly clientId: string
  readonly sid: string | undefined
  readonly sub: string | undefined
}

/** An ID token of this tenant, expired or not (OpenID Connect Core section 3.1.2.1 `id_token_hint`); undefined for anything else. */
export function readIdTokenHint(tenant: Tenant, token: string): IdTokenHint | undefined {
  const jwt = decodeJwt(token)
  const { aud, azp, sid, sub, iss } = jwt?.claims ?? {}
  const clientId = typeof azp === 'string' ? azp : Array.isArray(aud) ? aud[0] : aud
  if (jwt === undefined || typeof clientId !== 'string' || iss !== tenant.issuer) return undefined
  // RFC 8725 section 3.11: an access token or a logout token says by its type that it is none.
  if (jwt.header.typ !== undefined && jwt.header.typ !== 'JWT') return undefined
  if (!isSignedBy(jwt, kid => tenant.keys.find(kid), tenant.clients.get(clientId)?.secret)) return undefined
  return {
    clientId,
    sid: typeof sid === 'string' ? sid : undefined,
    sub: typeof sub === 'string' ? userBehind(tenant, sub) : undefined,
  }
}
