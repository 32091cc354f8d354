import assert from 'node:assert/strict'
import { checkGateway } from '@gatehouse/fastify-gateway'
import { parseConfiguration } from '../../src/configuration/document.ts'
import { checkSettings, parseSettings, pluginSettings } from '../../src/server/settings.ts'

/** A configuration as JSON, judged as `gatehouse check` judges it: everything that is wrong with it is a problem with a path. */
export function fuzz(input: Buffer): void {
  const parsed = parseConfiguration(input.toString('utf8'), 'gatehouse.json')
  if (!parsed.ok) return
  const { server, admin, ...gateway } = parsed.value
  const misset = checkSettings(server, admin, new Set())
  const settings = misset.length > 0 ? {} : pluginSettings(parseSettings(server, admin))
  const { problems, table, effective } = checkGateway({ ...gateway, ...settings })
  for (const { path, message } of [...misset, ...problems]) assert.ok(typeof path === 'string' && message !== '')
  if (problems.length > 0) return
  assert.notEqual(effective, undefined)
  const routes = Array.isArray(gateway.routes) ? gateway.routes : []
  for (const row of table) {
    assert.ok(row.path.startsWith('/'))
    // A route that says nothing of tokens is an error, never a public one.
    if (row.auth === 'public') {
      assert.ok(
        routes.some(route => route?.path === row.path && route?.auth === 'public') || input.includes('openapi'),
        row.path,
      )
    } else assert.ok(row.issuers.length > 0, 'a token of nobody is asked for')
  }
}

const base = (routes: string, more = ''): string =>
  `{"issuers":{"main":{"issuer":"https://login.example.com","audience":["https://api.example.com"]}},"upstreams":{"api":{"url":"http://127.0.0.1:9"}},"routes":${routes}${more}}`

export const longest = 1500
export const seeds = [
  base('[{"path":"/a/*","upstream":"api","auth":{"scopes":["a"],"claims":{"x":{"contains":"y"}},"maxAge":"10m"}}]'),
  base(
    '[{"path":"/a","methods":["GET"],"host":"a.b","upstream":"api","auth":"public","cors":{"origins":["https://a.b"]}}]',
    ',"server":{"port":1,"limits":{"body":1024},"trustedProxies":["10.0.0.0/8"]},"admin":false',
  ),
  base(
    '[{"path":"/a/*","upstream":"api","auth":{},"rewrite":{"stripPrefix":"/a","addPrefix":"/b"},"identity":{"headers":{"x-u":"/a/b"},"token":"forward"},"target":{"allow":["%2F"]}}]',
  ),
  '{"issuers":{"m":{"issuer":"https://a","audience":"unchecked","preset":"genauth","introspection":{"client":{"id":"a","secret":"b"}}}},"upstreams":{},"routes":[]}',
]
export const dictionary = [
  ...[
    '"issuers":',
    '"issuer":',
    '"audience":',
    '"tokens":',
    '"preset":',
    '"algorithms":',
    '"jwks":',
    '"secret":',
    '"introspection":',
    '"client":',
    '"auth":',
  ],
  ...[
    '"upstreams":',
    '"url":',
    '"retries":',
    '"routes":',
    '"path":',
    '"methods":',
    '"host":',
    '"upstream":',
    '"rewrite":',
    '"identity":',
    '"cors":',
    '"target":',
  ],
  ...[
    '"opaque"',
    '"jwt"',
    '"both"',
    '"public"',
    '"serpense"',
    '"code100"',
    '"HS256"',
    '"none"',
    '"0s"',
    '"/{id}/*"',
    '"/*"',
    '"//"',
    '"/a/../b"',
    '"__proto__"',
  ],
  ...[
    'null',
    'true',
    'false',
    '[]',
    '{}',
    '1',
    '-1',
    '1e400',
    '""',
    ',',
    '"openapi":',
    '"3.1.0"',
    '"paths":',
    '"http://a"',
    '"dpop"',
    '"mint"',
    '"exchange"',
  ],
]
