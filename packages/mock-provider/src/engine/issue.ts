import { createHash } from 'node:crypto'
import type { JsonObject, SignatureAlgorithm } from '@gatehouse/protocol'
import { ALGORITHMS } from './algorithms.ts'
import { chooseTarget, type Target, toAud } from './audience.ts'
import { type TokenFacts, writeClaims } from './dialect.ts'
import { type RefreshPolicy, refreshExpiry } from './refresh-policy.ts'
import type { Refusal } from './refusal.ts'
import type { TokenFormat } from './settings.ts'
import { signClaims } from './sign.ts'
import type { Grant } from './store.ts'
import { subjectFor } from './subjects.ts'
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
  const written = writeAccessClaims(tenant, order, claims)
  const token = isJwt
    ? signClaims(tenant, tenant.settings.accessToken.alg, 'at+jwt', order.clientId, written)
    : tenant.entropy.text('access token', 32)
  if (typeof token !== 'string') return token
  const isSelfContained = isJwt && tenant.dialect.accessToken === undefined && written.sub === claims.sub
  rememberAccessToken(tenant, token, claims, order.grant, isSelfContained)
  return { token, lifetime: target.lifetime }
}

const writeAccessClaims = (tenant: Tenant, order: AccessTokenOrder, claims: JsonObject): JsonObject => {
  const { clientId, sub, scope, grant, audience } = order
  const facts: TokenFacts = {
    tenant,
    clientId,
    scope,
    grant,
    audience: audience.length > 0 ? audience : toList(tenant.settings.audience),
    user: tenant.users.get(sub),
    isMachine: grant === undefined && sub === clientId,
    hasOwnLifetime: false,
  }
  return writeClaims(tenant.dialect.accessToken, nameSubject(tenant, claims, grant), facts, 'access_token')
}

/** The claims with what the grant's client calls the user. */
const nameSubject = (tenant: Tenant, claims: JsonObject, grant: Grant | undefined): JsonObject =>
  grant === undefined || claims.sub !== grant.sub
    ? claims
    : { ...claims, sub: subjectFor(tenant, grant.clientId, grant.sub) }

export const toList = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value])

/** `isSelfContained`: all that there is to know of it is in the token itself. */
export function rememberAccessToken(
  tenant: Tenant,
  token: string,
  claims: JsonObject,
  grant: Grant | undefined,
  isSelfContained: boolean,
): void {
  const { exp, client_id, sub, sid } = claims
  tenant.store.rememberAccessToken(token, {
    expiresAt: typeof exp === 'number' ? exp : Number.POSITIVE_INFINITY,
    clientId: typeof client_id === 'string' ? client_id : '',
    sub: typeof sub === 'string' ? sub : undefined,
    sid: typeof sid === 'string' ? sid : undefined,
    grant,
    claims: isSelfContained ? undefined : claims,
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
  /** The code that was redeemed for it, which the standard leaves unsaid. */
  readonly redeemed?: string
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
  const user = tenant.users.get(grant.sub)
  const told = claimsFor(user, 'id_token', scope, claims, {
    scopes: tenant.settings.scopes,
    wishes: grant.claims?.id_token,
  })
  const written = writeClaims(
    tenant.dialect.idToken,
    nameSubject(tenant, told, grant),
    {
      tenant,
      clientId: grant.clientId,
      scope,
      grant,
      user,
      audience: [],
      isMachine: false,
      hasOwnLifetime: false,
      accessToken: binding.accessToken,
      code: binding.code ?? binding.redeemed,
    },
    'id_token',
  )
  const token = signClaims(tenant, alg, 'JWT', grant.clientId, written)
  if (typeof token === 'string') rememberIdToken(tenant, token, grant.clientId, written, grant)
  return token
}

/** How long after its time an ID token is still told from one that never was, in seconds. */
const AFTERLIFE = 30 * 86_400

/** For systems that are asked about ID tokens; does nothing for others. */
export function rememberIdToken(
  tenant: Tenant,
  token: string,
  clientId: string,
  { exp, sub, sid }: JsonObject,
  grant: Grant | undefined,
): void {
  if (!tenant.dialect.remembersIdTokens) return
  tenant.store.rememberIdToken(token, {
    clientId,
    sub: grant?.sub ?? String(sub ?? ''),
    sid: grant?.sid ?? (typeof sid === 'string' ? sid : undefined),
    grant,
    expiresAt: (typeof exp === 'number' ? Math.max(exp, tenant.clock.now()) : tenant.clock.now()) + AFTERLIFE,
    revoked: false,
  })
}

/** What the client registered (RFC 7591 `id_token_signed_response_alg`), else the tenant's. */
function idTokenAlgorithm(tenant: Tenant, clientId: string): SignatureAlgorithm {
  const client = tenant.clients.get(clientId)
  const registered = client?.metadata.id_token_signed_response_alg
  if (typeof registered === 'string' && registered in ALGORITHMS) return registered as SignatureAlgorithm
  const { idTokenAlgWithoutSecret: other } = tenant.dialect
  return other !== undefined && client?.secret === undefined ? other : tenant.settings.idToken.alg
}

/** OpenID Connect Core section 3.1.3.6: the left half of a hash of the ASCII octets. */
export function halfHash(alg: SignatureAlgorithm, value: string): string {
  const hash = createHash(ALGORITHMS[alg].hash).update(value).digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}
