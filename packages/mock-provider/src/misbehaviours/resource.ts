import { bendToken, claim } from './jwt.ts'
import { type Bend, bendJson, dropMember, type Misbehaviour, REJECT_ANSWER, setMember, UNAVAILABLE } from './row.ts'

const ANSWER = 'RFC 7662 section 2.2'
const USERINFO = 'OpenID Connect Core section 5.3.2'
const invalid = (code: string) => ({ status: 401, error: 'invalid_token', code })

const introspection = (name: string, say: string, bend: Bend, more: Partial<Misbehaviour> = {}): Misbehaviour => ({
  name,
  say,
  answers: UNAVAILABLE,
  client: REJECT_ANSWER,
  section: ANSWER,
  endpoints: ['introspect'],
  bend,
  ...more,
})

const userinfo = (name: string, say: string, bend: Bend, more: Partial<Misbehaviour> = {}): Misbehaviour => ({
  name,
  say,
  answers: undefined,
  client: REJECT_ANSWER,
  section: USERINFO,
  endpoints: ['userinfo'],
  bend,
  ...more,
})

/** Of answers about active tokens only: one about another token says no more. */
const whileActive = (bend: (members: Parameters<Parameters<typeof bendJson>[0]>[0], now: number) => unknown): Bend =>
  bendJson((members, { tenant }) => (members.active === true ? bend(members, tenant.clock.now()) : false))

const CLIENTS_TRUST = 'a client takes the answer for what it says; a resource server judges it'

/** What is said about tokens and users. */
export const RESOURCE_MISBEHAVIOURS: readonly Misbehaviour[] = [
  introspection('missing_active', 'There is no active.', dropMember('active')),
  introspection(
    'active_text',
    'active is the text "true".',
    whileActive(members => Object.assign(members, { active: 'true' })),
  ),
  introspection(
    'active_number',
    'active is 1.',
    whileActive(members => Object.assign(members, { active: 1 })),
  ),
  introspection(
    'introspection_wrong_issuer',
    'iss is another issuer.',
    whileActive(members => Object.assign(members, { iss: 'https://attacker.example' })),
    {
      answers: invalid('issuer_unknown'),
      allowed: CLIENTS_TRUST,
    },
  ),
  introspection(
    'introspection_wrong_audience',
    'aud is another resource.',
    whileActive(members => Object.assign(members, { aud: 'https://somebody-else.example' })),
    {
      answers: invalid('audience_mismatch'),
      allowed: CLIENTS_TRUST,
    },
  ),
  introspection(
    'introspection_expired',
    'active is true, and exp was an hour ago.',
    whileActive((members, now) => Object.assign(members, { exp: now - 3600 })),
    {
      answers: invalid('token_expired'),
      allowed: CLIENTS_TRUST,
    },
  ),
  introspection(
    'introspection_without_exp',
    'There is no exp.',
    whileActive(members => delete members.exp),
    {
      answers: undefined,
      client: 'keeps the answer only shortly',
      allowed: 'exp is optional',
    },
  ),
  introspection(
    'introspection_exp_text',
    'exp is a text that is no number.',
    whileActive(members => Object.assign(members, { exp: 'tomorrow' })),
    {
      answers: invalid('token_malformed'),
      allowed: CLIENTS_TRUST,
    },
  ),
  introspection(
    'introspection_not_before',
    'active is true, and nbf is an hour ahead.',
    whileActive((members, now) => Object.assign(members, { nbf: now + 3600 })),
    {
      answers: invalid('token_not_yet_valid'),
      allowed: CLIENTS_TRUST,
    },
  ),
  introspection(
    'introspection_refresh_token',
    'The answer says that the token is a refresh token.',
    whileActive(members => Object.assign(members, { token_type: 'refresh_token' })),
    {
      answers: invalid('token_type_mismatch'),
      allowed: CLIENTS_TRUST,
    },
  ),
  introspection(
    'introspection_scope_list',
    'scope is a list and not a text.',
    whileActive(members => Object.assign(members, { scope: String(members.scope ?? '').split(' ') })),
    {
      answers: undefined,
      allowed: 'several systems write lists, and reading them grants nothing more',
    },
  ),
  introspection(
    'introspection_always_active',
    'Whatever is asked about is active, garbage too.',
    bendJson(members => Object.assign(members, { active: true })),
    {
      answers: undefined,
      allowed: 'the provider is who knows: nobody can tell',
    },
  ),
  userinfo('userinfo_wrong_sub', 'sub is another user.', setMember('sub', 'mallory')),
  userinfo('userinfo_missing_sub', 'There is no sub.', dropMember('sub')),
  userinfo('userinfo_sub_number', 'sub is a number.', setMember('sub', 42)),
  userinfo('userinfo_unsigned', 'The claims come as a JWT with alg none.', (answer, { tenant }) => {
    if (answer.status !== 200) return undefined
    const part = (text: string): string => Buffer.from(text).toString('base64url')
    const claims = {
      iss: tenant.issuer,
      ...(String(answer.body).startsWith('{') ? JSON.parse(String(answer.body)) : {}),
    }
    return {
      ...answer,
      headers: [['content-type', 'application/jwt']],
      body: `${part('{"alg":"none"}')}.${part(JSON.stringify(claims))}.`,
    }
  }),
  userinfo(
    'userinfo_jwt_wrong_issuer',
    'The JWT of the claims is of another issuer.',
    bendToken([], claim('iss', 'https://attacker.example')),
  ),
  userinfo(
    'userinfo_jwt_wrong_audience',
    'The JWT of the claims is for another client.',
    bendToken([], claim('aud', 'another-client')),
  ),
]
