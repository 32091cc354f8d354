/**
 * The value of a text that is JSON (RFC 8259) and names no member twice; undefined for every other text, whose mistakes are told by whoever
 * knows lines and columns.
 */
export function readPlainJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return countNames(text) === countMembers(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** In JSON a string is a name where a colon follows it. */
const countNames = (json: string): number =>
  [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const members = Object.values(value)
  const own = Array.isArray(value) ? 0 : members.length
  return members.reduce((count: number, member) => count + countMembers(member), own)
}
