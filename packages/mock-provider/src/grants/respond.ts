import type { JsonObject } from '@gatehouse/protocol'
import { isPublic } from '../engine/clients.ts'
import { type IdTokenBinding, issueAccessToken, issueIdToken, issueRefreshToken } from '../engine/issue.ts'
import type { RefreshPolicy } from '../engine/refresh-policy.ts'
import { Refusal } from '../engine/refusal.ts'
import { offersGrant, type TokenFormat } from '../engine/settings.ts'
import type { Grant, RefreshToken } from '../engine/store.ts'
import type { GrantRequest } from './grant.ts'

/** An access token for somebody. */
export interface AccessIssue {
  readonly sub: string
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  /** RFC 9396. */
  readonly details: readonly JsonObject[]
  /** Undefined where no user is behind it. */
  readonly grant: Grant | undefined
  /** What a grant adds, such as `act` (RFC 8693 section 4.1). */
  readonly claims?: JsonObject
  /** Over what was asked for. */
  readonly format?: TokenFormat | undefined
}

/** The body of RFC 6749 section 5.1 with an access token and nothing beside it. */
export function respondWithAccessToken(
  { tenant, client, parameters, confirmation }: GrantRequest,
  { sub, scope, audience, details, grant, claims, format }: AccessIssue,
): JsonObject | Refusal {
  const asked = readFormat(parameters.one('token_format'))
  if (asked instanceof Refusal) return asked
  const access = issueAccessToken(tenant, {
    clientId: client.id,
    sub,
    scope,
    audience,
    grant,
    format: format ?? asked,
    claims: {
      ...claims,
      ...(confirmation === undefined ? {} : { cnf: confirmation }),
      ...(details.length === 0 ? {} : { authorization_details: details }),
    },
  })
  if (access instanceof Refusal) return access
  return {
    access_token: access.token,
    token_type: typeOf(confirmation),
    expires_in: access.lifetime,
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
    ...(details.length === 0 ? {} : { authorization_details: details }),
  }
}

/** RFC 9449 section 5; a token that is bound to a certificate is a bearer token by name (RFC 8705 section 3). */
export const typeOf = (confirmation: JsonObject | undefined): 'DPoP' | 'Bearer' =>
  confirmation?.jkt === undefined ? 'Bearer' : 'DPoP'

/** Tokens that a user's grant gives. */
export interface Issue extends Omit<AccessIssue, 'sub'> {
  readonly grant: Grant
  /** `first` starts a family, a record continues its family, null is for none. */
  readonly refresh: 'first' | RefreshToken | null
  /** Left out of a refreshed ID token (OpenID Connect Core section 12.2). */
  readonly nonce: boolean
  readonly binding?: IdTokenBinding
}

/** The same for tokens that a user stands behind: with an ID token where `openid` was granted, and a refresh token where the client may have one. */
export function respondWithTokens(request: GrantRequest, issue: Issue): JsonObject | Refusal {
  const { tenant, client, confirmation } = request
  const { grant, scope, refresh } = issue
  const access = respondWithAccessToken(request, { ...issue, sub: grant.sub })
  if (access instanceof Refusal) return access
  const told = issue.nonce ? grant : { ...grant, nonce: undefined }
  const idToken = scope.includes('openid')
    ? issueIdToken(tenant, told, scope, { accessToken: String(access.access_token), ...issue.binding })
    : undefined
  if (idToken instanceof Refusal) return idToken
  const refreshToken =
    refresh === null || !mayRefresh(request)
      ? undefined
      : issueRefreshToken(tenant, grant, {
          policy: refreshPolicyOf(request),
          startedAt: refresh === 'first' ? undefined : refresh.startedAt,
          confirmation: isPublic(client) ? confirmation : undefined,
        })
  return {
    ...access,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
  }
}

/** The tenant's, with what the client registered over it. */
export const refreshPolicyOf = ({ tenant, client }: GrantRequest): RefreshPolicy => ({
  ...tenant.settings.refreshToken,
  ...client.refreshPolicy,
})

export const mayRefresh = ({ tenant, client }: GrantRequest): boolean =>
  offersGrant(tenant.settings, 'refresh_token') &&
  (client.grantTypes === undefined || client.grantTypes.includes('refresh_token'))

/** `token_format`, an extension of ours: what form this one access token has, whatever else is configured. */
export function readFormat(value: string | undefined): TokenFormat | undefined | Refusal {
  if (value === undefined || value === 'jwt' || value === 'opaque') return value
  return new Refusal('invalid_request', 'token_format: must be jwt or opaque')
}
