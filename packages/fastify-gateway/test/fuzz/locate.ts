import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { compileGateway } from '../../src/gateway.ts'
import { locate } from '../../src/locate.ts'
import { judgeTarget } from '../../src/target.ts'

const gateway = compileGateway(
  {
    issuers: { main: { issuer: 'https://login.example.com', audience: ['https://api.example.com'] } },
    upstreams: { api: { url: 'http://127.0.0.1:9' } },
    routes: [
      { path: '/orders/*', methods: ['GET', 'POST'], upstream: 'api', auth: { scopes: ['orders'] } },
      { path: '/orders/{id}/lines', upstream: 'api', auth: {} },
      { path: '/admin/*', upstream: 'api', auth: { scopes: ['admin'] } },
      { path: '/files/*', upstream: 'api', auth: 'public', target: { allow: ['%2F', ';', '//'] } },
      { path: '/files/secret/*', upstream: 'api', auth: {} },
      {
        path: '/app/*',
        upstream: 'api',
        auth: 'public',
        cors: { origins: ['https://app.example.com'] },
        opensProtected: true,
      },
      { path: '/app/*', host: 'other.example.com', upstream: 'api', auth: {} },
    ],
    limits: { headers: 1024 },
  },
  { origin: () => 'https://api.example.com', prefix: '', needsAuthority: () => false },
)
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']

/** Paths that lead to what a token guards, however they are spelled, as a careless upstream might read them. */
function isGuarded(path: string): boolean {
  let plain = path
  for (let turn = 0; turn < 3; turn++) plain = decode(plain)
  const segments: string[] = []
  for (const segment of plain.replaceAll('\\', '/').split('/')) {
    const name = segment.split(';', 1)[0] ?? ''
    if (name === '..') segments.pop()
    else if (name !== '' && name !== '.') segments.push(name)
  }
  return segments[0] === 'admin' || segments[0] === 'orders' || (segments[0] === 'files' && segments[1] === 'secret')
}

function decode(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** Method, target and header fields, a line each. */
export function fuzz(input: Buffer): void {
  const [method = '', url = '', ...lines] = input.toString('latin1').split('\n')
  const rawHeaders = lines.flatMap(line => {
    const [, name, value] = /^([^:]+): ?(.*)$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [name, value]
  })
  const headers: Record<string, string> = {}
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers[(rawHeaders[at] ?? '').toLowerCase()] = rawHeaders[at + 1] ?? ''
  }
  const request = { method, url, headers, rawHeaders, httpVersionMajor: 1 } as unknown as IncomingMessage
  const place = locate(gateway, { prefix: '', methods: METHODS }, request)
  if (place.kind === 'nowhere') {
    assert.notEqual(place.code, undefined)
    return
  }
  assert.equal(rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length, 1, 'not one Host')
  if (place.kind !== 'route') return
  const { target, route } = place
  assert.deepEqual(judgeTarget(target.path + target.query), target)
  assert.ok(
    target.concerns.every(concern => route.allows.has(concern)),
    'a spelling that the route does not allow',
  )
  if (isGuarded(target.path)) assert.notEqual(route.policy, undefined, `public: ${target.path}`)
  const again = locate(gateway, { prefix: '', methods: METHODS }, {
    ...request,
    url: target.path + target.query,
  } as IncomingMessage)
  assert.ok(again.kind === 'route' && again.route === route, 'what is sent leads elsewhere than what came')
}

export const longest = 1200
export const seeds = [
  'GET\n/orders/1?a=b\nHost: api.example.com',
  'POST\n/files/a%2Fb;c//d\nHost: api.example.com:4000',
  'OPTIONS\n/app/x\nHost: other.example.com\nOrigin: https://app.example.com\nAccess-Control-Request-Method: PUT',
  'PUT\n/orders/1/lines\nHost: a',
  'GET\n/.well-known/oauth-protected-resource/orders\nHost: a',
  'DELETE\n/files/secret%2Fa\nHost: a\nHost: b',
]
export const dictionary = [
  ...[
    '\n',
    'Host: ',
    'Host: a',
    '/orders/',
    '/admin/',
    '/files/',
    'secret',
    '/app',
    '%2F',
    '%2f',
    ';',
    '//',
    '/../',
    '%2e',
    '%5c',
    '%25',
  ],
  ...[
    'OPTIONS',
    'HEAD',
    'TRACE',
    'Origin: https://app.example.com',
    'Access-Control-Request-Method: GET',
    'other.example.com',
    '?',
    '%00',
  ],
]
