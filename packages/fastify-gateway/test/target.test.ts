import fc from 'fast-check'
import t from 'tap'
import { judgeTarget, readAuthority } from '../src/target.ts'

t.test('a target with one reading is canonical', async t => {
  for (const target of [
    '/',
    '/orders',
    '/orders/',
    '/orders/1/lines',
    '/.well-known/x',
    '/a.b/c..d/...',
    "/~a_b-c!$&'()*+,=:@",
    '/caf%C3%A9/a%20b',
    '/100%25',
    '/q%3Fx%23y%3Bz',
    '/{id}/|/"a"',
  ]) {
    t.match(judgeTarget(target), { path: target, key: target, query: '', concerns: [], reading: target }, target)
  }
})

t.test('the query goes as it came', async t => {
  for (const query of ['?', '?a=1&b', '?x=%2F..%2F//;\\%zz', '?a=?b', '?\xe9', '?%00']) {
    t.match(judgeTarget(`/orders${query}`), { path: '/orders', query })
  }
})

t.test('percent-encoded unreserved characters are decoded, once, and hex digits are one case to routes', async t => {
  t.match(judgeTarget('/%61dmin/%7Eme/%2D%5F'), { path: '/admin/~me/-_', key: '/admin/~me/-_' })
  t.match(judgeTarget('/caf%c3%a9'), { path: '/caf%c3%a9', key: '/caf%C3%A9' })
})

t.test('a target with two readings is refused', async t => {
  const forms = ['', '*', 'orders', 'http://api.example.com/orders', 'api.example.com:443', '?a']
  const dots = [
    '/..',
    '/.',
    '/a/../b',
    '/a/./b',
    '/a/..',
    '/..;x/a',
    '/a/..;/b',
    '/%2e%2e/a',
    '/a/%2E',
    '/a%2F..%2Fb',
    '/a%2e.html',
  ]
  const slashes = ['/a\\b', '/a%5Cb', '/a%5cb', '/..\\a']
  const percents = ['/%', '/%2', '/%zz', '/a%', '/%%32%66', '/%c0%ae', '/%c0%af', '/%ff', '/%e9', '/%ed%a0%80']
  const doubles = ['/%252F', '/%252e%252e', '/%25%32%66', '/a%2541', '/%25%35%63']
  const bytes = ['/a b', '/a\tb', '/a\x00', '/a%00b', '/a%0d%0ab', '/a%1f', '/a%7f', '/caf\xe9', '/a\x7f']
  const fragments = ['/a#b', '/a?b#c', '/#']
  const queries = ['/a?b c', '/a?\x00', '/a?\r\nx']
  for (const target of [...forms, ...dots, ...slashes, ...percents, ...doubles, ...bytes, ...fragments, ...queries]) {
    t.equal(judgeTarget(target), undefined, JSON.stringify(target))
  }
})

t.test('a dot segment that an encoded delimiter ends is one', async t => {
  for (const target of [
    '/..%3B/admin',
    '/a/.%3b',
    '/..%3bx/a',
    '/a/..%3F',
    '/a/.%23b',
    '/a%2F..%3B%2Fb',
    '/%2E%2E%3B',
  ]) {
    t.equal(judgeTarget(target), undefined, target)
  }
  t.match(judgeTarget('/...%3B/a%3B..'), { key: '/...%3B/a%3B..', concerns: [] }, 'other segments may hold one')
})

t.test('encoded slashes, semicolons and empty segments are concerns, with the reading that worries', async t => {
  t.match(judgeTarget('/a%2Fb'), { concerns: ['%2F'], reading: '/a/b', path: '/a%2Fb' })
  t.match(judgeTarget('/a%2fb'), { concerns: ['%2F'], reading: '/a/b', path: '/a%2fb', key: '/a%2Fb' })
  t.match(judgeTarget('/a;v=1/b;x'), { concerns: [';'], reading: '/a/b' })
  t.match(judgeTarget('//a///b'), { concerns: ['//'], reading: '/a/b' })
  t.match(judgeTarget('//'), { concerns: ['//'], reading: '/' })
  t.match(judgeTarget('/a/%2Fb;c'), { concerns: ['%2F', ';', '//'], reading: '/a/b' })
})

t.test('what is canonical stays itself, and no reading of it has a dot segment', async t => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2F',
    '%5c',
    '%25',
    '2f',
    ';',
    'a',
    'B',
    '%41',
    '%c3%a9',
    '\\',
    '%',
    '?',
    '#',
    '~',
    ' ',
  )
  let judged = 0
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
      const raw = `/${pieces.join('')}`
      const target = judgeTarget(raw)
      if (target === undefined) return
      judged++
      const again = judgeTarget(target.path + target.query)
      t.same(again, target)
      for (const text of [target.path, target.key, target.reading]) {
        const decoded = decodeURIComponent(text).split(/[/\\]/)
        if (decoded.some(segment => ['.', '..'].includes(segment.split(';')[0] ?? ''))) t.fail(raw)
      }
      if (raw.split('?')[1] !== undefined && !target.query.startsWith('?')) t.fail(raw)
    }),
    { numRuns: 2000 },
  )
  t.ok(judged > 50, `${judged} of the generated targets have one reading`)
})

t.test('a Host is read where there is exactly one that is well formed', async t => {
  t.equal(readAuthority(['Host', 'API.example.com:4000']), 'api.example.com:4000')
  t.equal(readAuthority(['X', 'y', 'hOsT', '127.0.0.1']), '127.0.0.1')
  t.equal(readAuthority(['Host', '[::1]:80']), '[::1]:80')
  for (const fields of [
    [],
    ['Host', ''],
    ['Host', 'a', 'Host', 'a'],
    ['Host', 'a', 'HOST', 'b'],
    ['Host', 'a b'],
    ['Host', 'a/b'],
    ['Host', 'a,b'],
    ['Host', 'user@a'],
    ['Host', 'a:port'],
    ['Host', 'a:'],
    ['Host', '[::1'],
    ['Host', '.a'],
    ['Host', 'a\\b'],
    ['Host', 'http://a'],
  ]) {
    t.equal(readAuthority(fields), undefined, fields.join(' '))
  }
})
