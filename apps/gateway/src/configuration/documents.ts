import { memberPath, type Problem } from '@gatehouse/configuration'
import type { ReadText } from './bytes.ts'
import { parseConfiguration } from './document.ts'

/** Puts the OpenAPI documents that `routes` names into the place of their names. */
export function inlineDocuments(
  root: Record<string, unknown>,
  read: (path: string) => ReadText,
): { readonly value: Record<string, unknown>; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const inline = (source: unknown, path: string): unknown => {
    if (typeof source !== 'object' || source === null || !('openapi' in source)) return source
    const { openapi } = source
    if (typeof openapi !== 'string' || openapi === '') return source
    const found = read(openapi)
    const parsed = found.ok ? parseConfiguration(found.text, openapi) : undefined
    if (parsed?.ok) return { ...source, openapi: parsed.value }
    const reason = found.ok ? 'is no YAML or JSON object' : found.reason
    const message = `the file ${openapi} can not be read: ${reason}`
    problems.push({
      path: memberPath(path, 'openapi'),
      message: parsed === undefined ? message : [message, ...parsed.problems.map(describe)].join('; '),
      allowed: 'an OpenAPI document, relative to the configuration file',
    })
    return source
  }
  const { routes } = root
  const inlined = Array.isArray(routes)
    ? routes.map((route, index) => inline(route, memberPath('routes', index)))
    : inline(routes, 'routes')
  return { value: routes === undefined ? root : { ...root, routes: inlined }, problems }
}

const describe = ({ path, message }: Problem): string => `${path} ${message}`
