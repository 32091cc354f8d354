import { createHash } from 'node:crypto'
import type { JsonObject } from '@gatehouse/protocol'
import { userNamed } from './dialect.ts'
import type { LiveToken } from './inspect.ts'
import type { Tenant } from './tenant.ts'
import { parseUrl } from './url.ts'

/** The hosts that a client's redirect URIs are of; only that of `sector_identifier_uri` where it has one (OpenID Connect Core section 8.1). */
export function sectorsOf({ sector_identifier_uri, redirect_uris }: JsonObject): readonly string[] {
  const uris = typeof sector_identifier_uri === 'string' ? [sector_identifier_uri] : redirect_uris
  if (!Array.isArray(uris)) return []
  return [
    ...new Set(
      uris
        .map(String)
        .map(uri => parseUrl(uri)?.host)
        .filter(host => host !== undefined),
    ),
  ]
}

/**
 * What a client is told to call a user: the `sub` itself, or another for each sector (OpenID Connect Core section 8.1). The salt follows from
 * the seed, so that the same user is called the same in every run.
 */
export function subjectFor(tenant: Tenant, clientId: string, sub: string): string {
  const metadata = tenant.clients.get(clientId)?.metadata
  if (metadata?.subject_type !== 'pairwise') return sub
  const sector = sectorsOf(metadata)[0] ?? clientId
  const salt = tenant.entropy.derive('pairwise salt', 32)
  const pairwise = createHash('sha256')
    .update(JSON.stringify([sector, sub]))
    .update(salt)
    .digest('base64url')
  tenant.store.pairwise.set(pairwise, sub)
  return pairwise
}

/** What an access token's own client calls its subject. A client on its own behalf, and a token made by hand, keep the name that they have. */
export function subjectShown(
  tenant: Tenant,
  { claims, record }: Extract<LiveToken, { kind: 'access' }>,
): string | undefined {
  const { sub } = claims
  if (typeof sub !== 'string') return undefined
  const grant = record?.grant
  return grant?.sub === sub ? subjectFor(tenant, grant.clientId, sub) : sub
}

/** The user behind what some client calls one. */
export const userBehind = ({ store, dialect }: Tenant, subject: string): string =>
  store.pairwise.get(subject) ?? userNamed(dialect, subject)
