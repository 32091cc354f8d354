import { formatDistance, formatSpan, formatTime, now } from './time.js'

const quote = value => (typeof value === 'string' ? value : JSON.stringify(value))
const listOf = value => [value].flat().map(quote).join(', ')

/** What each member of a token's header says, in a sentence. */
const HEADER = {
  alg: value =>
    value === 'none' ? 'Nobody signed this: no receiver may take it.' : `It is signed with ${quote(value)}.`,
  typ: value => `Its kind is ${quote(value)}, so that it passes for no other.`,
  kid: value => `The key named ${quote(value)} in the JWKS checks the signature.`,
  cty: value => `What is inside is ${quote(value)}.`,
  crit: value => `Who does not understand ${listOf(value)} must refuse it.`,
  jwk: () => 'It brings a key along, which no receiver may trust.',
  jku: () => 'It says where to fetch a key, which no receiver may do.',
  x5u: () => 'It says where to fetch a certificate, which no receiver may do.',
  x5c: () => 'It brings a certificate along, which says nothing unless its issuer is trusted.',
  enc: value => `Its content is encrypted with ${quote(value)}.`,
}

/** What each claim says, in a sentence; the standards that define them are RFC 7519, RFC 9068 and OpenID Connect Core. */
const CLAIMS = {
  iss: value => `${quote(value)} made it.`,
  sub: value => `It is about ${quote(value)}.`,
  aud: value => `It is meant for ${listOf(value)}, and for nobody else.`,
  exp: value => `${begins(value, 'It ends', 'It ended')} ${when(value)}.`,
  iat: value => `It was made ${when(value)}.`,
  nbf: value => `${begins(value, 'It begins', 'It began')} ${when(value)}.`,
  auth_time: value => `The user logged in ${when(value)}.`,
  updated_at: value => `The user's data changed last ${when(value)}.`,
  jti: () => 'Its own name: no other token has it.',
  client_id: value => `The client ${quote(value)} asked for it.`,
  azp: value => `The client ${quote(value)} may use it.`,
  cid: value => `The client ${quote(value)} asked for it.`,
  scope: value => `It allows ${listOf(value)}.`,
  acr: value => `The login was of the class ${quote(value)}.`,
  amr: value => `The login was by ${listOf(value)}.`,
  nonce: () => 'It repeats what the client sent, so that an old token can not be put in its place.',
  at_hash: () => 'Binds the access token that came with it.',
  c_hash: () => 'Binds the code that came with it.',
  s_hash: () => 'Binds the state that came with it.',
  sid: () => 'Names the session, for logout.',
  events: value => `It tells of ${Object.keys(Object(value)).join(', ') || 'nothing'}.`,
  cnf: value => `Only the holder of a key may use it (${Object.keys(Object(value)).join(', ')}).`,
  act: value => `${quote(Object(value).sub)} acts for the subject.`,
  may_act: value => `${quote(Object(value).sub)} may act for the subject.`,
  authorization_details: () => 'It allows these things in detail (RFC 9396).',
  groups: value => `The subject is in ${listOf(value)}.`,
  roles: value => `The subject has the roles ${listOf(value)}.`,
  entitlements: value => `The subject is entitled to ${listOf(value)}.`,
  name: value => `The user is called ${quote(value)}.`,
  given_name: value => `The given name is ${quote(value)}.`,
  family_name: value => `The family name is ${quote(value)}.`,
  preferred_username: value => `The user goes by ${quote(value)}.`,
  email: value => `The e-mail address is ${quote(value)}.`,
  email_verified: value => `The e-mail address ${verified(value)}.`,
  phone_number: value => `The phone number is ${quote(value)}.`,
  phone_number_verified: value => `The phone number ${verified(value)}.`,
}

const verified = value => (value === true ? 'was verified' : 'was not verified')

const begins = (value, later, before) => (typeof value === 'number' && value < now() ? before : later)

function when(value) {
  if (typeof value !== 'number') return `at ${quote(value)}, which is no number`
  return `${formatDistance(value)}, at ${formatTime(value)}`
}

const say = (sentences, name, value, otherwise) => (Object.hasOwn(sentences, name) ? sentences[name](value) : otherwise)

export const explainHeader = (name, value) => say(HEADER, name, value, 'No standard of this family defines it.')
export const explainClaim = (name, value) =>
  say(CLAIMS, name, value, 'A claim of your own: your application knows what it means.')

/** How long a token is good in all. */
export function explainLife({ iat, exp }) {
  if (typeof exp !== 'number') return undefined
  const life = typeof iat === 'number' ? `, ${formatSpan(exp - iat)} after it was made` : ''
  return `${begins(exp, 'It ends', 'It ended')} ${formatDistance(exp)}${life}.`
}
