import type { SignatureAlgorithm } from '@gatehouse/protocol'

export type TokenFormat = 'jwt' | 'opaque'

/** How a tenant behaves, where the standards leave a choice. Lifetimes in seconds of the tenant's clock. */
export interface Settings {
  /** `aud` of access tokens for which neither the request nor an API connection names one. Undefined: the issuer (RFC 9068 section 3). */
  readonly audience: string | undefined
  readonly accessToken: { readonly format: TokenFormat; readonly alg: SignatureAlgorithm; readonly lifetime: number }
  readonly idToken: { readonly alg: SignatureAlgorithm; readonly lifetime: number }
  readonly code: { readonly lifetime: number }
  readonly refreshToken: { readonly lifetime: number; readonly rotate: boolean }
  readonly session: { readonly lifetime: number }
  /** `first-use`: an unknown client is registered by the first credentials it shows. `listed`: it is refused. */
  readonly clients: 'first-use' | 'listed'
}

export const DEFAULT_SETTINGS: Settings = {
  audience: undefined,
  accessToken: { format: 'jwt', alg: 'RS256', lifetime: 3600 },
  idToken: { alg: 'RS256', lifetime: 3600 },
  code: { lifetime: 60 },
  refreshToken: { lifetime: 30 * 86_400, rotate: true },
  session: { lifetime: 86_400 },
  clients: 'first-use',
}
