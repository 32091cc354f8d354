import { offersGrant } from '../engine/settings.ts'
import type { Tenant } from '../engine/tenant.ts'
import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import { ciba, deviceCode } from './deferred.ts'
import type { GrantType } from './grant.ts'
import { jwtBearer } from './jwt-bearer.ts'
import { password } from './password.ts'
import { refreshToken } from './refresh-token.ts'
import { tokenExchange } from './token-exchange.ts'

/** Every grant there is. */
export const GRANTS: readonly GrantType[] = [
  authorizationCode,
  refreshToken,
  clientCredentials,
  password,
  deviceCode,
  ciba,
  tokenExchange,
  jwtBearer,
]

/** Those that a tenant offers; discovery and the token endpoint read it. */
export const grantsOf = ({ settings }: Tenant): readonly GrantType[] =>
  GRANTS.filter(({ grantType }) => offersGrant(settings, grantType))
