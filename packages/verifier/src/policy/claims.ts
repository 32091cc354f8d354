import type { Claims, JsonPrimitive, JsonValue } from '@gatehouse/protocol'
import type { ClaimDemand } from '../options.ts'

/** One demand on one claim, parsed. */
export interface ClaimRule {
  /** Names of members from the claims down. */
  readonly path: readonly string[]
  readonly allows: (value: JsonValue) => boolean
}

/**
 * The member names that a key of `claims` stands for: a claim's name as it is, or the reference tokens of a JSON Pointer (RFC 6901
 * section 4) where it starts with a slash. Undefined for a pointer with a bad escape.
 */
export function parseClaimKey(key: string): readonly string[] | undefined {
  if (!key.startsWith('/')) return [key]
  if (/~(?![01])/.test(key)) return undefined
  return key
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

export const compileClaimRule = (path: readonly string[], demand: ClaimDemand): ClaimRule => ({
  path,
  allows: compileDemand(demand),
})

/** Equality of JSON scalars: `"1"` is not `1`. For `contains`, a lone scalar counts as an array of one, since some issuers write one so. */
function compileDemand(demand: ClaimDemand): ClaimRule['allows'] {
  if (typeof demand !== 'object' || demand === null) return value => value === demand
  if ('contains' in demand) {
    const member = demand.contains
    return value => (Array.isArray(value) ? value.includes(member) : value === member)
  }
  const allowed: ReadonlySet<JsonValue> = new Set<JsonPrimitive>(demand.oneOf)
  return value => allowed.has(value)
}

/** Whether the claim is there and is what the rule allows. Absent is never allowed, not even by a demand for null. */
export function isClaimAllowed(claims: Claims, { path, allows }: ClaimRule): boolean {
  let value: JsonValue = claims
  for (const name of path) {
    const next = descend(value, name)
    if (next === undefined) return false
    value = next
  }
  return allows(value)
}

const INDEX = /^(?:0|[1-9]\d{0,8})$/

/** Own members and elements only: what prototypes offer is nobody's claim. */
function descend(holder: JsonValue, name: string): JsonValue | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined
  if (Array.isArray(holder)) return INDEX.test(name) ? holder[Number(name)] : undefined
  return Object.hasOwn(holder, name) ? (holder as Claims)[name] : undefined
}
