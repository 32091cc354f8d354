import type { ClientAuthenticationMethod, JsonObject } from '@gatehouse/protocol'
import { SUBJECT_MEMBERS } from './certificate.ts'
import { isObject } from './members.ts'

/** OpenID Connect Core section 9, RFC 8705 section 2. */
export const AUTHENTICATION_METHODS: readonly ClientAuthenticationMethod[] = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
]

const needsSecret = (method: string): boolean => method.startsWith('client_secret_')
const hasKeys = ({ jwks, jwks_uri }: JsonObject): boolean => jwks !== undefined || jwks_uri !== undefined
const subjectsOf = (metadata: JsonObject): readonly string[] =>
  SUBJECT_MEMBERS.filter(name => metadata[name] !== undefined)

/** What is registered to authenticate with, and what of it does not fit together, one text each. */
export function judgeAuthentication(metadata: JsonObject, secret: string | undefined): readonly string[] {
  const method = metadata.token_endpoint_auth_method
  const problems: string[] = []
  if (method === 'none' && secret !== undefined)
    problems.push('client_secret: a client that authenticates with none has no secret')
  if (typeof method === 'string' && needsSecret(method) && secret === undefined)
    problems.push(`client_secret: is required for ${method}`)
  if ((method === 'private_key_jwt' || method === 'self_signed_tls_client_auth') && !hasKeys(metadata))
    problems.push(`jwks: this or jwks_uri is required for ${method}`)
  const alg = metadata.token_endpoint_auth_signing_alg
  if (
    typeof alg === 'string' &&
    method !== undefined &&
    method !== (alg.startsWith('HS') ? 'client_secret_jwt' : 'private_key_jwt')
  )
    problems.push(`token_endpoint_auth_signing_alg: ${alg} is not for ${method}`)
  if (metadata.jwks !== undefined && metadata.jwks_uri !== undefined)
    problems.push('jwks: excludes jwks_uri (RFC 7591 section 2)')
  if (metadata.jwks !== undefined) problems.push(...judgeKeys(metadata.jwks))
  const subjects = subjectsOf(metadata)
  if (subjects.length > 1 || (method === 'tls_client_auth' && subjects.length === 0))
    problems.push(`tls_client_auth: needs exactly one of ${SUBJECT_MEMBERS.join(', ')} (RFC 8705 section 2.1.2)`)
  return problems
}

const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

function judgeKeys(jwks: unknown): readonly string[] {
  if (!isObject(jwks) || !Array.isArray(jwks.keys) || !jwks.keys.every(isObject))
    return ['jwks: must be a JWK Set, an object with a list of keys']
  const isOpen = jwks.keys.every(key => !PRIVATE_MEMBERS.some(name => name in key))
  return isOpen ? [] : ['jwks: must hold public keys only']
}

/** The registered method; else `none` for a client that has nothing to authenticate with, and undefined for every method it has something for. */
export function methodOf(metadata: JsonObject, secret: string | undefined): ClientAuthenticationMethod | undefined {
  const registered = AUTHENTICATION_METHODS.find(method => method === metadata.token_endpoint_auth_method)
  if (registered !== undefined) return registered
  const hasAny = secret !== undefined || hasKeys(metadata) || subjectsOf(metadata).length > 0
  return hasAny ? undefined : 'none'
}
