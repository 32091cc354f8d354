import { createTokenClient, type TokenClient } from './client/token-client.ts'
import { createUserinfoClient, type UserinfoClient } from './client/userinfo.ts'
import { type Authority, createAuthority } from './issuer/authority.ts'
import type { IssuerConfig } from './issuer/config.ts'
import type { Ports } from './ports.ts'
import { createIntrospector, type Introspector } from './token/introspection.ts'

/** One configured issuer with all that is ever asked of it. */
export interface Member extends Authority {
  /** Undefined for `tokens: jwt`. */
  readonly introspector: Introspector | undefined
  /** Undefined where the gateway has no credentials there. */
  readonly tokens: TokenClient | undefined
  readonly userinfo: UserinfoClient
}

/** Asks nobody anything. */
export function createMember(config: IssuerConfig, ports: Ports): Member {
  const authority = createAuthority(config, ports)
  const { introspectionEndpoint: endpoint, tokenEndpoint, userinfoEndpoint, keys, health } = authority
  const { name, tls, grants, introspection, userinfo, digest } = config
  const access = { endpoint, tokenEndpoint, keys }
  const client = grants?.client
  return {
    ...authority,
    introspector: introspection === undefined ? undefined : createIntrospector(config, access, ports, health),
    tokens: client === undefined ? undefined : createTokenClient({ name, tls, client, endpoint: tokenEndpoint }, ports),
    userinfo: createUserinfoClient({ name, tls, digest, ...userinfo, endpoint: userinfoEndpoint }, ports),
  }
}
