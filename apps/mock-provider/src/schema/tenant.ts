import type { Schema } from '@gatehouse/configuration'
import { clients, policy, refreshPolicy } from './clients.ts'
import { ALGORITHM, CLAIMS, DURATION, FLAG, FORMAT, group, named, SECONDS, say, TEXT, TEXTS, words } from './kinds.ts'

const users = named(
  group({
    password: say(TEXT, 'text; without one only the one-click button and login_hint let the user in'),
    claims: say(CLAIMS, 'claims for every token and userinfo; standard ones follow their scope'),
    id_token: say(CLAIMS, 'claims for ID tokens only'),
    access_token: say(CLAIMS, 'claims for access tokens only'),
    userinfo: say(CLAIMS, 'claims for userinfo only'),
    acr: say(TEXTS, 'a list of authentication context classes that this user can reach'),
  }),
  'users by sub; these take the place of alice and bob',
)

const apis = named(
  group({
    secret: say(TEXT, 'text; what the API introspects with'),
    scopes: say(TEXTS, 'a list of scopes; the one of its own name where this is left out'),
    audience: say(TEXT, 'aud of its access tokens; the id where this is left out'),
    format: FORMAT,
    lifetime: SECONDS,
  }),
  'API connections by id',
)

const origin = (description: string): Schema => say(TEXT, description)

/** What a tenant can be given, by the names that the library has for it. */
export const TENANT_PROPERTIES: Readonly<Record<string, Schema>> = {
  preset: {
    type: ['string', 'null'],
    description:
      'the identity system that it speaks as: serpense, genauth, code100, oidc-op, uaepass or another name of one',
  },
  users,
  clients,
  unknownClients: policy,
  apis,
  audience: say(TEXT, 'aud of access tokens for which nothing else names one; the issuer where this is left out'),
  accessToken: group({ format: FORMAT, alg: ALGORITHM, lifetime: DURATION }),
  idToken: group({ alg: ALGORITHM, lifetime: DURATION }),
  code: group({ lifetime: DURATION }),
  refreshToken: refreshPolicy,
  session: group({ lifetime: DURATION, idle: DURATION }),
  grantTypes: say(
    TEXTS,
    'a list of the grants that work, implicit among them; all but password where this is left out',
  ),
  device: group({ lifetime: DURATION, interval: DURATION }),
  ciba: group({ lifetime: DURATION, interval: DURATION }),
  dpop: group({ nonce: words('off', 'required') }),
  clientCertificates: words('connection', 'header'),
  trustedIssuers: named(
    { type: 'object', description: 'an object with jwks or jwks_uri' },
    'an object by iss, each with jwks or jwks_uri',
  ),
  profile: words('lenient-recording', 'oauth2.1', 'fapi2'),
  consent: words('implicit', 'explicit', 'never'),
  acr: say(TEXTS, 'a list of authentication context classes, the weakest first'),
  scopes: named(group({ claims: TEXTS, required: TEXTS }), 'an object by scope, each with claims, required'),
  pushedRequests: group({ lifetime: DURATION, required: FLAG }),
  requestObjects: group({ required: FLAG }),
  authorizationDetails: say(TEXTS, 'a list of the types of authorization_details that are known'),
  registration: group({ enabled: FLAG, initialAccessToken: TEXT }),
  origins: group({
    browser: origin('an origin such as http://localhost:4010, where browsers reach it'),
    backChannel: origin('an origin such as http://mock:4010, where clients reach it; or the word request'),
  }),
}
