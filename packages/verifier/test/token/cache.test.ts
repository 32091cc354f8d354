import t from 'tap'
import { FactsCache } from '../../src/token/cache.ts'
import { digest } from '../configs.ts'

t.test('an entry is there until its moment and not in it', async t => {
  const cache = new FactsCache<string>(10)
  cache.set(digest('a'), 'A', 100)
  t.equal(cache.get(digest('a'), 99.999), 'A')
  t.equal(cache.get(digest('a'), 100), undefined)
  t.equal(cache.size, 0, 'what ran out is forgotten when asked for')
  t.equal(cache.get(digest('a'), 99), undefined)
})

t.test('it never holds more than its limit, whatever is put in and asked for', async t => {
  const cache = new FactsCache<number>(100)
  for (let i = 0; i < 20_000; i++) {
    cache.set(digest(String(i)), i, 1e9)
    if (i % 3 === 0) cache.get(digest(String(i - 50)), 0)
    if (i % 7 === 0) cache.delete(digest(String(i - 20)))
    if (cache.size > 100) t.fail('over the limit')
  }
  t.ok(cache.size >= 80)
  t.equal(cache.get(digest('19999'), 0), 19_999)
})

t.test('what is used stays while strangers pass through', async t => {
  const cache = new FactsCache<string>(50)
  cache.set(digest('regular'), 'here', 1e9)
  for (let i = 0; i < 5000; i++) {
    cache.set(digest(`stranger ${i}`), '', 1e9)
    if (cache.get(digest('regular'), 0) !== 'here') t.fail(`lost after ${i}`)
  }
  t.equal(cache.get(digest('regular'), 0), 'here')
})

t.test('where everything was used something still goes', async t => {
  const cache = new FactsCache<number>(64)
  for (let i = 0; i < 64; i++) cache.set(digest(String(i)), i, 1e9)
  for (let i = 0; i < 64; i++) cache.get(digest(String(i)), 0)
  cache.set(digest('new'), 64, 1e9)
  t.equal(cache.size, 64)
  t.equal(cache.get(digest('new'), 0), 64)
})

t.test('the hand goes round, and a second chance is not a third', async t => {
  const cache = new FactsCache<number>(4)
  for (let i = 0; i < 4; i++) cache.set(digest(String(i)), i, 1e9)
  for (let i = 0; i < 4; i++) cache.get(digest(String(i)), 0)
  cache.set(digest('4'), 4, 1e9)
  t.equal(cache.get(digest('0'), 0), undefined, 'all were used, the oldest goes')
  cache.get(digest('2'), 0)
  cache.set(digest('5'), 5, 1e9)
  cache.set(digest('6'), 6, 1e9)
  t.same(
    [1, 2, 3, 4, 5, 6].map(i => cache.get(digest(String(i)), 0)),
    [undefined, 2, undefined, 4, 5, 6],
  )
})

t.test('putting a digest again replaces it and drives nothing out', async t => {
  const cache = new FactsCache<string>(2)
  cache.set(digest('a'), 'A', 100)
  cache.set(digest('b'), 'B', 100)
  cache.set(digest('a'), 'AA', 200)
  t.equal(cache.get(digest('a'), 150), 'AA')
  t.equal(cache.get(digest('b'), 0), 'B')
})

t.test('a limit of nothing keeps nothing', async t => {
  const cache = new FactsCache<string>(0)
  cache.set(digest('a'), 'A', 100)
  t.equal(cache.size, 0)
  t.equal(cache.get(digest('a'), 0), undefined)
})
