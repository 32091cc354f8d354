import { foldName } from './headers.ts'

/** `cors` of a route once parsed. */
export interface CorsRules {
  /** `*` alone stands for every origin, and never with credentials (Fetch, section 3.3.5). */
  readonly origins: ReadonlySet<string>
  readonly credentials: boolean
  readonly expose: string
  /** Seconds a browser may remember a preflight. */
  readonly maxAge: number
}

/** A CORS preflight: OPTIONS with `Origin` and the method that is to come (Fetch, section 4.8). */
export const isPreflight = (method: string, headers: Readonly<Record<string, unknown>>): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined

/** Headers of every answer on a route with `cors`, refusals included. A flat list of names and values. */
export function corsHeaders(rules: CorsRules, origin: unknown): string[] {
  const allowed = allowedOrigin(rules, origin)
  const headers = allowed === '*' ? [] : ['vary', 'Origin']
  if (allowed === undefined) return headers
  headers.push('access-control-allow-origin', allowed, 'access-control-expose-headers', rules.expose)
  if (rules.credentials) headers.push('access-control-allow-credentials', 'true')
  return headers
}

/** Headers of the answer to a preflight. An origin that is not listed learns nothing and is allowed nothing. */
export function preflightHeaders(rules: CorsRules, origin: unknown, methods: string, wanted: unknown): string[] {
  const allowed = allowedOrigin(rules, origin)
  const headers = ['vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers']
  if (allowed === undefined) return headers
  headers.push('access-control-allow-origin', allowed, 'access-control-allow-methods', methods)
  const names = requestedNames(wanted)
  if (names !== '') headers.push('access-control-allow-headers', names)
  headers.push('access-control-max-age', String(rules.maxAge))
  if (rules.credentials) headers.push('access-control-allow-credentials', 'true')
  return headers
}

function allowedOrigin({ origins }: CorsRules, origin: unknown): string | undefined {
  if (typeof origin !== 'string') return undefined
  if (origins.has('*')) return '*'
  return origins.has(origin) ? origin : undefined
}

const MAX_NAMES = 64
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]{1,64}$/

/** The field names asked for, reflected where they are field names and not the gateway's own. */
function requestedNames(wanted: unknown): string {
  if (typeof wanted !== 'string') return ''
  return wanted
    .toLowerCase()
    .split(',', MAX_NAMES)
    .map(name => name.trim())
    .filter(name => TOKEN.test(name) && !foldName(name).startsWith('xgatehouse'))
    .join(', ')
}
