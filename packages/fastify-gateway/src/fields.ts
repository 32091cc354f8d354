/** Field lines, `name: value` and a line end each, of a flat list of names and values. */
export function writeFields(fields: readonly string[]): string {
  let lines = ''
  for (let at = 0; at + 1 < fields.length; at += 2) lines += `${fields[at]}: ${fields[at + 1]}\r\n`
  return lines
}

/** The list that `writeFields` made lines of. */
export function readFields(lines: string): string[] {
  const fields: string[] = []
  for (const line of lines.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.push(line.slice(0, colon), line.slice(colon + 2))
  }
  return fields
}

/** Adds to a flat list what an object holds, its lists as fields of one name; `except` is a name that is left out. */
export function addFields(fields: string[], headers: Readonly<Record<string, unknown>>, except = ''): void {
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || name === except) continue
    if (Array.isArray(value)) for (const each of value) fields.push(name, String(each))
    else fields.push(name, String(value))
  }
}
