import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeProblem } from '@gatehouse/configuration'
import t, { type Test } from 'tap'
import { judgeConfiguration } from '../src/configuration/judge.ts'

const API = `
openapi: 3.1.0
components: { securitySchemes: { login: { type: openIdConnect } } }
paths:
  /orders/{id}:
    get: { security: [{ login: [orders:read] }] }
  /health:
    get: { security: [] }
`
const HEAD = `
issuers: { main: { issuer: https://login.example.com, audience: [https://api.example.com] } }
upstreams: { orders: { url: "http://127.0.0.1:9001" } }
`

function judge(t: Test, routes: string, files: Readonly<Record<string, string>> = { 'api.yaml': API }) {
  const folder = t.testdir()
  for (const [name, text] of Object.entries({ ...files, 'gatehouse.yaml': HEAD + routes })) {
    writeFileSync(join(folder, name), text)
  }
  const path = join(folder, 'gatehouse.yaml')
  return judgeConfiguration(path, { variable: () => undefined, logLevel: 'info', noColor: true })
}

function tableOf(t: Test, routes: string, files?: Readonly<Record<string, string>>): readonly unknown[] {
  const judged = judge(t, routes, files)
  return judged.ok
    ? judged.configuration.routes.map(({ path, methods, auth, scopes }) => [path, methods.join(), auth, scopes.join()])
    : judged.problems.map(describeProblem)
}

t.test('routes are read from an OpenAPI file beside the configuration', async t => {
  const expected = [
    ['/health', 'GET', 'public', ''],
    ['/orders/{id}', 'GET', 'token', 'orders:read'],
  ]
  const own = ['/own', '', 'token', '']
  t.same(new Set(tableOf(t, 'routes: { openapi: api.yaml, upstream: orders }')), new Set(expected))
  t.same(
    new Set(
      tableOf(t, 'routes: [{ openapi: api.yaml, upstream: orders }, { path: /own, upstream: orders, auth: {} }]'),
    ),
    new Set([...expected, own]),
  )
  const json = JSON.stringify({ openapi: '3.1.0', paths: { '/a': { get: { security: [] } } } })
  t.same(tableOf(t, 'routes: { openapi: api.json, upstream: orders }', { 'api.json': json }), [
    ['/a', 'GET', 'public', ''],
  ])
})

t.test('a file that is no document is one line, at the path of its name', async t => {
  const cases: [Readonly<Record<string, string>>, RegExp][] = [
    [{}, /^routes\.openapi: the file api\.yaml can not be read: no such file \(an OpenAPI document, relative/],
    [
      { 'api.yaml': '- a' },
      /^routes\.openapi: the file api\.yaml can not be read: is no YAML or JSON object; .*top level/,
    ],
    [{ 'api.yaml': 'a: [' }, /^routes\.openapi: the file api\.yaml can not be read: .*api\.yaml:\d+:\d+ /],
    [{ 'api.yaml': API.replace('[{ login: [orders:read] }]', '') }, /"\/orders\/\{id\}"\.get\.security: is no list/],
  ]
  for (const [files, expected] of cases) {
    const lines = tableOf(t, 'routes: { openapi: api.yaml, upstream: orders }', files)
    t.equal(lines.length, 1, String(lines))
    t.match(lines[0], expected)
  }
})

t.test('proof: dpop on every address needs the public URL, and behind a proxy too', async t => {
  const routes = 'routes: [{ path: /a, upstream: orders, auth: { proof: dpop } }]'
  const linesOf = (server: string) => {
    const judged = judge(t, `${routes}\nserver: ${server}\n`)
    return judged.ok ? [] : judged.problems.map(describeProblem)
  }
  t.same(linesOf('{ host: 127.0.0.1 }'), [])
  t.same(linesOf('{ host: 0.0.0.0, publicUrl: "https://api.example.com" }'), [])
  t.match(linesOf('{ host: 0.0.0.0 }'), [/^server\.publicUrl: is required where a route says proof: dpop/])
  t.match(linesOf('{ trustedProxies: [10.0.0.1] }'), [/^routes\[0\]\.auth\.proof: needs publicUrl/])
  t.match(linesOf('{ clientCertificateHeader: client-cert }'), [/^server\.clientCertificateHeader: is believed from/])
})
