import { nearest } from '@gatehouse/configuration'
import type { JsonObject } from '@gatehouse/protocol'

/** What a member must be, in words for whoever wrote another thing. */
export type MemberKind = 'text' | 'texts' | 'object' | 'boolean' | 'seconds' | 'any' | readonly string[]

const JUDGES: Readonly<Record<string, { readonly is: (value: unknown) => boolean; readonly allowed: string }>> = {
  text: { is: value => typeof value === 'string' && value !== '', allowed: 'a text that is not empty' },
  texts: {
    is: value => Array.isArray(value) && value.every(item => typeof item === 'string'),
    allowed: 'a list of texts',
  },
  object: { is: isObject, allowed: 'an object' },
  boolean: { is: value => typeof value === 'boolean', allowed: 'true or false' },
  seconds: {
    is: value => typeof value === 'number' && Number.isFinite(value) && value >= 0,
    allowed: 'seconds, not negative',
  },
  any: { is: () => true, allowed: 'anything' },
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Every way in which an object differs from a table of members, one text each; `open` lets unknown members pass. */
export function judgeMembers(
  value: unknown,
  members: Readonly<Record<string, MemberKind>>,
  open = false,
): readonly string[] {
  if (!isObject(value)) return ['must be a JSON object']
  return Object.entries(value).flatMap(([name, member]) => {
    const kind = Object.hasOwn(members, name) ? members[name] : undefined
    if (kind === undefined) return open ? [] : [explainUnknown(name, Object.keys(members))]
    if (typeof kind !== 'string')
      return kind.includes(String(member)) ? [] : [`${name}: must be one of ${kind.join(', ')}`]
    const judge = JUDGES[kind]
    return judge === undefined || judge.is(member) ? [] : [`${name}: must be ${judge.allowed}`]
  })
}

function explainUnknown(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  return `${name}: is not known${meant === undefined ? '' : `, did you mean ${meant}?`} (one of ${known.join(', ')})`
}
