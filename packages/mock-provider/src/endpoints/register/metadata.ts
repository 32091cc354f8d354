import type { JsonObject } from '@gatehouse/protocol'
import { isWebAddress } from '../../engine/client-metadata.ts'
import { CLIENT_MEMBERS, isRedirectUri, texts } from '../../engine/clients.ts'
import { judgeMembers, type MemberKind } from '../../engine/members.ts'
import { Refusal } from '../../engine/refusal.ts'
import { authenticationMethods } from '../../http/client-auth.ts'
import type { Exchange } from '../../http/endpoint.ts'
import { findResponseType, grantTypesOf, responseTypesOf } from '../authorize/response-types.ts'
import { grantTypesOffered } from '../token-metadata.ts'
import { judgeRedirectUris } from './redirect-uris.ts'

/** What is kept and shown, and changes nothing here (RFC 7591 section 2, OpenID Connect Registration section 2). */
const DESCRIPTIVE: Readonly<Record<string, MemberKind>> = {
  client_name: 'text',
  client_uri: 'text',
  logo_uri: 'text',
  policy_uri: 'text',
  tos_uri: 'text',
  initiate_login_uri: 'text',
  software_id: 'text',
  software_version: 'text',
  application_type: ['web', 'native'],
}

/** The server's own to give. */
const OURS: readonly string[] = ['client_id', 'client_secret']

const MEMBERS: Readonly<Record<string, MemberKind>> = Object.fromEntries(
  Object.entries({ ...CLIENT_MEMBERS, ...DESCRIPTIVE }).filter(([name]) => !OURS.includes(name)),
)

/** Addresses of the web, absolute and without a fragment. */
const ADDRESSES: readonly string[] = [
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'jwks_uri',
  'initiate_login_uri',
  'sector_identifier_uri',
  'backchannel_client_notification_endpoint',
]

/**
 * A registration with its defaults written out (RFC 7591 section 2), if what it says fits together and is offered here. Members that are not
 * known are left out, as section 2 says; a human-readable one may carry a language (`client_name#ja`). Keys and secrets are parseClient's.
 */
export function settleMetadata(exchange: Exchange, sent: JsonObject): JsonObject | Refusal {
  const known = Object.fromEntries(
    Object.entries(sent).filter(([name, value]) => Object.hasOwn(MEMBERS, name.replace(/#.*$/, '')) && value !== null),
  )
  const problems = [...judgeMembers(known, MEMBERS, true)]
  if (problems.length > 0) return invalid(problems)
  const grantTypes = texts(known.grant_types) ?? ['authorization_code']
  const metadata: JsonObject = {
    application_type: 'web',
    ...known,
    token_endpoint_auth_method: known.token_endpoint_auth_method ?? 'client_secret_basic',
    grant_types: grantTypes,
    response_types: texts(known.response_types) ?? (grantTypes.includes('authorization_code') ? ['code'] : []),
  }
  const refusal = judgeRedirectUris(metadata)
  if (refusal !== undefined) return refusal
  problems.push(...judgeGrants(exchange, metadata), ...judgeMethod(exchange, metadata), ...judgeAddresses(metadata))
  return problems.length > 0 ? invalid(problems) : metadata
}

export const invalid = (problems: readonly string[]): Refusal =>
  new Refusal('invalid_client_metadata', problems.join('; '))

/** Both lists must be offered, and fit each other (RFC 7591 section 2.1). */
function judgeGrants({ tenant }: Exchange, metadata: JsonObject): readonly string[] {
  const grantTypes = texts(metadata.grant_types) ?? []
  const offered = grantTypesOffered(tenant)
  const types = responseTypesOf(tenant)
  const problems = grantTypes
    .filter(name => !offered.includes(name))
    .map(name => `grant_types: ${name} is not offered (there are ${offered.join(', ')})`)
  for (const name of texts(metadata.response_types) ?? []) {
    const type = findResponseType(name)
    if (type === undefined || !types.includes(type))
      problems.push(`response_types: must be among ${types.map(known => known.name).join(', ')}`)
    const missing = type === undefined ? [] : grantTypesOf(type).filter(needed => !grantTypes.includes(needed))
    problems.push(...missing.map(needed => `grant_types: ${needed} is required for the response type ${name}`))
  }
  if (metadata.token_endpoint_auth_method === 'none' && grantTypes.includes('client_credentials'))
    problems.push('grant_types: client_credentials is for confidential clients only (RFC 6749 section 4.4)')
  return problems
}

function judgeMethod(exchange: Exchange, { token_endpoint_auth_method: method }: JsonObject): readonly string[] {
  const offered: readonly unknown[] = authenticationMethods(exchange)
  return offered.includes(method) ? [] : [`token_endpoint_auth_method: must be one of ${offered.join(', ')}`]
}

function judgeAddresses(metadata: JsonObject): readonly string[] {
  const problems = ADDRESSES.filter(name => {
    const uri = metadata[name]
    return typeof uri === 'string' && !isWebAddress(uri)
  }).map(name => `${name}: must be an absolute http or https URI without a fragment`)
  const afterwards = texts(metadata.post_logout_redirect_uris) ?? []
  if (!afterwards.every(isRedirectUri))
    problems.push('post_logout_redirect_uris: each must be an absolute URI without a fragment')
  if (!(texts(metadata.request_uris) ?? []).every(uri => isWebAddress(uri.replace(/#.*$/, ''))))
    problems.push('request_uris: each must be an absolute http or https URI')
  const { frontchannel_logout_uri: front } = metadata
  const origins = (texts(metadata.redirect_uris) ?? []).map(uri => new URL(uri).origin)
  // Front-Channel Logout section 2, so that nobody has another site framed.
  if (typeof front === 'string' && isWebAddress(front) && !origins.includes(new URL(front).origin))
    problems.push('frontchannel_logout_uri: must be of the scheme, host and port of a redirect_uri')
  return problems
}
