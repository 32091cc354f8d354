import type { JsonObject } from '@gatehouse/protocol'
import type { EndpointName } from '../engine/endpoint-names.ts'
import { addressTo } from '../http/address.ts'
import { publicJson } from '../http/answers.ts'
import { takesCertificates } from '../http/client-certificate.ts'
import type { Endpoint, Exchange } from '../http/endpoint.ts'
import { ANSWER_METADATA } from './answer-metadata.ts'
import { describeAuthorization } from './authorize/metadata.ts'
import { describeTokens, MTLS_MEMBERS, offersEndpoint } from './token-metadata.ts'

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
  methods: { GET: exchange => publicJson(describeProvider(exchange, names)) },
})

function describeProvider(exchange: Exchange, names: readonly (EndpointName | 'control')[]): JsonObject {
  const { tenant, question } = exchange
  const addresses = listAddresses(exchange, names)
  const secured = Object.entries(addresses).filter(([member]) => MTLS_MEMBERS.includes(member))
  return {
    issuer: tenant.issuer,
    ...addresses,
    ...describeAuthorization(exchange),
    ...ANSWER_METADATA,
    ...describeTokens(exchange),
    ...(takesCertificates(tenant, question) ? { mtls_endpoint_aliases: Object.fromEntries(secured) } : {}),
  }
}

/** Endpoints that belong to a grant are there where the grant is. */
function listAddresses(exchange: Exchange, names: readonly (EndpointName | 'control')[]): JsonObject {
  return Object.fromEntries(
    Object.entries(ADDRESS_MEMBERS)
      .filter(([name]) => names.includes(name as EndpointName) && offersEndpoint(exchange.tenant, name))
      .map(([name, member]) => [member, addressTo(exchange, name as EndpointName)]),
  )
}
