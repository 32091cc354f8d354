import type { EndpointName } from '../engine/endpoint-names.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { authorize } from './authorize/index.ts'
import { control } from './control/index.ts'
import { createDiscovery } from './discovery.ts'
import { introspect } from './introspect.ts'
import { jwks } from './jwks.ts'
import { logout } from './logout.ts'
import { revoke } from './revoke.ts'
import { token } from './token.ts'
import { userinfo } from './userinfo.ts'

const WORKING: readonly Endpoint[] = [jwks, authorize, token, userinfo, introspect, revoke, logout]

/** Every endpoint that answers, by name. */
export const ENDPOINTS: ReadonlyMap<EndpointName | 'control', Endpoint> = new Map(
  [...WORKING, createDiscovery(WORKING.map(({ name }) => name)), control].map(endpoint => [endpoint.name, endpoint]),
)
