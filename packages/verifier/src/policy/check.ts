import { checkShape, memberPath, nearest, type Problem } from '@gatehouse/configuration'
import type { IssuerConfig } from '../issuer/config.ts'
import { isJsonObject } from '../json.ts'
import { parseClaimKey } from './claims.ts'
import { policySchema } from './schema.ts'

const LISTS = ['issuers', 'audience', 'scopes', 'anyScope', 'clients', 'acr'] as const

/** Every mistake in a route's `auth`: its shape, and what its members mean beside the issuers. Never throws. */
export function checkPolicy(value: unknown, issuers: ReadonlyMap<string, IssuerConfig>, path: string): Problem[] {
  const problems = checkShape(policySchema, value, path)
  if (!isJsonObject(value)) return problems
  for (const name of LISTS) problems.push(...findRepeated(value[name], memberPath(path, name)))
  problems.push(...checkIssuerNames(value.issuers, issuers, memberPath(path, 'issuers')))
  problems.push(...checkClaimKeys(value.claims, memberPath(path, 'claims')))
  return problems
}

function findRepeated(list: unknown, path: string): Problem[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((member, index) =>
    list.indexOf(member) < index ? [{ path: memberPath(path, index), message: 'is written twice' }] : [],
  )
}

function checkIssuerNames(list: unknown, issuers: ReadonlyMap<string, IssuerConfig>, path: string): Problem[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((name, index) => {
    if (typeof name !== 'string' || name === '' || issuers.has(name)) return []
    const meant = nearest(name, issuers.keys())
    const message = `is not a configured issuer${meant === undefined ? '' : `, did you mean ${meant}?`}`
    return [{ path: memberPath(path, index), message, allowed: `one of ${[...issuers.keys()].join(', ')}` }]
  })
}

function checkClaimKeys(claims: unknown, path: string): Problem[] {
  if (!isJsonObject(claims)) return []
  return Object.keys(claims)
    .filter(key => parseClaimKey(key) === undefined)
    .map(key => ({
      path: memberPath(path, key),
      message: 'is no JSON Pointer',
      allowed: 'a claim name, or a pointer in which ~ is followed by 0 or 1 (RFC 6901)',
    }))
}
