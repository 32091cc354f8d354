import { bendJson, dropMember, type Misbehaviour, setMember, UNAVAILABLE } from './row.ts'

const METADATA = 'OpenID Connect Discovery section 3, RFC 8414 section 2'
const ISSUER = 'OpenID Connect Discovery section 4.3, RFC 8414 section 3.3'

const row = (
  name: string,
  say: string,
  section: string,
  bend: Misbehaviour['bend'],
  more: Partial<Misbehaviour> = {},
): Misbehaviour => ({
  name,
  say,
  answers: UNAVAILABLE,
  client: 'does not use the metadata',
  section,
  endpoints: ['discovery'],
  ...(bend === undefined ? {} : { bend }),
  ...more,
})

const needs = (member: string, who: string): Misbehaviour =>
  row(`missing_${member}`, `The metadata has no ${member}.`, METADATA, dropMember(member), {
    answers: undefined,
    client: `fails where it needs ${who}`,
  })

/** Metadata that must not be believed. */
export const DISCOVERY_MISBEHAVIOURS: readonly Misbehaviour[] = [
  row(
    'discovery_wrong_issuer',
    'The metadata is that of another issuer.',
    ISSUER,
    setMember('issuer', 'https://attacker.example'),
  ),
  row(
    'discovery_issuer_slash',
    'issuer has a slash too many or too few at its end.',
    ISSUER,
    bendJson(members => {
      const issuer = String(members.issuer)
      members.issuer = issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/`
    }),
  ),
  row('discovery_missing_issuer', 'The metadata has no issuer.', ISSUER, dropMember('issuer')),
  row(
    'discovery_issuer_list',
    'issuer is a list with the right one in it.',
    ISSUER,
    bendJson(members => {
      members.issuer = [members.issuer ?? '']
    }),
  ),
  row('missing_jwks_uri', 'The metadata has no jwks_uri.', METADATA, dropMember('jwks_uri')),
  row(
    'http_jwks_uri',
    'The keys are at an http address, where anybody on the way can change them.',
    `${METADATA}, RFC 9700 section 2.6`,
    httpMember('jwks_uri'),
  ),
  row('relative_jwks_uri', 'jwks_uri is a path and no URL.', METADATA, setMember('jwks_uri', '/jwks')),
  needs('authorization_endpoint', 'to log users in'),
  needs('token_endpoint', 'tokens'),
  row(
    'http_token_endpoint',
    'Codes and secrets would go to an http address.',
    'RFC 6749 section 3.2',
    httpMember('token_endpoint'),
    {
      answers: undefined,
      client: 'sends nothing there',
    },
  ),
  row(
    'http_introspection_endpoint',
    'Tokens would go to an http address to be introspected.',
    'RFC 7662 section 4',
    httpMember('introspection_endpoint'),
    {
      client: 'sends nothing there',
    },
  ),
]

function httpMember(name: string): Misbehaviour['bend'] {
  return bendJson(members => {
    const value = members[name]
    if (typeof value !== 'string') return false
    members[name] = value.replace(/^https:/, 'http:')
    return true
  })
}
