import { nearest } from '@gatehouse/configuration'

/** Every endpoint that a fault or a filter of the journal can name: the last segment of the standard path. */
export type EndpointName = keyof typeof ALIASES

const ALIASES = {
  discovery: ['openid-configuration', 'oauth-authorization-server', 'metadata'],
  jwks: ['jwks_uri', 'keys'],
  authorize: ['authorization', 'authorization_endpoint'],
  token: ['token_endpoint'],
  userinfo: ['userinfo_endpoint'],
  introspect: ['introspection', 'introspection_endpoint'],
  revoke: ['revocation', 'revocation_endpoint'],
  logout: ['end_session', 'end_session_endpoint'],
  register: ['registration', 'registration_endpoint'],
  device_authorization: ['device', 'device_authorization_endpoint'],
  device_verification: ['verification_uri'],
  par: ['pushed_authorization_request', 'pushed_authorization_request_endpoint'],
  validate: ['tokeninfo', 'validate_token'],
  login: ['login_form'],
  webfinger: ['webfinger_endpoint'],
  check_session: ['check_session_iframe'],
  'bc-authorize': ['ciba', 'backchannel_authentication', 'backchannel_authentication_endpoint'],
} as const

export const ENDPOINT_NAMES: readonly EndpointName[] = Object.keys(ALIASES) as EndpointName[]

const CANONICAL: ReadonlyMap<string, EndpointName> = new Map(
  ENDPOINT_NAMES.flatMap(name => [name, ...ALIASES[name]].map((word): [string, EndpointName] => [word, name])),
)

/** The endpoint that a word means: its path's last segment, or the name that RFC 8414 metadata gives it. Undefined for any other word. */
export const endpointNamed = (word: string): EndpointName | undefined => CANONICAL.get(word)

/** What to tell somebody who wrote a word that names no endpoint. */
export function explainEndpoint(word: string): string {
  const meant = nearest(word, CANONICAL.keys())
  return `names no endpoint${meant === undefined ? '' : `, did you mean ${meant}?`} (one of ${ENDPOINT_NAMES.join(', ')})`
}
