import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import type { GrantType } from './grant.ts'
import { refreshToken } from './refresh-token.ts'

/** Every grant there is; discovery and the token endpoint read it. */
export const GRANTS: readonly GrantType[] = [authorizationCode, refreshToken, clientCredentials]
