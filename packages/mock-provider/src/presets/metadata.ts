import type { JsonArray, JsonObject, JsonValue } from '@gatehouse/protocol'
import type { EndpointName } from '../engine/endpoint-names.ts'
import { isObject } from '../engine/members.ts'
import { offersGrant } from '../engine/settings.ts'
import type { Call, Preset } from './preset.ts'

/** What metadata calls an endpoint, in the order in which systems list them. */
const MEMBERS: readonly (readonly [EndpointName, string])[] = [
  ['jwks', 'jwks_uri'],
  ['authorize', 'authorization_endpoint'],
  ['token', 'token_endpoint'],
  ['userinfo', 'userinfo_endpoint'],
  ['logout', 'end_session_endpoint'],
  ['revoke', 'revocation_endpoint'],
  ['introspect', 'introspection_endpoint'],
  ['register', 'registration_endpoint'],
  ['check_session', 'check_session_iframe'],
]

/** A system's metadata: its own paths below the tenant, and what it says of itself. */
export function documentOf({ layout }: Preset, { tenant }: Call, members: JsonObject): JsonObject {
  const addresses = MEMBERS.flatMap(([name, member]) => {
    const place = layout.find(found => found.name === name)
    return place === undefined ? [] : [[member, `${tenant.address}${place.path}`] as const]
  })
  const grants = asTexts(members.grant_types_supported).filter(name => offersGrant(tenant.settings, name))
  return { issuer: tenant.issuer, ...Object.fromEntries(addresses), ...members, grant_types_supported: grants }
}

const asTexts = (value: JsonValue | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

/** The keys of these algorithms, with or without saying so. */
export const keysFor =
  (algorithms: readonly string[], naming: 'alg' | 'no alg' = 'alg') =>
  ({ keys }: JsonObject): JsonObject => {
    const own = (Array.isArray(keys) ? (keys as JsonArray) : []).filter(
      (key): key is JsonObject => isObject(key) && key.use === 'sig' && algorithms.includes(String(key.alg)),
    )
    return {
      keys: own.map(({ alg, ...key }): JsonValue => (naming === 'alg' && alg !== undefined ? { ...key, alg } : key)),
    }
  }
