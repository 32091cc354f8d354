import type { JsonObject } from '@gatehouse/protocol'
import { ALGORITHM_NAMES, ALGORITHMS } from '../engine/algorithms.ts'
import { DPOP_ALGORITHMS } from '../engine/dpop.ts'
import { grantsOf } from '../grants/index.ts'
import { authenticationMethods } from '../http/client-auth.ts'
import { takesCertificates } from '../http/client-certificate.ts'
import type { Exchange } from '../http/endpoint.ts'

/** What the metadata states of the token side (RFC 8414, 8628, 8705, 9449, CIBA Core section 4). */
export function describeTokens(exchange: Exchange): JsonObject {
  const { tenant, question } = exchange
  const methods = authenticationMethods(exchange)
  const withCredentials = methods.filter(method => method !== 'none')
  const grantTypes = grantsOf(tenant).map(({ grantType }) => grantType)
  return {
    grant_types_supported: grantTypes,
    ...state('token_endpoint', methods),
    ...state('revocation_endpoint', methods),
    ...state('introspection_endpoint', withCredentials),
    dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
    ...(takesCertificates(tenant, question) ? { tls_client_certificate_bound_access_tokens: true } : {}),
    ...(grantTypes.includes('urn:openid:params:grant-type:ciba')
      ? {
          backchannel_token_delivery_modes_supported: ['poll', 'ping'],
          backchannel_user_code_parameter_supported: false,
        }
      : {}),
  }
}

const ASSERTION_ALGORITHMS: readonly string[] = ALGORITHM_NAMES

const state = (endpoint: string, methods: readonly string[]): JsonObject => ({
  [`${endpoint}_auth_methods_supported`]: methods,
  [`${endpoint}_auth_signing_alg_values_supported`]: ASSERTION_ALGORITHMS,
})
