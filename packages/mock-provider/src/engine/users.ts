import type { JsonObject } from '@gatehouse/protocol'
import { type ClaimWishes, grantWishes } from './claims-request.ts'
import { governorsOf, type IdentityScopes } from './identity-scopes.ts'
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
  /** Authentication context classes that this user can reach; undefined for all of the tenant's. */
  readonly acr?: readonly string[] | undefined
}

export type Users = Registry<User>
/** Where claims are shown. */
export type Place = 'id_token' | 'access_token' | 'userinfo'

/** What decides beside the scope. */
export interface ClaimRules {
  /** The tenant's own. */
  readonly scopes?: IdentityScopes
  /** Asked for by name, whatever the scope. */
  readonly wishes?: ClaimWishes | undefined
}

const NO_SCOPES: IdentityScopes = {}

/** What a token or userinfo says of a user beyond the protocol's own claims. `protocol` members win over `claims`, those of the place win over all. */
export function claimsFor(
  user: User | undefined,
  place: Place,
  scope: readonly string[],
  protocol: JsonObject,
  { scopes = NO_SCOPES, wishes }: ClaimRules = {},
): JsonObject {
  if (user === undefined) return protocol
  const governors = governorsOf(scopes)
  const visible = Object.entries(user.claims).filter(
    ([name]) => governors.get(name)?.some(governor => scope.includes(governor)) ?? true,
  )
  const told = { ...Object.fromEntries(visible), ...grantWishes(wishes, user.claims) }
  return {
    ...protocol,
    ...Object.fromEntries(Object.entries(told).filter(([name]) => !Object.hasOwn(protocol, name))),
    ...user[place],
  }
}

export const createUsers = (base: ReadonlyMap<string, User>, farewell: (sub: string) => void): Users =>
  new Registry(base, parseUser, farewell)

const MEMBERS = {
  password: 'text',
  claims: 'object',
  id_token: 'object',
  access_token: 'object',
  userinfo: 'object',
  acr: 'texts',
} as const

export function parseUser(sub: string, value: unknown): User | Refusal {
  const problems = judgeMembers(value, { ...MEMBERS, sub: [sub] })
  if (problems.length > 0) return new Refusal('invalid_request', problems.join('; '))
  const { password, claims, id_token, access_token, userinfo, acr } = value as Record<string, unknown>
  const object = (member: unknown): JsonObject => (isObject(member) ? structuredClone(member) : {})
  return {
    sub,
    password: typeof password === 'string' ? password : undefined,
    claims: object(claims),
    id_token: object(id_token),
    access_token: object(access_token),
    userinfo: object(userinfo),
    ...(Array.isArray(acr) ? { acr: acr.map(String) } : {}),
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
