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
