import assert from 'node:assert/strict'
import createRouter, { type HTTPMethod } from 'find-my-way'
import { compileRoutes } from '../../src/routes.ts'
import { judgeTarget } from '../../src/target.ts'

const PATHS = ['/*', '/admin/*', '/admin', '/orders/*', '/orders/open', '/a/b/c', '/caf%C3%A9/*', '/~me/*']
const table = compileRoutes(PATHS.map(path => ({ path, host: undefined, methods: undefined })))

/** Fastify's own router, which decodes on its own terms: wherever a target has one reading, both find the same route. */
const router = createRouter({ caseSensitive: true, ignoreTrailingSlash: false })
for (const path of [...PATHS].sort((one, other) => Number(one.endsWith('*')) - Number(other.endsWith('*')))) {
  const decoded = decodeURIComponent(path)
  // `/admin/*` is `/admin` too, where that is no route of its own.
  const places = path.endsWith('/*') && path !== '/*' ? [decoded, decoded.slice(0, -2)] : [decoded]
  for (const place of places)
    if (router.findRoute('GET', place) === null) router.on('GET', place, () => undefined, path)
}
const routed = (path: string): unknown => router.find('GET' satisfies HTTPMethod, path)?.store

/** A request target as a client may send it, one character a byte. */
export function fuzz(input: Buffer): void {
  const raw = input.toString('latin1')
  const target = judgeTarget(raw)
  if (target === undefined) return
  const { path, key, query, concerns, reading } = target

  assert.deepEqual(judgeTarget(path + query), target, 'what was judged reads otherwise')
  assert.equal(judgeTarget(key)?.key, key, 'the key is not canonical')
  assert.equal(decodeURIComponent(path), decodeURIComponent(key), 'key and path are two paths')
  assert.match(path + query, /^\/[!-\x7e\x80-\xff]*$/, 'not one word')
  for (const text of [path, key, reading]) {
    const segments = decodeURIComponent(text).split(/[/\\]/)
    assert.ok(!segments.some(segment => DOTS.has(segment.split(';', 1)[0] ?? '')), 'a dot segment')
  }

  const url = new URL(`http://upstream.test${path.replace(/^\/+/, '/')}${query}`)
  assert.equal(url.host, 'upstream.test')
  assert.equal(url.hash, '')
  assert.equal(
    decodeURIComponent(url.pathname),
    decodeURIComponent(path.replace(/^\/+/, '/')),
    'a URL parser reads another path',
  )

  if (concerns.length > 0) return
  const [place, other] = [key, reading].map(each => table.find(each, 'api.example.com')?.path)
  // Two readings that lead to two routes are refused by whoever looks for one.
  if (place === other) assert.equal(place, routed(path + query), 'another router finds another route')
}

const DOTS: ReadonlySet<string> = new Set(['.', '..'])

export const longest = 200
export const seeds = [
  '/',
  '/admin/1?x=/..',
  '/orders/open',
  '/%61dmin%2F1',
  '/caf%c3%a9/x',
  '/a;b//c',
  '/a/%2e%2e/b',
  '/a%5cb',
]
export const dictionary = [
  ...[
    '/',
    '//',
    '/../',
    '/./',
    '..',
    '%2e',
    '%2E%2e',
    '%2F',
    '%2f',
    '%5c',
    '\\',
    ';',
    '%3b',
    '%00',
    '%25',
    '%252f',
    '%',
  ],
  ...[
    '?',
    '#',
    '%23',
    '%3f',
    '%c3%a9',
    '%c0%ae',
    '%ef%bc%8f',
    '\xe9',
    ':',
    '@',
    '*',
    'http://',
    '%7e',
    '%61',
    '/admin',
    '/orders',
  ],
]
