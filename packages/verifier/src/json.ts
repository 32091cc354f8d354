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

/** A string, which is the name of a member where a colon follows, or the beginning or end of an object or a list. */
const MARKS = /"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?|[{}[\]]/gs

/**
 * Whether an object anywhere in `text`, which must be JSON, has two members of one name, however they are written. Which of them counts is
 * left open (RFC 8259 section 4), so that two readers may see two things.
 */
export function hasDuplicateMembers(text: string): boolean {
  const open: Set<string>[] = []
  for (const [mark, name, colon] of text.matchAll(MARKS)) {
    if (mark === '{' || mark === '[') open.push(new Set())
    else if (mark === '}' || mark === ']') open.pop()
    else if (name !== undefined && colon !== undefined) {
      const names = open.at(-1)
      const read = name.includes('\\') ? String(JSON.parse(`"${name}"`)) : name
      if (names?.has(read) === true) return true
      names?.add(read)
    }
  }
  return false
}
