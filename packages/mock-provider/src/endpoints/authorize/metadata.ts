import type { JsonObject } from '@gatehouse/protocol'
import { ALGORITHM_NAMES } from '../../engine/algorithms.ts'
import { claimsSupported, scopesSupported } from '../../engine/identity-scopes.ts'
import { CONTENT_ALGORITHMS, ENCRYPTION_ALGORITHMS } from '../../engine/jwe.ts'
import { addressTo } from '../../http/address.ts'
import type { Exchange } from '../../http/endpoint.ts'
import { DISPLAYS, PROMPTS } from './request.ts'
import { responseModesOf } from './response-modes.ts'
import { responseTypesOf } from './response-types.ts'

/** What discovery says of the authorization endpoint: the tables that it answers from. */
export function describeAuthorization(exchange: Exchange): JsonObject {
  const { settings, dialect } = exchange.tenant
  const { scopes, acr, profile, pushedRequests, requestObjects, authorizationDetails } = settings
  const isFapi = profile === 'fapi2'
  const types = responseTypesOf(exchange.tenant)
  if (types.length === 0) return { scopes_supported: scopesSupported(scopes) }
  return {
    scopes_supported: scopesSupported(scopes),
    claims_supported: [...claimsSupported(scopes), 'acr', 'amr', 'auth_time'],
    response_types_supported: types.map(({ name }) => name),
    response_modes_supported: responseModesOf(exchange.tenant),
    code_challenge_methods_supported: isFapi ? ['S256'] : ['S256', 'plain'],
    prompt_values_supported: PROMPTS,
    display_values_supported: DISPLAYS,
    ui_locales_supported: ['en'],
    ...(acr === undefined ? {} : { acr_values_supported: acr }),
    ...(dialect.name === 'standard' ? { check_session_iframe: addressTo(exchange, 'check_session') } : {}),
    claims_parameter_supported: true,
    claim_types_supported: ['normal', 'aggregated', 'distributed'],
    authorization_response_iss_parameter_supported: true,
    authorization_signing_alg_values_supported: ALGORITHM_NAMES,
    authorization_encryption_alg_values_supported: ENCRYPTION_ALGORITHMS,
    authorization_encryption_enc_values_supported: CONTENT_ALGORITHMS,
    request_parameter_supported: true,
    request_uri_parameter_supported: true,
    require_request_uri_registration: false,
    request_object_signing_alg_values_supported: [...ALGORITHM_NAMES, 'Ed25519'],
    request_object_encryption_alg_values_supported: ENCRYPTION_ALGORITHMS,
    request_object_encryption_enc_values_supported: CONTENT_ALGORITHMS,
    require_signed_request_object: requestObjects.required,
    require_pushed_authorization_requests: pushedRequests.required || isFapi,
    ...(authorizationDetails === undefined ? {} : { authorization_details_types_supported: authorizationDetails }),
  }
}
