import type { EndpointName } from '../engine/endpoint-names.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { authorize } from './authorize/index.ts'
import { backchannelAuthentication } from './backchannel-authentication.ts'
import { checkSession } from './check-session.ts'
import { control } from './control/index.ts'
import { deviceAuthorization } from './device-authorization.ts'
import { deviceVerification } from './device-verification.ts'
import { createDiscovery } from './discovery.ts'
import { introspect } from './introspect.ts'
import { jwks } from './jwks.ts'
import { logout } from './logout.ts'
import { par } from './par.ts'
import { register } from './register/index.ts'
import { revoke } from './revoke.ts'
import { token } from './token.ts'
import { userinfo } from './userinfo.ts'

const WORKING: readonly Endpoint[] = [
  par,
  jwks,
  authorize,
  token,
  userinfo,
  introspect,
  revoke,
  logout,
  register,
  deviceAuthorization,
  deviceVerification,
  backchannelAuthentication,
  checkSession,
]

/** Every endpoint that answers, by name. */
export const ENDPOINTS: ReadonlyMap<EndpointName | 'control', Endpoint> = new Map(
  [...WORKING, createDiscovery(WORKING.map(({ name }) => name)), control].map(endpoint => [endpoint.name, endpoint]),
)
