import type { JsonObject, JsonValue } from '@gatehouse/protocol'

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object that `text` holds, whatever its media type said; undefined for anything else. */
export function parseJsonObject(text: string): JsonObject | undefined {
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
  return isJsonObject(value) ? value : undefined
}

/**
 * Whether `value`, which was parsed from `text`, has lost members on the way: two of one name, anywhere and however they are written. Which
 * of them counts is left open (RFC 8259 section 4), so that two readers may see two things.
 */
export const hasDuplicateMembers = (text: string, value: JsonObject): boolean =>
  countColons(text) !== countMembers(value)

/** Every member has one colon, and outside strings nothing else has. */
function countColons(text: string): number {
  let colons = 0
  let isInString = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) isInString = !isInString
    else if (!isInString) colons += character === COLON ? 1 : 0
    else if (character === BACKSLASH) at++
  }
  return colons
}

const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c

function countMembers(value: JsonObject): number {
  let members = 0
  const open: object[] = [value]
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    const inside: unknown[] = Object.values(holder)
    if (!Array.isArray(holder)) members += inside.length
    for (const each of inside) if (typeof each === 'object' && each !== null) open.push(each)
  }
  return members
}
