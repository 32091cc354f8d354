import type { JsonObject } from '@gatehouse/protocol'
import { ALGORITHM_NAMES } from '../engine/algorithms.ts'
import { DPOP_ALGORITHMS } from '../engine/dpop.ts'
import { offersGrant } from '../engine/settings.ts'
import type { Tenant } from '../engine/tenant.ts'
import { ciba, deviceCode } from '../grants/deferred.ts'
import { grantsOf } from '../grants/index.ts'
import { authenticationMethods } from '../http/client-auth.ts'
import { takesCertificates } from '../http/client-certificate.ts'
import type { Exchange } from '../http/endpoint.ts'
import { offersImplicit, responseTypesOf } from './authorize/response-types.ts'

/** What the metadata states of the token side (RFC 8414, 8628, 8705, 9449, CIBA Core section 4). */
export function describeTokens(exchange: Exchange): JsonObject {
  const { tenant, question } = exchange
  const methods = authenticationMethods(exchange)
  const withCredentials = methods.filter(method => method !== 'none')
  const grantTypes = grantTypesOffered(tenant)
  return {
    grant_types_supported: grantTypes,
    ...state('token_endpoint', methods),
    ...state('revocation_endpoint', methods),
    ...state('introspection_endpoint', withCredentials),
    dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
    ...(takesCertificates(tenant, question) ? { tls_client_certificate_bound_access_tokens: true } : {}),
    ...(grantTypes.includes(ciba.grantType)
      ? {
          backchannel_token_delivery_modes_supported: ['poll', 'ping'],
          backchannel_user_code_parameter_supported: false,
        }
      : {}),
  }
}

/** `implicit` is one by name (RFC 8414 section 2), which the token endpoint has no part in. */
export const grantTypesOffered = (tenant: Tenant): readonly string[] => [
  ...grantsOf(tenant).map(({ grantType }) => grantType),
  ...(offersImplicit(tenant) ? ['implicit'] : []),
]

/** With the name of RFC 9864 for EdDSA, which is taken too. */
const ASSERTION_ALGORITHMS: readonly string[] = [...ALGORITHM_NAMES, 'Ed25519']

const state = (endpoint: string, methods: readonly string[]): JsonObject => ({
  [`${endpoint}_auth_methods_supported`]: methods,
  [`${endpoint}_auth_signing_alg_values_supported`]: ASSERTION_ALGORITHMS,
})

/** RFC 8705 section 5: the endpoints at which a certificate says something. */
export const MTLS_MEMBERS: readonly string[] = [
  'token_endpoint',
  'userinfo_endpoint',
  'introspection_endpoint',
  'revocation_endpoint',
  'device_authorization_endpoint',
  'pushed_authorization_request_endpoint',
  'backchannel_authentication_endpoint',
]

const GRANT_OF: Readonly<Record<string, string>> = {
  device_authorization: deviceCode.grantType,
  'bc-authorize': ciba.grantType,
}

export function offersEndpoint(tenant: Tenant, name: string): boolean {
  const { settings } = tenant
  if (name === 'register') return settings.registration.enabled
  if (name === 'authorize' || name === 'par') return responseTypesOf(tenant).length > 0
  const grantType = GRANT_OF[name]
  return grantType === undefined || offersGrant(settings, grantType)
}
