import { memberPath, type Problem } from '@gatehouse/configuration'
import type { Demands } from './openapi.ts'
import { isRecord } from './record.ts'

export type ReadSecurity =
  | { readonly ok: true; readonly demands: Demands }
  | { readonly ok: false; readonly problem: Problem }

/** A requirement object: names of schemes with the scopes that each wants, all of which are wanted. */
type Requirement = Readonly<Record<string, unknown>>

/**
 * What `security` (OpenAPI 3.1 section 4.8.30) demands of a token. An empty list is the document's word for "everybody"; nothing at all is
 * no word. Alternatives are understood where each wants one scope, or where one of them is satisfied by any token.
 */
export function readSecurity(security: unknown, components: unknown, at: string): ReadSecurity {
  const no = (message: string, allowed: string, path = at): ReadSecurity => ({
    ok: false,
    problem: { path, message, allowed },
  })
  if (security === undefined) return no('is required', 'a scheme with its scopes, or [] where everybody may call')
  if (!Array.isArray(security) || !security.every(isRecord))
    return no('is no list of requirements', 'such as [{ oauth: [orders:read] }]')
  if (security.length === 0) return { ok: true, demands: 'public' }
  const requirements: readonly Requirement[] = security
  for (const [index, requirement] of requirements.entries()) {
    const names = Object.keys(requirement)
    if (names.length === 0)
      return no('may be called with a token or without', 'security: [], or a scheme', memberPath(at, index))
    const strange = names.find(name => !isTokenScheme(components, name))
    if (strange === undefined) continue
    const allowed = 'oauth2, openIdConnect, or http with scheme: bearer, from components.securitySchemes'
    return no('is no scheme of access tokens', allowed, memberPath(memberPath(at, index), strange))
  }
  const alternatives = requirements.map(scopesOf)
  if (alternatives.some(scopes => scopes === undefined))
    return no('has scopes that are no list of texts', 'lists of scopes')
  return (
    combine(alternatives.filter(scopes => scopes !== undefined)) ??
    no('has alternatives of several scopes', 'one alternative, or alternatives of one scope each')
  )
}

function combine(alternatives: readonly (readonly string[])[]): ReadSecurity | undefined {
  const [first = [], ...others] = alternatives
  if (alternatives.some(scopes => scopes.length === 0)) return { ok: true, demands: {} }
  if (others.every(scopes => isSame(scopes, first))) return { ok: true, demands: { scopes: first } }
  if (alternatives.some(scopes => scopes.length > 1)) return undefined
  return { ok: true, demands: { anyScope: [...new Set(alternatives.flat())] } }
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every(scope => other.includes(scope))

/** Without repetitions; undefined where one is no list of texts. */
function scopesOf(requirement: Requirement): readonly string[] | undefined {
  const lists = Object.values(requirement)
  const scopes: unknown[] = lists.flat()
  if (!lists.every(Array.isArray)) return undefined
  return scopes.every(scope => typeof scope === 'string' && scope !== '') ? [...new Set(scopes as string[])] : undefined
}

function isTokenScheme(components: unknown, name: string): boolean {
  const schemes = isRecord(components) ? components.securitySchemes : undefined
  const scheme = isRecord(schemes) && Object.hasOwn(schemes, name) ? schemes[name] : undefined
  if (!isRecord(scheme)) return false
  if (scheme.type === 'http') return String(scheme.scheme).toLowerCase() === 'bearer'
  return scheme.type === 'oauth2' || scheme.type === 'openIdConnect'
}
