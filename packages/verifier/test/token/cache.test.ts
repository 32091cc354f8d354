import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import t from 'tap'
import { FactsCache } from '../../src/token/cache.ts'
import { digest } from '../configs.ts'

t.test('an entry is there until its moment and not in it', async t => {
  const cache = new FactsCache<string>(10)
  cache.set(digest('a'), 'A', 100, 0)
  t.equal(cache.get(digest('a'), 99.999), 'A')
  t.equal(cache.get(digest('a'), 100), undefined)
  t.equal(cache.size, 0, 'what ran out is forgotten when asked for')
  t.equal(cache.get(digest('a'), 99), undefined)
})

t.test('it never holds more than its limit, whatever is put in and asked for', async t => {
  const cache = new FactsCache<number>(100)
  for (let i = 0; i < 20_000; i++) {
    cache.set(digest(String(i)), i, 1e9, 0)
    if (i % 3 === 0) cache.get(digest(String(i - 50)), 0)
    if (i % 7 === 0) cache.delete(digest(String(i - 20)))
    if (cache.size > 100) t.fail('over the limit')
  }
  t.ok(cache.size >= 80)
  t.equal(cache.get(digest('19999'), 0), 19_999)
})

t.test('what is used stays while strangers pass through', async t => {
  const cache = new FactsCache<string>(50)
  cache.set(digest('regular'), 'here', 1e9, 0)
  for (let i = 0; i < 5000; i++) {
    cache.set(digest(`stranger ${i}`), '', 1e9, 0)
    if (cache.get(digest('regular'), 0) !== 'here') t.fail(`lost after ${i}`)
  }
  t.equal(cache.get(digest('regular'), 0), 'here')
})

t.test('where everything was used something still goes', async t => {
  const cache = new FactsCache<number>(64)
  for (let i = 0; i < 64; i++) cache.set(digest(String(i)), i, 1e9, 0)
  for (let i = 0; i < 64; i++) cache.get(digest(String(i)), 0)
  cache.set(digest('new'), 64, 1e9, 0)
  t.equal(cache.size, 64)
  t.equal(cache.get(digest('new'), 0), 64)
})

t.test('the hand goes round, and a second chance is not a third', async t => {
  const cache = new FactsCache<number>(4)
  for (let i = 0; i < 4; i++) cache.set(digest(String(i)), i, 1e9, 0)
  for (let i = 0; i < 4; i++) cache.get(digest(String(i)), 0)
  cache.set(digest('4'), 4, 1e9, 0)
  t.equal(cache.get(digest('0'), 0), undefined, 'all were used, the oldest goes')
  cache.get(digest('2'), 0)
  cache.set(digest('5'), 5, 1e9, 0)
  cache.set(digest('6'), 6, 1e9, 0)
  t.same(
    [1, 2, 3, 4, 5, 6].map(i => cache.get(digest(String(i)), 0)),
    [undefined, 2, undefined, 4, 5, 6],
  )
})

t.test('putting a digest again replaces it and drives nothing out', async t => {
  const cache = new FactsCache<string>(2)
  cache.set(digest('a'), 'A', 100, 0)
  cache.set(digest('b'), 'B', 100, 0)
  cache.set(digest('a'), 'AA', 200, 0)
  t.equal(cache.get(digest('a'), 150), 'AA')
  t.equal(cache.get(digest('b'), 0), 'B')
})

t.test('a limit of nothing keeps nothing', async t => {
  const cache = new FactsCache<string>(0)
  cache.set(digest('a'), 'A', 100, 0)
  t.equal(cache.size, 0)
  t.equal(cache.get(digest('a'), 0), undefined)
})

t.test('after as many new ones as it held, all that ran out is gone', async t => {
  const cache = new FactsCache<number>(10_000)
  for (let i = 0; i < 1000; i++) cache.set(digest(`short ${i}`), i, 10, 0)
  t.equal(cache.size, 1000)
  for (let i = 0; i < 1000; i++) cache.set(digest(`later ${i}`), i, 1e9, 10)
  t.equal(cache.size, 1000)
})

t.test('new ones drive out nothing that holds, wherever it stands among what ran out', async t => {
  const cache = new FactsCache<number>(10_000)
  for (let i = 0; i < 1000; i++) cache.set(digest(String(i)), i, i % 3 === 0 ? 20 : 10, 0)
  for (let i = 1000; i < 2000; i++) cache.set(digest(String(i)), i, 1e9, 19.999)
  const held = Array.from({ length: 2000 }, (_, i) => i).filter(i => i % 3 === 0 || i >= 1000)
  t.equal(cache.size, held.length)
  t.same(
    held.map(i => cache.get(digest(String(i)), 19.999)),
    held,
  )
})

t.test('while short-lived entries stream through, it holds twice as many as are alive at most', async t => {
  const cache = new FactsCache<number>(50_000)
  let most = 0
  for (let i = 0; i < 20_000; i++) {
    cache.set(digest(String(i)), i, i + 100, i)
    most = Math.max(most, cache.size)
    if (cache.get(digest(String(Math.max(0, i - 99))), i) === undefined) t.fail(`lost at ${i}`)
  }
  t.ok(most <= 200, `held ${most} of 100 alive`)
})

t.test('what went by asking, by name and by sweeping leaves the order of the others as it was', async t => {
  const cache = new FactsCache<number>(4)
  for (let i = 0; i < 4; i++) cache.set(digest(String(i)), i, i === 1 ? 10 : 1e9, 0)
  cache.delete(digest('0'))
  t.equal(cache.get(digest('1'), 10), undefined)
  t.equal(cache.size, 2)
  for (let i = 4; i < 7; i++) cache.set(digest(String(i)), i, 1e9, 10)
  t.same(
    [2, 3, 4, 5, 6].map(i => cache.get(digest(String(i)), 10)),
    [undefined, 3, 4, 5, 6],
    'the oldest left is the first to go',
  )
  for (const i of [3, 4, 5, 6]) cache.delete(digest(String(i)))
  t.equal(cache.size, 0)
  cache.set(digest('again'), 7, 1e9, 10)
  t.equal(cache.get(digest('again'), 10), 7)
})

/** One step: an entry that holds for so long, a question, a name that is withdrawn, or time that passes. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ set: fc.nat(9), hold: fc.integer({ min: 1, max: 6 }) }) },
  fc.record({ get: fc.nat(9) }),
  fc.record({ delete: fc.nat(9) }),
  fc.record({ pass: fc.integer({ min: 1, max: 3 }) }),
)

for (const limit of [3, 11]) {
  const what = limit > 10 ? 'what was put in and holds' : 'what was put in last'
  t.test(
    `with room for ${limit} of ten it has ${what}, and no more than that, in whatever order things go`,
    async t => {
      const property = fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), steps => {
        const cache = new FactsCache<number>(limit)
        const model = new Map<number, { readonly value: number; readonly until: number }>()
        let now = 0
        const known = (name: number): number | undefined => {
          const entry = model.get(name)
          return entry !== undefined && now < entry.until ? entry.value : undefined
        }
        for (const [value, each] of steps.entries()) {
          if ('set' in each) {
            cache.set(digest(String(each.set)), value, now + each.hold, now)
            model.set(each.set, { value, until: now + each.hold })
            if (cache.get(digest(String(each.set)), now) !== value) throw new Error('lost at once')
          } else if ('get' in each) {
            const got = cache.get(digest(String(each.get)), now)
            const isLost = got === undefined && limit <= 10
            if (got !== known(each.get) && !isLost) throw new Error(`${got} in place of ${known(each.get)}`)
          } else if ('delete' in each) {
            cache.delete(digest(String(each.delete)))
            model.delete(each.delete)
          } else now += each.pass
          if (cache.size > limit) throw new Error(`${cache.size} entries`)
        }
        for (let i = 0; i < limit; i++) cache.set(digest('later'), 0, 1e9, now + 6)
        if (cache.size !== 1) throw new Error(`${cache.size} entries when all but one ran out`)
      })
      t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }))
    },
  )
}

t.test('what it has forgotten can be collected, though it was never full', async t => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const cache = new FactsCache<object>(50_000)
  const forgotten = Array.from({ length: 1000 }, (_, i) => {
    const value = {}
    cache.set(digest(String(i)), value, 1e9, 0)
    return new WeakRef(value)
  })
  for (let i = 0; i < 1000; i++) cache.delete(digest(String(i)))
  cache.set(digest('one more'), {}, 1e9, 0)
  // A weak reference holds what it was made of until the job ends.
  await new Promise(resolve => setImmediate(resolve))
  collect()
  t.equal(forgotten.filter(value => value.deref() !== undefined).length, 0)
})
