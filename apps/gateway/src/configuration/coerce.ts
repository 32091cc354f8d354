import { memberPath, type Schema } from '@gatehouse/configuration'

/**
 * What came out of `${…}` is a string; where the schema wants a number or a boolean it becomes one if it reads as one, so that
 * `port: "${env:PORT}"` works. Strings that the user wrote out are left as they are.
 */
export function coerceReplaced(value: unknown, schema: Schema, replaced: ReadonlySet<string>, path = ''): unknown {
  if (typeof value === 'string') return replaced.has(path) ? coerce(value, schema) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = asSchema(schema.items)
    return items === undefined
      ? value
      : value.map((item, index) => coerceReplaced(item, items, replaced, memberPath(path, index)))
  }
  const properties = asSchema(schema.properties)
  const others = asSchema(schema.additionalProperties)
  const entries = Object.entries(value).map(([name, member]) => {
    const known = properties !== undefined && Object.hasOwn(properties, name) ? asSchema(properties[name]) : others
    return [
      name,
      known === undefined ? member : coerceReplaced(member, known, replaced, memberPath(path, name)),
    ] as const
  })
  return Object.fromEntries(entries)
}

function coerce(text: string, schema: Schema): unknown {
  const types: readonly unknown[] = Array.isArray(schema.type) ? schema.type : [schema.type]
  const wantsNumber = types.includes('integer') || types.includes('number')
  if (wantsNumber && /^\d{1,15}(\.\d{1,6})?$/.test(text)) return Number(text)
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

const asSchema = (value: unknown): Schema | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : undefined
