import t from 'tap'
import { createProofMemory } from '../../src/proof/replay.ts'

t.test('a proof is remembered for the whole period, whenever in it it was used', async t => {
  for (const used of [0, 50, 99]) {
    const memory = createProofMemory(10)
    memory.use('first', 100, 0)
    if (used > 0) t.equal(memory.use('x', 100, used), 'new')
    else memory.use('x', 100, 0)
    for (const later of [used, used + 50, used + 99.9])
      t.equal(memory.use('x', 100, later), 'seen', `${used} at ${later}`)
  }
})

t.test('what is over is forgotten, without a timer', async t => {
  const memory = createProofMemory(2)
  t.equal(memory.use('a', 100, 0), 'new')
  t.equal(memory.use('b', 100, 0), 'new')
  t.equal(memory.use('c', 100, 0), 'full')
  t.equal(memory.use('c', 100, 100), 'new')
  t.equal(memory.use('a', 100, 100), 'seen')
  t.equal(memory.use('a', 100, 300), 'new')
})

t.test('whoever asks for less does not make it forget what another asked for', async t => {
  const memory = createProofMemory(10)
  memory.use('a', 100, 0)
  memory.use('b', 1, 50)
  memory.use('c', 1, 99)
  t.equal(memory.use('a', 1, 99.9), 'seen')
})

t.test('a limit that is no number of proofs is a mistake', async t => {
  for (const limit of [0, -1, 1.5, Number.NaN, Infinity]) t.throws(() => createProofMemory(limit), TypeError)
})
