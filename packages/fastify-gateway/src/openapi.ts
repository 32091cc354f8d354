import { memberPath, type Problem } from '@gatehouse/configuration'
import { readSecurity } from './openapi-security.ts'
import { isRecord } from './record.ts'

/** What an OpenAPI document says of one operation, as far as a gateway cares. */
export interface Operation {
  readonly path: string
  readonly method: string
  readonly demands: Demands
  /** Where in the document it is. */
  readonly at: string
}

/** Scopes that a token must have, or `public` where the document says that nobody is asked. */
export type Demands = 'public' | { readonly scopes?: readonly string[]; readonly anyScope?: readonly string[] }

export interface ReadOpenApi {
  readonly operations: readonly Operation[]
  readonly problems: readonly Problem[]
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/**
 * The operations of an OpenAPI document (3.0 and 3.1): paths below the one path that all `servers` have, methods, and what `security`
 * demands. Everything else of it is left alone: parameters, bodies and answers are not validated, and references are not followed.
 */
export function readOpenApi(document: Readonly<Record<string, unknown>>, at: string): ReadOpenApi {
  const problems: Problem[] = []
  if (typeof document.openapi !== 'string' || !/^3\.[01](?:\.|$)/.test(document.openapi)) {
    const allowed = 'openapi: 3.0.x or 3.1.x'
    return { operations: [], problems: [{ path: memberPath(at, 'openapi'), message: 'is no version known', allowed }] }
  }
  const base = readBase(document.servers, memberPath(at, 'servers'), problems)
  const operations = listOperations(document.paths, memberPath(at, 'paths'), problems).map(
    ({ path, method, operation, where }): Operation => {
      const security = 'security' in operation ? operation.security : document.security
      const read = readSecurity(security, document.components, memberPath(where, 'security'))
      if (!read.ok) problems.push(read.problem)
      return { path: base + path, method: method.toUpperCase(), demands: read.ok ? read.demands : {}, at: where }
    },
  )
  if (operations.length === 0 && problems.length === 0) {
    problems.push({ path: memberPath(at, 'paths'), message: 'has no operations', allowed: 'at least one' })
  }
  return { operations, problems }
}

interface Found {
  readonly path: string
  readonly method: string
  readonly operation: Record<string, unknown>
  readonly where: string
}

function listOperations(paths: unknown, at: string, problems: Problem[]): Found[] {
  if (!isRecord(paths)) return []
  return Object.entries(paths).flatMap(([path, item]): Found[] => {
    const where = memberPath(at, path)
    if (!path.startsWith('/') || !isRecord(item)) return []
    refuseMembers(item, ['$ref', 'servers'], where, problems)
    return METHODS.flatMap(method => {
      const operation = item[method]
      if (!isRecord(operation)) return []
      const place = memberPath(where, method)
      refuseMembers(operation, ['servers'], place, problems)
      return [{ path, method, operation, where: place }]
    })
  })
}

function refuseMembers(
  value: Record<string, unknown>,
  names: readonly string[],
  at: string,
  problems: Problem[],
): void {
  for (const name of names) {
    if (!Object.hasOwn(value, name)) continue
    const path = memberPath(at, name)
    problems.push({ path, message: 'is not supported yet', allowed: 'operations written out, servers at the top only' })
  }
}

/** The path of the servers, without a final slash. Which host they name does not matter: the routes say that. */
function readBase(servers: unknown, at: string, problems: Problem[]): string {
  const urls = Array.isArray(servers) ? servers.map(server => (isRecord(server) ? server.url : undefined)) : []
  const bases = new Set(urls.map(url => (typeof url === 'string' ? pathOf(url) : undefined)))
  const [base = '', second] = bases
  if (second === undefined && !bases.has(undefined)) return base
  const message = second === undefined ? 'has no path that is one' : 'has several paths'
  problems.push({ path: at, message, allowed: 'servers that all have the same path' })
  return ''
}

function pathOf(url: string): string | undefined {
  const path = url.replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/]*/i, '').replace(/\/+$/, '')
  return path === '' || (path.startsWith('/') && !/[{}?#]/.test(path)) ? path : undefined
}
