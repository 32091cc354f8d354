import t from 'tap'
import { ReplayGuard } from '../../src/proof/replay.ts'

t.test('a proof is remembered for the whole period, whenever in it it was used', async t => {
  for (const used of [0, 50, 99]) {
    const guard = new ReplayGuard(100, 10)
    guard.use('key', 'first', 0)
    if (used > 0) t.equal(guard.use('key', 'x', used), 'new')
    else guard.use('key', 'x', 0)
    for (const later of [used, used + 50, used + 99.9])
      t.equal(guard.use('key', 'x', later), 'seen', `${used} at ${later}`)
  }
})

t.test('what is over is forgotten, without a timer', async t => {
  const guard = new ReplayGuard(100, 2)
  t.equal(guard.use('key', 'a', 0), 'new')
  t.equal(guard.use('key', 'b', 0), 'new')
  t.equal(guard.use('key', 'c', 0), 'full')
  t.equal(guard.use('key', 'c', 100), 'new')
  t.equal(guard.use('key', 'a', 100), 'seen')
  t.equal(guard.use('key', 'a', 300), 'new')
})

t.test('a jti belongs to its key', async t => {
  const guard = new ReplayGuard(100, 10)
  t.equal(guard.use('one', 'a', 0), 'new')
  t.equal(guard.use('two', 'a', 0), 'new')
  t.equal(guard.use('one', 'a', 0), 'seen')
})
