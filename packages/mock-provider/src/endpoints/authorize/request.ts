import { judgeAudience } from '../../engine/audience.ts'
import { allowsRedirect, type Client, clientOfFirstUse, isPublic } from '../../engine/clients.ts'
import type { Parameters } from '../../engine/parameters.ts'
import { Refusal } from '../../engine/refusal.ts'
import { judgeScope } from '../../engine/scope.ts'
import type { Code } from '../../engine/store.ts'
import type { Tenant } from '../../engine/tenant.ts'
import type { ResponseMode } from './respond.ts'

export const RESPONSE_TYPES: readonly string[] = ['code']
export const RESPONSE_MODES: readonly ResponseMode[] = ['query', 'fragment', 'form_post']
const PROMPTS: readonly string[] = ['none', 'login', 'consent', 'select_account']

/** Where an answer may go; known before anything else is judged, since errors go there too. */
export interface ReturnAddress {
  readonly clientId: string
  readonly redirectUri: string
  readonly mode: ResponseMode
  readonly state: string | undefined
}

/** An authorization request that is in order (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1). */
export interface AuthorizationRequest {
  readonly address: ReturnAddress
  readonly client: Client
  /** As sent; undefined where the client's only registered one was meant. */
  readonly redirectUri: string | undefined
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  readonly challenge: Code['challenge']
  readonly prompt: readonly string[]
  /** Seconds. */
  readonly maxAge: number | undefined
  readonly nonce: string | undefined
  readonly loginHint: string | undefined
}

/**
 * The client and an address that is its own. A refusal here is shown to the user and never sent anywhere: the address is what is in doubt
 * (RFC 6749 section 4.1.2.1, RFC 9700 section 4.11). An unknown client is not registered by this: it shows no credentials.
 */
export function judgeAddress(
  tenant: Tenant,
  parameters: Parameters,
): { client: Client; address: ReturnAddress } | Refusal {
  const clientId = parameters.one('client_id')
  if (clientId === undefined) return new Refusal('invalid_request', 'client_id: is missing')
  const known = tenant.clients.get(clientId)
  if (known === undefined && tenant.settings.clients === 'listed')
    return new Refusal('invalid_client', 'client_id: is unknown', 400)
  const client = known ?? { ...clientOfFirstUse(clientId, undefined), method: undefined }
  const [only, ...more] = client.redirectUris ?? []
  const redirectUri = parameters.one('redirect_uri') ?? (more.length === 0 ? only : undefined)
  if (redirectUri === undefined) return new Refusal('invalid_request', 'redirect_uri: is missing')
  if (!allowsRedirect(client, redirectUri))
    return new Refusal(
      'invalid_request',
      'redirect_uri: is none that the client registered, compared character by character',
    )
  const mode = parameters.one('response_mode')
  const address = {
    clientId,
    redirectUri,
    mode: RESPONSE_MODES.find(known => known === mode) ?? 'query',
    state: parameters.one('state'),
  }
  return { client, address }
}

/** The rest of the request; a refusal goes to the address. */
export function judgeRequest(
  parameters: Parameters,
  client: Client,
  address: ReturnAddress,
): AuthorizationRequest | Refusal {
  for (const name of ['request', 'request_uri', 'registration'] as const) {
    if (parameters.has(name)) return new Refusal(UNSUPPORTED[name], `${name}: is not supported here`)
  }
  const refusal = checkResponse(parameters, client) ?? checkPrompt(parameters)
  if (refusal !== undefined) return refusal
  const scope = judgeScope(parameters.one('scope'), client.scope)
  if (scope instanceof Refusal) return scope
  const audience = judgeAudience(parameters.all('resource'), parameters.all('audience'))
  if (audience instanceof Refusal) return audience
  const challenge = readChallenge(parameters, client)
  if (challenge instanceof Refusal) return challenge
  const maxAge = parameters.one('max_age')
  if (maxAge !== undefined && !/^\d{1,10}$/.test(maxAge))
    return new Refusal('invalid_request', 'max_age: must be whole seconds')
  return {
    address,
    client,
    redirectUri: parameters.one('redirect_uri'),
    scope,
    audience,
    challenge,
    prompt: parameters.words('prompt'),
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
    nonce: parameters.one('nonce'),
    loginHint: parameters.one('login_hint'),
  }
}

/** OpenID Connect Core section 3.1.2.6. */
const UNSUPPORTED = {
  request: 'request_not_supported',
  request_uri: 'request_uri_not_supported',
  registration: 'registration_not_supported',
} as const

function checkResponse(parameters: Parameters, client: Client): Refusal | undefined {
  const type = parameters.one('response_type')
  if (type === undefined) return new Refusal('invalid_request', 'response_type: is missing')
  if (!RESPONSE_TYPES.includes(type))
    return new Refusal('unsupported_response_type', `response_type: must be one of ${RESPONSE_TYPES.join(', ')}`)
  const mode = parameters.one('response_mode')
  if (mode !== undefined && !RESPONSE_MODES.some(known => known === mode)) {
    return new Refusal('invalid_request', `response_mode: must be one of ${RESPONSE_MODES.join(', ')}`)
  }
  const isAllowed = client.grantTypes === undefined || client.grantTypes.includes('authorization_code')
  return isAllowed
    ? undefined
    : new Refusal('unauthorized_client', 'the client is not registered for authorization_code')
}

function checkPrompt(parameters: Parameters): Refusal | undefined {
  const prompt = parameters.words('prompt')
  if (!prompt.every(word => PROMPTS.includes(word)))
    return new Refusal('invalid_request', `prompt: knows ${PROMPTS.join(', ')}`)
  const isAlone = !prompt.includes('none') || prompt.length === 1
  return isAlone
    ? undefined
    : new Refusal('invalid_request', 'prompt: none stands alone (OpenID Connect Core section 3.1.2.1)')
}

/** RFC 7636 section 4.3. A client known to be public must send one (RFC 9700 section 2.1.1). */
function readChallenge(parameters: Parameters, client: Client): Code['challenge'] | Refusal {
  const value = parameters.one('code_challenge')
  const method = parameters.one('code_challenge_method') ?? 'plain'
  if (value === undefined) {
    if (parameters.has('code_challenge_method')) return new Refusal('invalid_request', 'code_challenge: is missing')
    return client.registered && isPublic(client)
      ? new Refusal('invalid_request', 'code_challenge: a public client must use PKCE')
      : undefined
  }
  if (method !== 'S256' && method !== 'plain')
    return new Refusal('invalid_request', 'code_challenge_method: must be S256 or plain')
  const isWellFormed = method === 'S256' ? /^[\w-]{43}$/.test(value) : /^[A-Za-z0-9._~-]{43,128}$/.test(value)
  return isWellFormed
    ? { method, value }
    : new Refusal('invalid_request', `code_challenge: is none that ${method} makes`)
}
