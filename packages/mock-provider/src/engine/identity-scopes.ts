import type { JsonObject } from '@gatehouse/protocol'
import { judgeMembers } from './members.ts'

/** What a scope tells of a user (OpenID Connect Core section 5.4). */
export interface IdentityScope {
  readonly claims: readonly string[]
  /** Claims of the user without which the scope is not granted, and so nobody let in. */
  readonly required: readonly string[]
}

/** By name; those given by a tenant go over the standard ones. */
export type IdentityScopes = Readonly<Record<string, IdentityScope>>

const scopeOf = (...claims: string[]): IdentityScope => ({ claims, required: [] })

/** OpenID Connect Core section 5.4. */
const STANDARD: IdentityScopes = {
  profile: scopeOf(
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
  ),
  email: scopeOf('email', 'email_verified'),
  address: scopeOf('address'),
  phone: scopeOf('phone_number', 'phone_number_verified'),
}

/** Every scope that a tenant knows to say something of a user. */
export const scopesSupported = (own: IdentityScopes): readonly string[] => [
  ...new Set(['openid', ...Object.keys(STANDARD), 'offline_access', ...Object.keys(own)]),
]

/** Every claim that a scope of the tenant tells. */
export const claimsSupported = (own: IdentityScopes): readonly string[] => ['sub', ...governorsOf(own).keys()]

const governors = new WeakMap<IdentityScopes, ReadonlyMap<string, readonly string[]>>()

/** By claim: the scopes any of which shows it. Claims that are no scope's are always shown. */
export function governorsOf(own: IdentityScopes): ReadonlyMap<string, readonly string[]> {
  const known = governors.get(own)
  if (known !== undefined) return known
  const made = new Map<string, readonly string[]>()
  for (const [name, { claims, required }] of Object.entries({ ...STANDARD, ...own })) {
    for (const claim of new Set([...claims, ...required])) made.set(claim, [...(made.get(claim) ?? []), name])
  }
  governors.set(own, made)
  return made
}

/** The first claim that a scope among these requires and these claims lack. */
export function findMissingClaim(
  own: IdentityScopes,
  scope: readonly string[],
  claims: JsonObject,
): { readonly scope: string; readonly claim: string } | undefined {
  for (const name of scope) {
    const { required = [] } = Object.hasOwn(own, name) ? (own[name] ?? {}) : {}
    const claim = required.find(wanted => claims[wanted] === undefined || claims[wanted] === null)
    if (claim !== undefined) return { scope: name, claim }
  }
  return undefined
}

/** Reads `{NAME: {claims, required}}`; a list of what is wrong where something is. */
export function parseIdentityScopes(value: JsonObject): IdentityScopes | readonly string[] {
  const problems: string[] = []
  const scopes: Record<string, IdentityScope> = {}
  for (const [name, item] of Object.entries(value)) {
    const wrong = judgeMembers(item, { claims: 'texts', required: 'texts' })
    problems.push(...wrong.map(say => `${name}: ${say}`))
    const { claims = [], required = [] } = (item ?? {}) as Partial<IdentityScope>
    if (wrong.length === 0) scopes[name] = { claims: [...claims], required: [...required] }
  }
  return problems.length > 0 ? problems : scopes
}
