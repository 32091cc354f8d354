import type { ClientAuthenticationMethod, JsonObject } from '@gatehouse/protocol'
import { ALGORITHM_NAMES } from './algorithms.ts'
import { AUTHENTICATION_METHODS, judgeAuthentication, methodOf } from './client-authentication.ts'
import { ANSWER_MEMBERS, judgeAnswers } from './client-metadata.ts'
import { CONTENT_ALGORITHMS, ENCRYPTION_ALGORITHMS } from './jwe.ts'
import { isObject, judgeMembers, type MemberKind } from './members.ts'
import { type RefreshPolicy, readRefreshPolicy } from './refresh-policy.ts'
import { Refusal } from './refusal.ts'
import { Registry } from './registry.ts'
import type { Settings } from './settings.ts'

/** A relying party or another caller, with what RFC 7591 section 2 calls its metadata. */
export interface Client {
  readonly id: string
  readonly secret: string | undefined
  /** Undefined: every method that it has credentials for. */
  readonly method: ClientAuthenticationMethod | undefined
  /** Undefined: none registered, any absolute URI will do. */
  readonly redirectUris: readonly string[] | undefined
  readonly postLogoutRedirectUris: readonly string[] | undefined
  /** Undefined: every grant that the kind of client may use. */
  readonly grantTypes: readonly string[] | undefined
  /** Undefined: any scope. */
  readonly scope: readonly string[] | undefined
  /** Over the tenant's. */
  readonly refreshPolicy: Partial<RefreshPolicy>
  /** Known before its first request. */
  readonly registered: boolean
  /** Of a client that registered itself (RFC 7592 section 3). */
  readonly registration?: Registration
  /** As it was written, `client_secret` left out. */
  readonly metadata: JsonObject
}

/** What a client that registered itself manages its registration with. */
export interface Registration {
  readonly accessToken: string
  /** Seconds since the epoch. */
  readonly issuedAt: number
}

export type Clients = Registry<Client>

/** RFC 6749 section 2.1. */
export const isPublic = (client: Client): boolean => client.method === 'none'

export const createClients = (base: ReadonlyMap<string, Client>, farewell: (id: string) => void): Clients =>
  new Registry(base, parseClient, farewell)

/** What is honoured of a client's metadata, and what each must be. */
export const CLIENT_MEMBERS: Readonly<Record<string, MemberKind>> = {
  ...ANSWER_MEMBERS,
  client_secret: 'text',
  token_endpoint_auth_method: AUTHENTICATION_METHODS,
  token_endpoint_auth_signing_alg: ['Ed25519', ...ALGORITHM_NAMES],
  jwks: 'object',
  jwks_uri: 'text',
  tls_client_auth_subject_dn: 'text',
  tls_client_auth_san_dns: 'text',
  tls_client_auth_san_uri: 'text',
  tls_client_auth_san_ip: 'text',
  tls_client_auth_san_email: 'text',
  tls_client_certificate_bound_access_tokens: 'boolean',
  dpop_bound_access_tokens: 'boolean',
  authorization_details_types: 'texts',
  backchannel_token_delivery_mode: ['poll', 'ping'],
  backchannel_client_notification_endpoint: 'text',
  refresh_token_policy: 'object',
  redirect_uris: 'texts',
  post_logout_redirect_uris: 'texts',
  grant_types: 'texts',
  response_types: 'texts',
  request_uris: 'texts',
  default_acr_values: 'texts',
  default_max_age: 'seconds',
  require_auth_time: 'boolean',
  require_pushed_authorization_requests: 'boolean',
  require_signed_request_object: 'boolean',
  request_object_signing_alg: ['Ed25519', ...ALGORITHM_NAMES],
  request_object_encryption_alg: ENCRYPTION_ALGORITHMS,
  request_object_encryption_enc: CONTENT_ALGORITHMS,
  authorization_encrypted_response_alg: ENCRYPTION_ALGORITHMS,
  authorization_encrypted_response_enc: CONTENT_ALGORITHMS,
  consent: ['implicit', 'explicit'],
  contacts: 'texts',
  scope: 'any',
}

export function parseClient(id: string, value: unknown): Client | Refusal {
  const problems = [...judgeMembers(value, { ...CLIENT_MEMBERS, client_id: [id] }, true)]
  if (problems.length > 0) return new Refusal('invalid_client_metadata', problems.join('; '))
  const { client_secret, ...metadata } = value as JsonObject
  const secret = typeof client_secret === 'string' ? client_secret : undefined
  problems.push(...judgeAuthentication(metadata, secret), ...judgeAnswers(metadata, secret))
  const refreshPolicy = readRefreshPolicy(isObject(metadata.refresh_token_policy) ? metadata.refresh_token_policy : {})
  problems.push(...refreshPolicy.wrong.map(({ name, allowed }) => `refresh_token_policy.${name}: must be ${allowed}`))
  const redirectUris = texts(metadata.redirect_uris)
  for (const uri of redirectUris ?? []) {
    if (!isRedirectUri(uri))
      problems.push('redirect_uris: each must be an absolute URI without a fragment (RFC 6749 section 3.1.2)')
  }
  const isPinged = metadata.backchannel_token_delivery_mode === 'ping'
  if (isPinged && metadata.backchannel_client_notification_endpoint === undefined)
    problems.push('backchannel_client_notification_endpoint: is required for the ping mode (CIBA Core section 4)')
  const scope = metadata.scope
  if (scope !== undefined && typeof scope !== 'string')
    problems.push('scope: must be a text, words separated by spaces')
  if (problems.length > 0) return new Refusal('invalid_client_metadata', problems.join('; '))
  return {
    id,
    secret,
    method: methodOf(metadata, secret),
    redirectUris,
    postLogoutRedirectUris: texts(metadata.post_logout_redirect_uris),
    grantTypes: texts(metadata.grant_types),
    scope: typeof scope === 'string' ? scope.split(' ').filter(word => word !== '') : undefined,
    refreshPolicy: refreshPolicy.policy,
    registered: true,
    metadata: structuredClone({ ...metadata, client_id: id }),
  }
}

/** Whether an unknown client may be registered by what it shows. One that was deleted stays away until it is put again. */
export const isWelcome = (
  { clients, settings }: { readonly clients: Clients; readonly settings: Pick<Settings, 'clients'> },
  id: string,
): boolean => settings.clients === 'first-use' && !clients.wasDeleted(id)

/** A client nobody had heard of, held from now on to what it showed. */
export const clientOfFirstUse = (id: string, secret: string | undefined): Client => ({
  id,
  secret,
  method: secret === undefined ? 'none' : undefined,
  redirectUris: undefined,
  postLogoutRedirectUris: undefined,
  grantTypes: undefined,
  scope: undefined,
  refreshPolicy: {},
  registered: false,
  metadata: { client_id: id },
})

/** RFC 6749 section 3.1.2: absolute, no fragment, ASCII as RFC 3986 has it. Schemes that run in the page are refused whoever asks. */
export function isRedirectUri(uri: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(uri) || /[#\\]/.test(uri) || !URL.canParse(uri)) return false
  return !['javascript:', 'data:', 'vbscript:', 'about:', 'blob:', 'file:'].includes(new URL(uri).protocol)
}

/** Exact comparison of strings, but for the port of a loopback address (RFC 9700 section 2.1, RFC 8252 section 7.3). */
export function allowsRedirect(client: Client, uri: string): boolean {
  if (!isRedirectUri(uri)) return false
  return (
    client.redirectUris === undefined || client.redirectUris.some(known => known === uri || isSameLoopback(known, uri))
  )
}

/** OpenID Connect RP-Initiated Logout section 2: exact, or anywhere for a client that registered none. */
export function allowsPostLogout(client: Client, uri: string): boolean {
  return (
    isRedirectUri(uri) && (client.postLogoutRedirectUris === undefined || client.postLogoutRedirectUris.includes(uri))
  )
}

function isSameLoopback(known: string, uri: string): boolean {
  const [a, b] = [LOOPBACK.exec(known), LOOPBACK.exec(uri)]
  return a !== null && b !== null && a[1] === b[1] && a[2] === b[2]
}

const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::\d+)?((?:[/?].*)?)$/

/** A list of texts in a client's metadata; undefined where there is none. */
export const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : undefined

const known = (id: string, secret: string | undefined): [string, Client] => [
  id,
  { ...clientOfFirstUse(id, secret), registered: true },
]

export const DEFAULT_CLIENTS: ReadonlyMap<string, Client> = new Map([
  known('demo', 'demo-secret'),
  known('demo-public', undefined),
])
