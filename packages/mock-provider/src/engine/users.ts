import type { JsonObject } from '@gatehouse/protocol'
import { isObject, judgeMembers } from './members.ts'
import { Refusal } from './refusal.ts'
import { Registry } from './registry.ts'

/** Somebody who can log in. The key is `sub` and the name to log in with. */
export interface User {
  readonly sub: string
  /** Undefined: only the one-click button and `login_hint` let this user in. */
  readonly password: string | undefined
  /** For every token and for userinfo; standard claims follow their scope (OpenID Connect Core section 5.4). */
  readonly claims: JsonObject
  /** For ID tokens only, whatever the scope. */
  readonly id_token: JsonObject
  readonly access_token: JsonObject
  readonly userinfo: JsonObject
}

export type Users = Registry<User>
/** Where claims are shown. */
export type Place = 'id_token' | 'access_token' | 'userinfo'

/** OpenID Connect Core section 5.4. */
const SCOPE_CLAIMS: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
}

const SCOPE_OF_CLAIM: ReadonlyMap<string, string> = new Map(
  Object.entries(SCOPE_CLAIMS).flatMap(([scope, claims]) => claims.map((claim): [string, string] => [claim, scope])),
)

export const STANDARD_SCOPES: readonly string[] = ['openid', ...Object.keys(SCOPE_CLAIMS), 'offline_access']
export const STANDARD_CLAIMS: readonly string[] = ['sub', ...SCOPE_OF_CLAIM.keys()]

/** What a token or userinfo says of a user beyond the protocol's own claims. `protocol` members win over `claims`, those of the place win over all. */
export function claimsFor(
  user: User | undefined,
  place: Place,
  scope: readonly string[],
  protocol: JsonObject,
): JsonObject {
  if (user === undefined) return protocol
  const visible = Object.entries(user.claims).filter(([name]) => {
    const governing = SCOPE_OF_CLAIM.get(name)
    return governing === undefined || scope.includes(governing)
  })
  return {
    ...protocol,
    ...Object.fromEntries(visible.filter(([name]) => !Object.hasOwn(protocol, name))),
    ...user[place],
  }
}

export const createUsers = (base: ReadonlyMap<string, User>): Users => new Registry(base, parseUser)

const MEMBERS = {
  password: 'text',
  claims: 'object',
  id_token: 'object',
  access_token: 'object',
  userinfo: 'object',
} as const

export function parseUser(sub: string, value: unknown): User | Refusal {
  const problems = judgeMembers(value, { ...MEMBERS, sub: [sub] })
  if (problems.length > 0) return new Refusal('invalid_request', problems.join('; '))
  const { password, claims, id_token, access_token, userinfo } = value as Record<string, unknown>
  const object = (member: unknown): JsonObject => (isObject(member) ? structuredClone(member) : {})
  return {
    sub,
    password: typeof password === 'string' ? password : undefined,
    claims: object(claims),
    id_token: object(id_token),
    access_token: object(access_token),
    userinfo: object(userinfo),
  }
}

/** alice and bob; the password is the name. */
export const DEFAULT_USERS: ReadonlyMap<string, User> = new Map(
  (['alice', 'bob'] as const).map(sub => {
    const given = sub === 'alice' ? 'Alice' : 'Bob'
    const claims = {
      name: `${given} Example`,
      given_name: given,
      family_name: 'Example',
      preferred_username: sub,
      email: `${sub}@example.com`,
      email_verified: true,
      phone_number: sub === 'alice' ? '+1 555 0100' : '+1 555 0101',
      phone_number_verified: false,
    }
    return [sub, { sub, password: sub, claims, id_token: {}, access_token: {}, userinfo: {} }]
  }),
)
