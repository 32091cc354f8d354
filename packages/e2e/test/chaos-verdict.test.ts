import t from 'tap'
import { Facts, LEEWAY, VERDICT_TTL } from '../src/soak/facts.ts'
import { findLeftovers, findOverflows } from '../src/soak/queues.ts'
import type { Sample } from '../src/soak/samples.ts'
import { findRemains, findTrends } from '../src/soak/trend.ts'

/** A minute of a process that is flat but for what is told: a sawtooth of the heap, and noise that repeats. */
const minute = (change: (second: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 60 }, (_, second) => ({
    at: second,
    resident: 140 + ((second * 7) % 5),
    heap: 20 + ((second * 3) % 17),
    descriptors: 120 + ((second * 5) % 11),
    timers: (second * 3) % 7,
    underWay: (second * 5) % 9,
    queued: 0,
    asking: (second * 3) % 5,
    delay: 2,
    ...change(second),
  }))

const growing = (samples: readonly Sample[]): string[] =>
  findTrends(samples)
    .filter(({ isGrowing }) => isGrowing)
    .map(({ measure }) => measure)

t.test('a process that is flat is called flat, whatever its collector and its pools do', async t => {
  t.same(growing(minute(() => ({}))), [])
  t.same(growing(minute(second => ({ resident: 90 + Math.min(60, second * 2) }))), [], 'filling up in the first half')
  t.same(growing(minute(second => ({ descriptors: 300 - second * 4 }))), [], 'falling')
})

t.test('whatever grows through the second half is called growing, and nothing else is', async t => {
  t.same(growing(minute(second => ({ resident: 140 + second }))), ['resident'])
  t.same(growing(minute(second => ({ heap: 20 + second + ((second * 3) % 17) }))), ['heap'])
  t.same(growing(minute(second => ({ descriptors: 120 + second * 2 }))), ['descriptors'])
  t.same(growing(minute(second => ({ timers: second * 3 }))), ['timers'])
  for (const queue of ['underWay', 'queued', 'asking'])
    t.same(growing(minute(second => ({ [queue]: second * 3 }))), [queue])
})

t.test('what is more than a tenth above what it was is not back, and sockets and timers by more than 24', async t => {
  const queues = { underWay: 0, queued: 0, asking: 0 }
  const before = { at: 0, resident: 120, heap: 20, descriptors: 87, timers: 1, ...queues, delay: 2 }
  const remains = (change: Partial<Sample>) => findRemains(before, { ...before, delay: 900, ...change })
  t.same(remains({ resident: 132, heap: 30, descriptors: 111, timers: 25 }), [])
  t.same(remains({ resident: 12, heap: 2, descriptors: 8, timers: 0 }), [], 'less')
  t.same(remains({ resident: 132.1 }), ['resident'])
  t.same(remains({ heap: 30.1 }), ['heap'])
  t.same(remains({ descriptors: 112 }), ['descriptors'])
  t.same(remains({ timers: 26 }), ['timers'])
})

t.test('a queue that holds more than anybody waits for overflows, whenever that was', async t => {
  const overflows = (change: Partial<Sample>) =>
    findOverflows(
      minute(second => (second === 20 ? change : {})),
      { clients: 64, issuers: 4 },
    )
  t.same(overflows({}), [])
  t.same(overflows({ underWay: 100, queued: 28, asking: 408 }), [], 'those who have just gone')
  t.same(overflows({ underWay: 100, queued: 29 }), ['requests under way and waiting: 129 where 128 have a reason'])
  t.same(overflows({ asking: 409 }), ['questions to the provider: 409 where 408 have a reason'])
})

t.test('a queue that holds anything though nobody waits has lost it', async t => {
  const [rest] = minute(() => ({ underWay: 0, queued: 0, asking: 0 }))
  if (rest === undefined) throw new Error('a minute has a first second')
  t.same(findLeftovers(rest), [])
  t.same(findLeftovers({ ...rest, underWay: 1, queued: 2, asking: 3 }), [
    'underWay: 1 at rest',
    'queued: 2 at rest',
    'asking: 3 at rest',
  ])
})

t.test('an outage is no excuse for what the gateway has shown to know, nor a memory for what was revoked', async t => {
  const facts = new Facts()
  t.notOk(facts.isProved('key', 5))
  facts.prove('key', 3)
  facts.prove('key', 9)
  t.ok(facts.isProved('key', 5))
  t.notOk(facts.isProved('key', 2), 'what was sent before')
  facts.publish('new', 10_000)
  t.ok(facts.isNews('new', 10_500))
  t.notOk(facts.isNews('new', 60_000))
  t.notOk(facts.isRetired('key'))
  facts.retireAll()
  t.ok(facts.isRetired('key') && facts.isRetired('new'))
  facts.revoke('token')
  t.ok(facts.isRevoked('token') && facts.mayStillPass('token', 1e12), 'while it is being revoked')
  facts.revoke('token', 1000)
  t.ok(facts.mayStillPass('token', 1000 + VERDICT_TTL * 1000))
  t.notOk(facts.mayStillPass('token', 1001 + (VERDICT_TTL + LEEWAY) * 1000))
})
