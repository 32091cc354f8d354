import assert from 'node:assert/strict'
import { checkGateway, type GatewayOptions } from '../../src/index.ts'
import type { RouteRow } from '../../src/table.ts'

/** Options around one OpenAPI document, nothing wrong with them. */
const around = (openapi: unknown): GatewayOptions =>
  ({
    issuers: { main: { issuer: 'https://login.example.com', audience: ['https://api.example.com'] } },
    upstreams: { api: { url: 'http://127.0.0.1:9' } },
    routes: [{ openapi, upstream: 'api', auth: {} }],
  }) as unknown as GatewayOptions

/** An OpenAPI document as JSON. */
export function fuzz(input: Buffer): void {
  const document = parse(input.toString('utf8'))
  if (document === undefined) return
  const { problems, table } = checkGateway(around(document))
  for (const { path, message } of problems) assert.ok(path !== '' && message !== '', 'a problem that says nothing')
  if (problems.length > 0) return
  assert.ok(table.length > 0, 'routes are neither there nor refused')
  for (const row of table) {
    assert.ok(row.path.startsWith('/') && !row.path.includes('//'), row.path)
    const [method = '', ...more] = row.methods
    assert.equal(more.length, 0)
    const said = listSecurity(document as Document, method.toLowerCase())
    assert.ok(
      said.some(security => fits(row, security)),
      `${method} ${row.path} asks for less than the document does`,
    )
  }
}

type Security = readonly Readonly<Record<string, readonly string[]>>[]
interface Document {
  readonly security?: Security
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: Security } | undefined>>>>
}

/** What the document wants of a token, for each operation with this method. */
const listSecurity = ({ paths, security }: Document, method: string): Security[] =>
  Object.values(paths).flatMap(item => {
    const said = item?.[method]?.security ?? (item?.[method] === undefined ? undefined : security)
    return said === undefined ? [] : [said]
  })

/** Whether all that a route lets in satisfies one of the requirements (OpenAPI 3.1 section 4.8.30): nobody is one that asks for nothing. */
function fits({ auth, scopes, anyScope }: RouteRow, security: Security): boolean {
  if (auth === 'public' || security.length === 0) return auth === 'public' && security.length === 0
  const least = anyScope.length === 0 ? [scopes] : anyScope.map(scope => [...scopes, scope])
  return least.every(token =>
    security.some(requirement =>
      Object.values(requirement)
        .flat()
        .every(scope => token.includes(scope)),
    ),
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const document = (members: string): string =>
  `{"openapi":"3.1.0","components":{"securitySchemes":{"o":{"type":"oauth2"},"k":{"type":"apiKey"}}},${members}}`

export const seeds = [
  document('"paths":{"/a/{id}":{"get":{"security":[{"o":["r"]}]},"post":{}}}'),
  document(
    '"servers":[{"url":"https://a/v1/"},{"url":"/v1"}],"security":[{"o":["a"]},{"o":["b"]}],"paths":{"/a":{"put":{}}}',
  ),
  document('"security":[{"o":["a","b"]},{"o":["c"]}],"paths":{"/a":{"patch":{}}}'),
  document('"paths":{"/h":{"get":{"security":[]}},"/i":{"head":{"security":[{}]}}}'),
  document('"paths":{"/h":{"$ref":"#/x","get":{}}}'),
]
export const dictionary = [
  ...[
    '"openapi":',
    '"3.0.3"',
    '"paths":',
    '"servers":',
    '"url":',
    '"security":',
    '"components":',
    '"securitySchemes":',
  ],
  ...[
    '"type":',
    '"oauth2"',
    '"openIdConnect"',
    '"http"',
    '"scheme":',
    '"bearer"',
    '"apiKey"',
    '"get":',
    '"trace":',
    '"options":',
  ],
  ...[
    '{}',
    '[]',
    '{id}',
    '{',
    '}',
    '/*',
    '//',
    '/../',
    'null',
    'true',
    '1',
    '""',
    '"__proto__":',
    '"constructor":',
    '"$ref":',
    '%2F',
    ',',
  ],
]
