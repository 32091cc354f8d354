import type { JsonObject, JsonValue } from '@gatehouse/protocol'
import { isObject } from './members.ts'
import { Refusal } from './refusal.ts'

/** The data fields that RFC 9396 section 2.2 names, and what each must be; others belong to their type and pass. */
const FIELDS: readonly (readonly [name: string, isIt: (value: JsonValue) => boolean, what: string])[] = [
  ...['locations', 'actions', 'datatypes', 'privileges'].map(
    (name): readonly [string, (value: JsonValue) => boolean, string] => [name, isTexts, 'a list of texts'],
  ),
  ['identifier', value => typeof value === 'string', 'a text'],
]

/**
 * Reads `authorization_details` (RFC 9396 section 2): a list of objects, each with a `type` that is known. `known` is undefined where any type
 * will do. What the fields of a type mean is not judged.
 */
export function parseAuthorizationDetails(
  text: string | undefined,
  known: readonly string[] | undefined,
): readonly JsonObject[] | Refusal {
  if (text === undefined) return []
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse('must be a JSON array')
  }
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject))
    return refuse('must be a JSON array of objects, and not empty')
  for (const detail of value) {
    if (typeof detail.type !== 'string' || detail.type === '') return refuse('each must have a type')
    if (known !== undefined && !known.includes(detail.type)) return refuse(`type must be one of ${known.join(', ')}`)
    for (const [name, isIt, what] of FIELDS) {
      const member = detail[name]
      if (member !== undefined && !isIt(member)) return refuse(`${name} must be ${what}`)
    }
  }
  return value
}

function isTexts(value: JsonValue): boolean {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

const refuse = (say: string): Refusal => new Refusal('invalid_authorization_details', `authorization_details: ${say}`)
