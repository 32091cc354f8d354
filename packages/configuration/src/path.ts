/** The path of a member, as people write it: `routes[2]`, `issuers.main`, `claims."a b"`. */
export function memberPath(path: string, name: string | number): string {
  if (typeof name === 'number' || /^\d+$/.test(name)) return `${path}[${name}]`
  const shown = /^[\w-]+$/.test(name) ? name : JSON.stringify(name)
  return path === '' ? shown : `${path}.${shown}`
}
