import type { JsonObject } from '@gatehouse/protocol'
import { ALGORITHM_NAMES } from '../engine/algorithms.ts'
import type { EndpointName } from '../engine/endpoint-names.ts'
import type { Tenant } from '../engine/tenant.ts'
import { GRANTS } from '../grants/index.ts'
import { publicJson } from '../http/answers.ts'
import { CLIENT_AUTH_METHODS } from '../http/client-auth.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { STANDARD_LAYOUT } from '../http/layout.ts'
import { describeAuthorization } from './authorize/metadata.ts'

/** What the metadata calls the address of an endpoint (RFC 8414 section 2, OpenID Connect Discovery section 3 and those that extend them). */
const ADDRESS_MEMBERS: Readonly<Partial<Record<EndpointName, string>>> = {
  authorize: 'authorization_endpoint',
  token: 'token_endpoint',
  jwks: 'jwks_uri',
  userinfo: 'userinfo_endpoint',
  introspect: 'introspection_endpoint',
  revoke: 'revocation_endpoint',
  logout: 'end_session_endpoint',
  register: 'registration_endpoint',
  device_authorization: 'device_authorization_endpoint',
  par: 'pushed_authorization_request_endpoint',
  'bc-authorize': 'backchannel_authentication_endpoint',
}

/** Metadata states only what works: it is made of the endpoints and the tables that answer. */
export const createDiscovery = (names: readonly (EndpointName | 'control')[]): Endpoint => ({
  name: 'discovery',
  cors: true,
  methods: { GET: ({ tenant }) => publicJson(describeProvider(tenant, names)) },
})

function describeProvider(tenant: Tenant, names: readonly (EndpointName | 'control')[]): JsonObject {
  const base = tenant.issuer.replace(/\/$/, '')
  const addresses = Object.entries(ADDRESS_MEMBERS).filter(([name]) => names.includes(name as EndpointName))
  const secretMethods = CLIENT_AUTH_METHODS.filter(method => method !== 'none')
  return {
    issuer: tenant.issuer,
    ...Object.fromEntries(
      addresses.map(([name, member]) => [member, `${base}${STANDARD_LAYOUT[name as EndpointName] ?? ''}`]),
    ),
    ...describeAuthorization(tenant),
    grant_types_supported: GRANTS.map(({ grantType }) => grantType),
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ALGORITHM_NAMES,
    token_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
    revocation_endpoint_auth_methods_supported: CLIENT_AUTH_METHODS,
    introspection_endpoint_auth_methods_supported: secretMethods,
  }
}
