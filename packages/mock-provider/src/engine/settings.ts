import type { JsonObject, SignatureAlgorithm } from '@gatehouse/protocol'
import type { IdentityScopes } from './identity-scopes.ts'
import type { ProfileName } from './profiles.ts'
import type { RefreshPolicy } from './refresh-policy.ts'

export type TokenFormat = 'jwt' | 'opaque'

/** How a tenant behaves, where the standards leave a choice. Lifetimes in seconds of the tenant's clock. */
export interface Settings {
  /** `aud` of access tokens for which neither the request nor an API connection names one. Undefined: the issuer (RFC 9068 section 3). */
  readonly audience: string | undefined
  readonly accessToken: { readonly format: TokenFormat; readonly alg: SignatureAlgorithm; readonly lifetime: number }
  readonly idToken: { readonly alg: SignatureAlgorithm; readonly lifetime: number }
  readonly code: { readonly lifetime: number }
  readonly refreshToken: RefreshPolicy
  /** `idle`: how long a session lives without being used; Infinity for as long as it lasts. */
  readonly session: { readonly lifetime: number; readonly idle: number }
  /** `first-use`: an unknown client is registered by the first credentials it shows. `listed`: it is refused. */
  readonly clients: 'first-use' | 'listed'
  /** Grants that work; undefined for all that are not opt-in. */
  readonly grantTypes: readonly string[] | undefined
  readonly device: { readonly lifetime: number; readonly interval: number }
  readonly ciba: { readonly lifetime: number; readonly interval: number }
  readonly dpop: { readonly nonce: 'off' | 'required' }
  /** `header`: `Client-Cert` (RFC 9440) is believed where the connection brings no certificate. */
  readonly clientCertificates: 'connection' | 'header'
  /** By `iss`: `{jwks}` or `{jwks_uri}` (RFC 7523 section 2.1). */
  readonly trustedIssuers: Readonly<Record<string, JsonObject>>
  /** What is refused beyond the standards themselves. */
  readonly profile: ProfileName
  /** `explicit`: a user is asked once what a client may have. `never`: nobody is asked, not even where a request wants it. */
  readonly consent: 'implicit' | 'explicit' | 'never'
  /** Authentication context classes that can be reached, the weakest first; undefined: any that is asked for. */
  readonly acr: readonly string[] | undefined
  /** Scopes that tell of a user, over the standard ones. */
  readonly scopes: IdentityScopes
  /** RFC 9126. */
  readonly pushedRequests: { readonly lifetime: number; readonly required: boolean }
  /** RFC 9101: whether an authorization request must be one. */
  readonly requestObjects: { readonly required: boolean }
  /** Types of RFC 9396 that are known; undefined: any. */
  readonly authorizationDetails: readonly string[] | undefined
  /** RFC 7591; `initialAccessToken` is what one must show to register, undefined where anybody may. */
  readonly registration: { readonly enabled: boolean; readonly initialAccessToken: string | undefined }
  /** Where endpoints are reached, if not at the issuer: by browsers, and by clients themselves. `request`: at the address that metadata was asked for by. */
  readonly origins: { readonly browser: string | undefined; readonly backChannel: string | undefined }
}

export const DEFAULT_SETTINGS: Settings = {
  audience: undefined,
  accessToken: { format: 'jwt', alg: 'RS256', lifetime: 3600 },
  idToken: { alg: 'RS256', lifetime: 3600 },
  code: { lifetime: 60 },
  refreshToken: { lifetime: 30 * 86_400, rotate: true },
  session: { lifetime: 86_400, idle: Number.POSITIVE_INFINITY },
  clients: 'first-use',
  grantTypes: undefined,
  device: { lifetime: 600, interval: 5 },
  ciba: { lifetime: 120, interval: 5 },
  dpop: { nonce: 'off' },
  clientCertificates: 'connection',
  trustedIssuers: {},
  profile: 'lenient-recording',
  consent: 'implicit',
  acr: undefined,
  scopes: {},
  pushedRequests: { lifetime: 60, required: false },
  requestObjects: { required: false },
  authorizationDetails: undefined,
  registration: { enabled: true, initialAccessToken: undefined },
  origins: { browser: undefined, backChannel: undefined },
}

/** Grants that work only where they are named: RFC 9700 section 2.4 forbids this one. */
const OPT_IN: readonly string[] = ['password']

export const offersGrant = ({ grantTypes }: Settings, grantType: string): boolean =>
  grantTypes?.includes(grantType) ?? !OPT_IN.includes(grantType)
