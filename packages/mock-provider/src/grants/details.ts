import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '@gatehouse/protocol'
import { parseAuthorizationDetails } from '../engine/authorization-details.ts'
import type { Client } from '../engine/clients.ts'
import { Refusal } from '../engine/refusal.ts'
import type { Settings } from '../engine/settings.ts'
import type { GrantRequest } from './grant.ts'

/** The `authorization_details` that a request asks for, of types that the tenant and the client know (RFC 9396 sections 5 and 10). */
export function readDetails({ tenant, client, parameters }: Pick<GrantRequest, 'tenant' | 'client' | 'parameters'>) {
  return parseAuthorizationDetails(parameters.one('authorization_details'), knownTypes(tenant.settings, client))
}

/** The token request may ask for less than was granted: some of the same objects (RFC 9396 section 6). */
export function narrowDetails(request: GrantRequest, granted: readonly JsonObject[]): readonly JsonObject[] | Refusal {
  const asked = readDetails(request)
  if (asked instanceof Refusal || asked.length === 0) return asked instanceof Refusal ? asked : granted
  return asked.every(detail => granted.some(known => isDeepStrictEqual(known, detail)))
    ? asked
    : new Refusal('invalid_authorization_details', 'authorization_details: go beyond what was granted')
}

function knownTypes({ authorizationDetails }: Settings, { metadata }: Client): readonly string[] | undefined {
  const own = metadata.authorization_details_types
  if (!Array.isArray(own)) return authorizationDetails
  const types = own.filter(type => typeof type === 'string')
  return authorizationDetails === undefined ? types : types.filter(type => authorizationDetails.includes(type))
}
