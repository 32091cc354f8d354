import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import { ALGORITHM_NAMES, isAlgorithm } from './algorithms.ts'
import { chooseTarget, toAud } from './audience.ts'
import { parseShift } from './clock.ts'
import { type Defect, type Draft, findDefect, type TokenKind } from './defects.ts'
import { standardise, type TokenFacts, writeClaims } from './dialect.ts'
import { issueRefreshToken, rememberAccessToken, rememberIdToken, toList } from './issue.ts'
import { decodeJwt, isSignedBy, signJwt } from './jwt.ts'
import { judgeMembers } from './members.ts'
import { Refusal } from './refusal.ts'
import { parseScope } from './scope.ts'
import type { TokenFormat } from './settings.ts'
import { chooseSigner } from './sign.ts'
import type { Grant } from './store.ts'
import type { Tenant } from './tenant.ts'
import { claimsFor } from './users.ts'

/** A token to be made without a flow. Every member has a default. */
export interface MintRequest {
  /** Default `access`, or with a `defect` that only another kind can have, that kind. */
  readonly kind?: TokenKind
  /** Of an access token; default as the API connections and settings say, and that is `jwt`. */
  readonly format?: TokenFormat
  /** Default `alice`. Need not be a user. */
  readonly sub?: string
  /** Default `demo`. Need not be a client. */
  readonly client_id?: string
  /** Words separated by spaces, or a list of them; default none. */
  readonly scope?: string | readonly string[]
  /** Default as for a request that names none. */
  readonly audience?: string | readonly string[]
  /** Put over the claims as they would be; null removes one. */
  readonly claims?: JsonObject
  /** Put over the header as it would be; null removes a member. */
  readonly header?: JsonObject
  /** A duration such as `1h`, or seconds; negative for a token that is over. */
  readonly lifetime?: string | number
  /** Default as the settings say; HS* sign with the client's secret. */
  readonly alg?: string
  /** One of DEFECTS. */
  readonly defect?: string
}

export interface Minted {
  readonly token: string
  /** Null for an opaque token. */
  readonly header: JsonObject | null
  readonly claims: JsonObject
  /** Seconds since the epoch; null for a token that never expires. */
  readonly expires_at: number | null
}

const KINDS: readonly TokenKind[] = ['access', 'id', 'refresh', 'logout']
const TYPES = { access: 'at+jwt', id: 'JWT', logout: 'logout+jwt' } as const

const MEMBERS = {
  kind: KINDS,
  format: ['jwt', 'opaque'],
  sub: 'any',
  client_id: 'text',
  scope: 'any',
  audience: 'any',
  claims: 'object',
  header: 'object',
  lifetime: 'any',
  alg: ALGORITHM_NAMES,
  defect: 'text',
} as const

/** Makes one token, wrong in a named way if asked to. Synchronous; the provider remembers it as if a grant had issued it. */
export function mint(tenant: Tenant, request: MintRequest): Minted | Refusal {
  const order = judgeOrder(tenant, request)
  if (order instanceof Refusal) return order
  return order.kind === 'refresh'
    ? mintRefreshToken(tenant, order)
    : order.format === 'opaque'
      ? mintOpaque(tenant, order)
      : mintJwt(tenant, order)
}

interface Order {
  readonly request: MintRequest
  readonly kind: TokenKind
  readonly format: TokenFormat
  readonly clientId: string
  readonly sub: string
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  readonly lifetime: number
  readonly defect: Defect | undefined
}

function judgeOrder(tenant: Tenant, request: MintRequest): Order | Refusal {
  const problems = [...judgeMembers(request, MEMBERS)]
  const defect = typeof request?.defect === 'string' ? findDefect(request.defect) : undefined
  if (defect instanceof Refusal) return defect
  const { sub = 'alice', client_id: clientId = 'demo', scope, audience = [], lifetime } = request ?? {}
  const kind = request?.kind ?? usualKind(defect)
  const asked = typeof audience === 'string' ? [audience] : audience
  if (!Array.isArray(asked) || !asked.every(item => typeof item === 'string'))
    problems.push('audience: must be a text or a list of texts')
  if (typeof sub !== 'string') problems.push('sub: must be a text')
  const named = Array.isArray(scope) ? scope.join(' ') : scope
  if (named !== undefined && typeof named !== 'string')
    problems.push('scope: must be a text, words separated by spaces, or a list')
  const seconds = lifetime === undefined ? undefined : parseShift(lifetime)
  if (lifetime !== undefined && seconds === undefined)
    problems.push('lifetime: must be a duration such as 30s, 10m or 1h, or seconds')
  if (kind !== 'access' && request?.format === 'opaque') problems.push('format: only an access token can be opaque')
  if (problems.length > 0) return new Refusal('invalid_request', problems.join('; '))
  const words = parseScope(typeof named === 'string' ? named : undefined)
  if (words instanceof Refusal) return words
  const target = chooseTarget(tenant, asked, words)
  const format = kind === 'refresh' ? 'opaque' : kind === 'access' ? (request.format ?? target.format) : 'jwt'
  if (defect !== undefined && (!defect.kinds.includes(kind) || (format === 'opaque' && defect.opaque !== true))) {
    return new Refusal(
      'invalid_request',
      `defect: ${defect.name} is none that ${format === 'opaque' ? 'an opaque' : 'a'} ${kind} token can have`,
    )
  }
  const fallback = kind === 'id' || kind === 'logout' ? [clientId] : target.audience
  return {
    request,
    kind,
    format,
    clientId,
    sub,
    scope: words,
    audience: asked.length > 0 ? asked : fallback,
    lifetime: seconds ?? defaultLifetime(tenant, kind, target.lifetime),
    defect,
  }
}

/** An access token, unless only another kind can have the defect. */
const usualKind = (defect: Defect | undefined): TokenKind =>
  defect === undefined || defect.kinds.includes('access') ? 'access' : (defect.kinds[0] ?? 'access')

function defaultLifetime(tenant: Tenant, kind: TokenKind, access: number): number {
  if (kind === 'id') return tenant.settings.idToken.lifetime
  // OpenID Connect Back-Channel Logout section 2.4 recommends at most two minutes.
  return kind === 'logout' ? 120 : access
}

/** The claims of a well-made token of its kind. */
function buildClaims(tenant: Tenant, { kind, clientId, sub, scope, audience, lifetime }: Order): JsonObject {
  const iat = tenant.clock.now()
  const common = { iss: tenant.issuer, sub, aud: toAud(audience) }
  const times = { iat, exp: iat + lifetime }
  const user = tenant.users.get(sub)
  const jti = { jti: tenant.entropy.text('jti', 16) }
  if (kind === 'id') return claimsFor(user, 'id_token', scope, { ...common, ...times, auth_time: iat }, tenant.settings)
  if (kind === 'logout') {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    return { ...common, ...times, ...jti, events }
  }
  const named = scope.length === 0 ? {} : { scope: scope.join(' ') }
  const claims = { ...common, client_id: clientId, ...times, ...jti, ...named }
  return claimsFor(user, 'access_token', scope, claims, tenant.settings)
}

function mintJwt(tenant: Tenant, order: Order): Minted | Refusal {
  const { request, kind, clientId, defect } = order
  const fallback = kind === 'access' ? tenant.settings.accessToken.alg : tenant.settings.idToken.alg
  const signer = chooseSigner(
    tenant,
    isAlgorithm(request.alg) ? request.alg : fallback,
    kind === 'refresh' ? 'JWT' : TYPES[kind],
    clientId,
  )
  if (signer instanceof Refusal) return signer
  const standard = buildClaims(tenant, order)
  const shaped = writeMinted(tenant, order, standard)
  const draft = newDraft(overlay(signer.header, request.header), overlay(shaped, request.claims), signer.sign)
  defect?.bend(draft, tenant)
  const token = draft.finish(signJwt(draft.header, draft.claims, input => draft.sign(input), tenant.dialect.write))
  const isStandard = shaped === standard || !isOwnJwt(tenant, token, clientId)
  if (kind === 'access') {
    const claims = isStandard ? draft.claims : standardise(standard, shaped, draft.claims)
    remember(tenant, token, { ...draft, claims }, isStandard)
  }
  if (kind === 'id' && draft.memory !== 'none' && isOwnJwt(tenant, token, clientId))
    rememberIdToken(tenant, token, clientId, draft.claims, undefined)
  return { token, header: draft.header, claims: draft.claims, expires_at: expiry(draft.claims) }
}

/** The claims in the shape of the tenant's system; the very same where that is the standard's. */
function writeMinted(tenant: Tenant, order: Order, claims: JsonObject): JsonObject {
  const { kind, clientId, sub, scope, request } = order
  const { accessToken, idToken } = tenant.dialect
  if (kind !== 'access' && kind !== 'id') return claims
  const facts: TokenFacts = {
    tenant,
    clientId,
    scope,
    grant: undefined,
    user: tenant.users.get(sub),
    audience: request.audience === undefined ? toList(tenant.settings.audience) : order.audience,
    isMachine: sub === clientId,
    hasOwnLifetime: request.lifetime !== undefined,
  }
  return kind === 'access'
    ? writeClaims(accessToken, claims, facts, 'access_token')
    : writeClaims(idToken, claims, facts, 'id_token')
}

/** Whether it is what it says: a defect may have made it somebody else's. */
function isOwnJwt(tenant: Tenant, token: string, clientId: string): boolean {
  const jwt = decodeJwt(token)
  const secret = tenant.clients.get(clientId)?.secret
  return jwt !== undefined && jwt.claims.iss === tenant.issuer && isSignedBy(jwt, kid => tenant.keys.find(kid), secret)
}

function mintOpaque(tenant: Tenant, order: Order): Minted {
  const draft = newDraft({}, overlay(buildClaims(tenant, order), order.request.claims), () => Buffer.alloc(0))
  order.defect?.bend(draft, tenant)
  const token = tenant.entropy.text('access token', 32)
  remember(tenant, token, draft, false)
  return { token, header: null, claims: draft.claims, expires_at: expiry(draft.claims) }
}

function mintRefreshToken(tenant: Tenant, { clientId, sub, scope, audience, defect }: Order): Minted {
  const now = tenant.clock.now()
  const grant: Grant = {
    id: tenant.entropy.text('grant', 12),
    clientId,
    sub,
    scope,
    audience,
    sid: undefined,
    authTime: now,
    amr: ['pwd'],
    acr: undefined,
    nonce: undefined,
    revoked: false,
  }
  const exp = now + tenant.settings.refreshToken.lifetime
  const token = defect === undefined ? issueRefreshToken(tenant, grant) : tenant.entropy.text('refresh token', 32)
  return { token, header: null, claims: { sub, client_id: clientId, scope: scope.join(' '), exp }, expires_at: exp }
}

const newDraft = (header: JsonObject, claims: JsonObject, sign: (input: Buffer) => Buffer): Draft => ({
  header: { ...header },
  claims: { ...claims },
  sign,
  finish: token => token,
  memory: 'active',
})

/** What a request puts over what there would be; null takes a member out. */
const overlay = (under: JsonObject, over: JsonObject = {}): JsonObject =>
  Object.fromEntries(Object.entries({ ...under, ...over }).filter(([name]) => over[name] !== null))

function remember(tenant: Tenant, token: string, { claims, memory }: Draft, isSelfContained: boolean): void {
  if (memory === 'none') return
  rememberAccessToken(tenant, token, claims, undefined, isSelfContained)
  const record = tenant.store.findAccessToken(token)
  if (memory === 'revoked' && record !== undefined) record.revoked = true
}

function expiry(claims: Readonly<Record<string, JsonValue>>): number | null {
  const exp = claims.exp
  return typeof exp === 'number' ? exp : null
}
