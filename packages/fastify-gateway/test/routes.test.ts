import fc from 'fast-check'
import t from 'tap'
import { compareSpecificity, covers, intersect } from '../src/paths.ts'
import { allowedMethods, compileRoutes, type Matchable, routeFor } from '../src/routes.ts'

const route = (path: string, methods?: string[], host?: string): Matchable => ({
  path,
  host,
  methods: methods && new Set(methods),
})
const found = (routes: Matchable[], key: string, authority = 'a.test') =>
  compileRoutes(routes).find(key, authority)?.path

t.test('the most specific path wins, whatever the order', async t => {
  const routes = ['/*', '/orders', '/orders/*', '/orders/admin', '/orders/admin/*', '/o*x'.replace('*', '')].map(path =>
    route(path),
  )
  for (const order of [routes, routes.toReversed()]) {
    t.equal(found(order, '/'), '/*')
    t.equal(found(order, '/other/1'), '/*')
    t.equal(found(order, '/orders'), '/orders')
    t.equal(found(order, '/orders/'), '/orders/*')
    t.equal(found(order, '/orders/1/2/3'), '/orders/*')
    t.equal(found(order, '/orders/admin'), '/orders/admin')
    t.equal(found(order, '/orders/admin/x'), '/orders/admin/*')
    t.equal(found(order, '/orders/administrators'), '/orders/*')
    t.equal(found(order, '/ordersx'), '/*')
  }
})

t.test('a wildcard covers the path before it, and nothing beside it', async t => {
  t.equal(found([route('/orders/*')], '/orders'), '/orders/*')
  t.equal(found([route('/orders/*')], '/orders/'), '/orders/*')
  t.equal(found([route('/orders/*')], '/order'), undefined)
  t.equal(found([route('/orders/*')], '/ordersx/1'), undefined)
  t.equal(found([route('/orders')], '/orders/'), undefined)
  t.equal(found([], '/'), undefined)
})

t.test('a route with a host goes before one without, and after a longer path', async t => {
  const hosted = [
    route('/a/*'),
    route('/a/*', undefined, 'api.test'),
    route('/a/*', undefined, 'api.test:81'),
    route('/a/b'),
  ]
  const table = compileRoutes(hosted)
  const hostOf = (key: string, authority: string) => table.find(key, authority)?.host
  t.equal(hostOf('/a/x', 'api.test'), 'api.test')
  t.equal(hostOf('/a/x', 'api.test:80'), 'api.test')
  t.equal(hostOf('/a/x', 'api.test.'), 'api.test')
  t.equal(hostOf('/a/x', 'api.test:81'), 'api.test:81')
  t.equal(hostOf('/a/x', 'other.test'), undefined)
  t.equal(table.find('/a/b', 'api.test')?.path, '/a/b')
  t.equal(found([route('/a', undefined, 'api.test')], '/a', 'other.test'), undefined)
})

t.test(
  'the method is chosen last: HEAD is served where GET is, and nothing falls through to a weaker route',
  async t => {
    const table = compileRoutes([route('/a/*', ['GET']), route('/a/*', ['POST']), route('/*')])
    const resource = table.find('/a/1', 'x')
    if (resource === undefined) throw new Error('no resource')
    t.equal(routeFor(resource, 'GET')?.methods?.has('GET'), true)
    t.equal(routeFor(resource, 'HEAD')?.methods?.has('GET'), true)
    t.equal(routeFor(resource, 'POST')?.methods?.has('POST'), true)
    t.equal(routeFor(resource, 'DELETE'), undefined)
    t.equal(allowedMethods(resource.routes, ['X']), 'GET, HEAD, POST')
    const open = table.find('/', 'x')
    if (open === undefined) throw new Error('no resource')
    t.ok(routeFor(open, 'DELETE'))
    t.equal(routeFor(open, 'TRACE'), undefined, 'TRACE must be asked for')
    t.equal(allowedMethods(open.routes, ['GET', 'TRACE']), 'GET, HEAD')
  },
)

t.test('what covers what', async t => {
  t.ok(covers('/*', '/a'))
  t.ok(covers('/a/*', '/a'))
  t.ok(covers('/a/*', '/a/*'))
  t.ok(covers('/a/*', '/a/b/*'))
  t.notOk(covers('/a/b/*', '/a/*'))
  t.notOk(covers('/a/*', '/ab'))
  t.notOk(covers('/a', '/a/*'))
  t.ok(covers('/a', '/a'))
})

t.test('the table finds what a plain search finds', async t => {
  const segment = fc.constantFrom('a', 'b', 'ab', '')
  const path = fc.array(segment, { maxLength: 4 }).map(segments => `/${segments.join('/')}`)
  const pattern = fc.oneof(
    path,
    path.map(text => `${text.replace(/\/$/, '')}/*`),
  )
  fc.assert(
    fc.property(fc.uniqueArray(pattern, { maxLength: 8 }), path, (patterns, key) => {
      const rank = (text: string) => (text.endsWith('/*') ? text.length - 1.5 : text.length * 1000)
      const [best] = patterns.filter(text => covers(text, key)).sort((one, other) => rank(other) - rank(one))
      t.equal(
        found(
          patterns.map(text => route(text)),
          key,
        ),
        best,
        `${patterns.join(' ')} for ${key}`,
      )
    }),
    { numRuns: 500 },
  )
})

t.test('templates', async t => {
  await t.test('match one segment, after literals and before wildcards, from left to right', async t => {
    const paths = ['/{a}/b', '/x/{b}', '/x/y', '/x/*', '/x/{b}/*', '/x/{b}/{c}/d', '/*', '/x/z/*']
    for (const order of [paths, paths.toReversed()]) {
      const routes = order.map(path => route(path))
      t.equal(found(routes, '/x/y'), '/x/y')
      t.equal(found(routes, '/x/b'), '/x/{b}')
      t.equal(found(routes, '/w/b'), '/{a}/b')
      t.equal(found(routes, '/w/c'), '/*')
      t.equal(found(routes, '/x/'), '/x/*', 'a template is no empty segment')
      t.equal(found(routes, '/x/1/2'), '/x/{b}/*')
      t.equal(found(routes, '/x/1/'), '/x/{b}/*')
      t.equal(found(routes, '/x/1/2/d'), '/x/{b}/{c}/d')
      t.equal(found(routes, '/x/1/2/e'), '/x/{b}/*', 'what a longer template does not match')
      t.equal(found(routes, '/x/z/2'), '/x/z/*', 'a longer literal')
      t.equal(found(routes, '/x/z/2/d'), '/x/z/*')
    }
  })

  await t.test('are chosen by host where the path is the same', async t => {
    const table = compileRoutes([
      route('/a/{b}'),
      route('/a/{b}', undefined, 'api.test'),
      route('/a/{c}', ['X'], 'b.test'),
    ])
    t.equal(table.find('/a/1', 'api.test')?.host, 'api.test')
    t.equal(table.find('/a/1', 'other.test')?.host, undefined)
    t.equal(table.find('/a/1', 'b.test')?.path, '/a/{c}')
    t.equal(found([route('/a/{b}', undefined, 'api.test'), route('/a/*')], '/a/1', 'other.test'), '/a/*')
  })

  await t.test('cover and are covered', async t => {
    t.ok(covers('/a/{b}', '/a/{c}'))
    t.ok(covers('/a/{b}', '/a/c'))
    t.ok(covers('/a/*', '/a/{b}/c'))
    t.ok(covers('/{a}/*', '/b/*'))
    t.notOk(covers('/a/b', '/a/{b}'))
    t.notOk(covers('/a/{b}', '/a/*'))
    t.notOk(covers('/b/*', '/{a}/*'))
    t.ok(intersect('/{a}/b', '/a/{b}'))
    t.ok(intersect('/a/*', '/{a}/b/c'))
    t.notOk(intersect('/a/{b}', '/b/{b}'))
    t.notOk(intersect('/a/{b}', '/a/b/c'))
    t.ok(compareSpecificity('/a/b', '/a/{b}') < 0)
    t.ok(compareSpecificity('/a/{b}', '/a/*') < 0)
    t.ok(compareSpecificity('/a/{b}', '/{a}/b') < 0)
    t.equal(compareSpecificity('/a/{b}', '/a/{c}'), 0)
  })
})
