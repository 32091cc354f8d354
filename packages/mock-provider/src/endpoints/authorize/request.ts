import type { JsonObject } from '@gatehouse/protocol'
import { judgeAudience } from '../../engine/audience.ts'
import { parseAuthorizationDetails } from '../../engine/authorization-details.ts'
import { type ClaimsRequest, parseClaimsRequest } from '../../engine/claims-request.ts'
import { type Client, texts } from '../../engine/clients.ts'
import { readIdTokenHint } from '../../engine/id-token-hint.ts'
import type { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import { judgeScope } from '../../engine/scope.ts'
import type { Code } from '../../engine/store.ts'
import { userBehind } from '../../engine/subjects.ts'
import type { Tenant } from '../../engine/tenant.ts'
import { type AcrDemand, readAcrDemand } from './acr.ts'
import { readChallenge, readDpopKey } from './binding.ts'
import type { ReturnAddress } from './respond.ts'
import { checkMode } from './response-modes.ts'
import { findResponseType, grantTypesOf, type ResponseType, responseTypesOf, sortWords } from './response-types.ts'

export const PROMPTS: readonly string[] = ['none', 'login', 'consent', 'select_account']
export const DISPLAYS: readonly string[] = ['page', 'popup', 'touch', 'wap']

/** An authorization request that is in order (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1). */
export interface AuthorizationRequest {
  readonly address: ReturnAddress
  readonly client: Client
  readonly type: ResponseType
  /** As sent; undefined where the client's only registered one was meant. */
  readonly redirectUri: string | undefined
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  readonly details: readonly JsonObject[]
  readonly challenge: Code['challenge']
  readonly dpopJkt: string | undefined
  readonly prompt: readonly string[]
  /** Seconds. */
  readonly maxAge: number | undefined
  readonly acr: AcrDemand
  readonly claims: ClaimsRequest | undefined
  readonly nonce: string | undefined
  readonly loginHint: string | undefined
  /** The only users who will do: of `id_token_hint`, and of the claim `sub` asked for by value. */
  readonly subs: readonly string[] | undefined
}

/** The request itself, its address known; a refusal goes there. */
export function judgeRequest(
  tenant: Tenant,
  parameters: Parameters,
  client: Client,
  address: ReturnAddress,
): AuthorizationRequest | Refusal {
  if (parameters.has('registration'))
    return new Refusal('registration_not_supported', 'registration: is not supported here')
  const type = judgeType(tenant, parameters, client)
  if (type instanceof Refusal) return type
  const refusal = checkMode(tenant, parameters.one('response_mode'), type, client) ?? checkWords(parameters)
  if (refusal !== undefined) return refusal
  const scope = judgeScopes(parameters, client, type)
  if (scope instanceof Refusal) return scope
  const audience = judgeAudience(parameters.all('resource'), parameters.all('audience'))
  if (audience instanceof Refusal) return audience
  const known = texts(client.metadata.authorization_details_types) ?? tenant.settings.authorizationDetails
  const details = parseAuthorizationDetails(parameters.one('authorization_details'), known)
  if (details instanceof Refusal) return details
  const challenge = type.code ? readChallenge(parameters, client) : undefined
  if (challenge instanceof Refusal) return challenge
  const dpopJkt = readDpopKey(parameters)
  if (dpopJkt instanceof Refusal) return dpopJkt
  const claims = parseClaimsRequest(parameters.one('claims'))
  if (claims instanceof Refusal) return claims
  const maxAge = readMaxAge(parameters, client)
  if (maxAge instanceof Refusal) return maxAge
  const subs = readSubs(tenant, parameters, claims)
  if (subs instanceof Refusal) return subs
  return {
    address,
    client,
    type,
    redirectUri: parameters.one('redirect_uri'),
    scope,
    audience,
    details,
    challenge,
    dpopJkt,
    // OpenID Connect Core section 3.1.2.1: a max_age of 0 is a prompt for a login.
    prompt: [...parameters.words('prompt'), ...(maxAge === 0 ? ['login'] : [])],
    maxAge,
    acr: readAcrDemand(parameters, client, claims),
    claims,
    nonce: parameters.one('nonce'),
    loginHint: parameters.one('login_hint'),
    subs,
  }
}

/** Held to what the client registered: `response_types`, and the `grant_types` behind them. */
function judgeType(tenant: Tenant, parameters: Parameters, { metadata, grantTypes }: Client): ResponseType | Refusal {
  const text = parameters.one('response_type')
  if (text === undefined) return new Refusal('invalid_request', 'response_type: is missing')
  const type = findResponseType(text)
  const offered = responseTypesOf(tenant)
  if (type === undefined || !offered.includes(type)) {
    const names = offered.map(({ name }) => name).join(', ')
    return new Refusal('unsupported_response_type', `response_type: is not offered (there are ${names || 'none'})`)
  }
  const registered = texts(metadata.response_types)
  if (registered !== undefined && !registered.some(name => sortWords(name) === sortWords(type.name)))
    return new Refusal('unauthorized_client', 'response_type: the client is not registered for it')
  const missing = grantTypesOf(type).find(name => grantTypes !== undefined && !grantTypes.includes(name))
  if (missing !== undefined)
    return new Refusal('unauthorized_client', `response_type: the client is not registered for the grant ${missing}`)
  if (!type.idToken) return type
  if (!parameters.words('scope').includes('openid'))
    return new Refusal('invalid_request', 'scope: must have openid where an ID token is asked for')
  return parameters.has('nonce')
    ? type
    : new Refusal(
        'invalid_request',
        'nonce: is required where the ID token comes by the browser (Core section 3.2.2.1)',
      )
}

function checkWords(parameters: Parameters): Refusal | undefined {
  const prompt = parameters.words('prompt')
  if (!prompt.every(word => PROMPTS.includes(word)))
    return new Refusal('invalid_request', `prompt: knows ${PROMPTS.join(', ')}`)
  if (prompt.includes('none') && prompt.length > 1)
    return new Refusal('invalid_request', 'prompt: none stands alone (OpenID Connect Core section 3.1.2.1)')
  const display = parameters.one('display')
  return display === undefined || DISPLAYS.includes(display)
    ? undefined
    : new Refusal('invalid_request', `display: must be one of ${DISPLAYS.join(', ')}`)
}

/** `offline_access` counts where the user is asked for it and a code is what comes (OpenID Connect Core section 11); else it is left out. */
function judgeScopes(
  parameters: Parameters,
  { scope: allowed }: Client,
  { code }: ResponseType,
): readonly string[] | Refusal {
  const scope = judgeScope(parameters.one('scope'), allowed)
  if (scope instanceof Refusal) return scope
  const isOffline = code && parameters.words('prompt').includes('consent')
  return isOffline || !scope.includes('openid') ? scope : scope.filter(word => word !== 'offline_access')
}

function readMaxAge(parameters: Parameters, { metadata }: Client): number | undefined | Refusal {
  const text = parameters.one('max_age')
  if (text === undefined) return typeof metadata.default_max_age === 'number' ? metadata.default_max_age : undefined
  return /^\d{1,10}$/.test(text) ? Number(text) : new Refusal('invalid_request', 'max_age: must be whole seconds')
}

/** OpenID Connect Core sections 3.1.2.1 (`id_token_hint`) and 5.5.1 (`sub` by value). */
function readSubs(
  tenant: Tenant,
  parameters: Parameters,
  claims: ClaimsRequest | undefined,
): readonly string[] | undefined | Refusal {
  const wanted = (claims?.id_token.get('sub') ?? claims?.userinfo.get('sub'))?.values?.map(value =>
    userBehind(tenant, String(value)),
  )
  const text = parameters.one('id_token_hint')
  if (text === undefined) return wanted
  const hint = readIdTokenHint(tenant, text)
  if (hint?.sub === undefined) return new Refusal('invalid_request', 'id_token_hint: is no ID token of this provider')
  const { sub } = hint
  return wanted === undefined || wanted.includes(sub) ? [sub] : []
}
