import type { JsonObject } from '@gatehouse/protocol'
import { type IdTokenBinding, issueAccessToken, issueIdToken, issueRefreshToken } from '../engine/issue.ts'
import { Refusal } from '../engine/refusal.ts'
import type { TokenFormat } from '../engine/settings.ts'
import type { Grant } from '../engine/store.ts'
import type { GrantRequest } from './grant.ts'

/** Tokens that a user's grant gives. */
export interface Issue {
  readonly grant: Grant
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  /** Undefined: the family's first; a string: the one to hand out; null: none. */
  readonly refreshToken: string | undefined | null
  /** Left out of a refreshed ID token (OpenID Connect Core section 12.2). */
  readonly nonce: boolean
  readonly binding?: IdTokenBinding
}

/** The body of RFC 6749 section 5.1 for tokens that a user stands behind; with an ID token where `openid` was granted. */
export function respondWithTokens(
  { tenant, client, parameters, confirmation }: GrantRequest,
  issue: Issue,
): JsonObject | Refusal {
  const { grant, scope, audience } = issue
  const format = readFormat(parameters.one('token_format'))
  if (format instanceof Refusal) return format
  const access = issueAccessToken(tenant, {
    clientId: client.id,
    sub: grant.sub,
    scope,
    audience,
    grant,
    format,
    ...(confirmation === undefined ? {} : { claims: { cnf: confirmation } }),
  })
  if (access instanceof Refusal) return access
  const told = issue.nonce ? grant : { ...grant, nonce: undefined }
  const idToken = scope.includes('openid')
    ? issueIdToken(tenant, told, scope, { accessToken: access.token, ...issue.binding })
    : undefined
  if (idToken instanceof Refusal) return idToken
  const mayRefresh = client.grantTypes === undefined || client.grantTypes.includes('refresh_token')
  const refresh =
    issue.refreshToken === undefined && mayRefresh
      ? issueRefreshToken(tenant, grant)
      : (issue.refreshToken ?? undefined)
  return {
    access_token: access.token,
    token_type: 'Bearer',
    expires_in: access.lifetime,
    ...(refresh === undefined ? {} : { refresh_token: refresh }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
  }
}

/** `token_format`, an extension of ours: what form this one access token has, whatever else is configured. */
export function readFormat(value: string | undefined): TokenFormat | undefined | Refusal {
  if (value === undefined || value === 'jwt' || value === 'opaque') return value
  return new Refusal('invalid_request', 'token_format: must be jwt or opaque')
}
