import { createHash } from 'node:crypto'
import type { JsonObject, SignatureAlgorithm } from '@gatehouse/protocol'
import { ALGORITHMS } from './algorithms.ts'
import { chooseTarget, type Target, toAud } from './audience.ts'
import { type RefreshPolicy, refreshExpiry } from './refresh-policy.ts'
import type { Refusal } from './refusal.ts'
import type { TokenFormat } from './settings.ts'
import { signClaims } from './sign.ts'
import type { Grant } from './store.ts'
import type { Tenant } from './tenant.ts'
import { claimsFor } from './users.ts'

/** What an access token is made of, whichever grant asks for it. */
export interface AccessTokenOrder {
  readonly clientId: string
  readonly sub: string
  readonly scope: readonly string[]
  /** Asked for by the request; empty for none. */
  readonly audience: readonly string[]
  /** Undefined where no user is behind it (client credentials). */
  readonly grant: Grant | undefined
  /** Overrides what API connections and settings say. */
  readonly format?: TokenFormat | undefined
  /** `cnf` and what else a grant adds. */
  readonly claims?: JsonObject
}

export interface IssuedToken {
  readonly token: string
  /** Seconds. */
  readonly lifetime: number
}

/** Claims of an access token by RFC 9068 section 2.2, before a user's own. */
export function accessClaims(tenant: Tenant, order: AccessTokenOrder, { audience, lifetime }: Target): JsonObject {
  const { clientId, sub, scope, grant } = order
  const iat = tenant.clock.now()
  const claims = {
    iss: tenant.issuer,
    sub,
    aud: toAud(audience),
    client_id: clientId,
    iat,
    exp: iat + lifetime,
    jti: tenant.entropy.text('jti', 16),
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
    ...(grant === undefined
      ? {}
      : {
          auth_time: grant.authTime,
          ...(grant.acr === undefined ? {} : { acr: grant.acr }),
          ...(grant.sid === undefined ? {} : { sid: grant.sid }),
          ...(grant.details === undefined || grant.details.length === 0
            ? {}
            : { authorization_details: grant.details }),
        }),
    ...order.claims,
  }
  const { scopes } = tenant.settings
  return grant === undefined ? claims : claimsFor(tenant.users.get(sub), 'access_token', scope, claims, { scopes })
}

/** An access token as JWT (RFC 9068) or reference, remembered for introspection and revocation. */
export function issueAccessToken(tenant: Tenant, order: AccessTokenOrder): IssuedToken | Refusal {
  const target = chooseTarget(tenant, order.audience, order.scope)
  const claims = accessClaims(tenant, order, target)
  const isJwt = (order.format ?? target.format) === 'jwt'
  const token = isJwt
    ? signClaims(tenant, tenant.settings.accessToken.alg, 'at+jwt', order.clientId, claims)
    : tenant.entropy.text('access token', 32)
  if (typeof token !== 'string') return token
  rememberAccessToken(tenant, token, claims, order.grant, isJwt)
  return { token, lifetime: target.lifetime }
}

export function rememberAccessToken(
  tenant: Tenant,
  token: string,
  claims: JsonObject,
  grant: Grant | undefined,
  isJwt: boolean,
): void {
  const { exp, client_id, sub, sid } = claims
  tenant.store.rememberAccessToken(token, {
    expiresAt: typeof exp === 'number' ? exp : Number.POSITIVE_INFINITY,
    clientId: typeof client_id === 'string' ? client_id : '',
    sub: typeof sub === 'string' ? sub : undefined,
    sid: typeof sid === 'string' ? sid : undefined,
    grant,
    claims: isJwt ? undefined : claims,
    revoked: false,
  })
}

/** Where a refresh token stands in its family. */
export interface RefreshOrder {
  /** Default: the tenant's. */
  readonly policy?: RefreshPolicy
  /** When the family began; default now. */
  readonly startedAt?: number | undefined
  readonly confirmation?: JsonObject | undefined
}

/** A refresh token: every one of a family shares the grant. */
export function issueRefreshToken(tenant: Tenant, grant: Grant, order: RefreshOrder = {}): string {
  const token = tenant.entropy.text('refresh token', 32)
  const issuedAt = tenant.clock.now()
  const { policy = tenant.settings.refreshToken, startedAt = issuedAt, confirmation } = order
  tenant.store.refreshTokens.set(token, {
    grant,
    issuedAt,
    startedAt,
    confirmation,
    expiresAt: refreshExpiry(policy, issuedAt, issuedAt, startedAt),
    used: false,
    usedAt: undefined,
  })
  return token
}

/** What an ID token vouches for beside the grant (OpenID Connect Core section 3.3.2.11). */
export interface IdTokenBinding {
  readonly accessToken?: string
  readonly code?: string
  readonly state?: string
}

export function issueIdToken(
  tenant: Tenant,
  grant: Grant,
  scope: readonly string[],
  binding: IdTokenBinding,
): string | Refusal {
  const { lifetime } = tenant.settings.idToken
  const alg = idTokenAlgorithm(tenant, grant.clientId)
  const iat = tenant.clock.now()
  const half = (value: string | undefined, name: string): JsonObject =>
    value === undefined ? {} : { [name]: halfHash(alg, value) }
  const claims = {
    iss: tenant.issuer,
    sub: grant.sub,
    aud: grant.clientId,
    iat,
    exp: iat + lifetime,
    auth_time: grant.authTime,
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
    ...(grant.acr === undefined ? {} : { acr: grant.acr }),
    amr: grant.amr,
    ...(grant.sid === undefined ? {} : { sid: grant.sid }),
    ...half(binding.accessToken, 'at_hash'),
    ...half(binding.code, 'c_hash'),
    ...half(binding.state, 's_hash'),
  }
  return signClaims(
    tenant,
    alg,
    'JWT',
    grant.clientId,
    claimsFor(tenant.users.get(grant.sub), 'id_token', scope, claims, {
      scopes: tenant.settings.scopes,
      wishes: grant.claims?.id_token,
    }),
  )
}

/** What the client registered (RFC 7591 `id_token_signed_response_alg`), else the tenant's. */
function idTokenAlgorithm(tenant: Tenant, clientId: string): SignatureAlgorithm {
  const registered = tenant.clients.get(clientId)?.metadata.id_token_signed_response_alg
  return typeof registered === 'string' && registered in ALGORITHMS
    ? (registered as SignatureAlgorithm)
    : tenant.settings.idToken.alg
}

/** OpenID Connect Core section 3.1.3.6: the left half of a hash of the ASCII octets. */
export function halfHash(alg: SignatureAlgorithm, value: string): string {
  const hash = createHash(ALGORITHMS[alg].hash).update(value).digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}
