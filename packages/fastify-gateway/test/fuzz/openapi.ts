import assert from 'node:assert/strict'
import { checkGateway, type GatewayOptions } from '../../src/index.ts'

/** Options around one OpenAPI document, nothing wrong with them. */
const around = (openapi: unknown): GatewayOptions =>
  ({
    issuers: { main: { issuer: 'https://login.example.com', audience: ['https://api.example.com'] } },
    upstreams: { api: { url: 'http://127.0.0.1:9' } },
    routes: [{ openapi, upstream: 'api', auth: { scopes: ['api'] } }],
  }) as unknown as GatewayOptions

/** An OpenAPI document as JSON. */
export function fuzz(input: Buffer): void {
  const document = parse(input.toString('utf8'))
  if (document === undefined) return
  const { problems, table } = checkGateway(around(document))
  for (const { path, message } of problems) assert.ok(path !== '' && message !== '', 'a problem that says nothing')
  if (problems.length > 0) return
  assert.ok(table.length > 0, 'routes are neither there nor refused')
  const opens = /"security"\s*:\s*\[/.test(input.toString('latin1')) || input.includes('\\')
  for (const row of table) {
    assert.ok(row.path.startsWith('/') && !row.path.includes('//'), row.path)
    assert.equal(row.methods.length, 1)
    if (row.auth === 'public') assert.ok(opens, 'public, and the document does not say so')
    else assert.ok(row.scopes.length + row.anyScope.length > 0 || opens, 'the scopes of the route are lost')
  }
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
