import type { Task } from '@gatehouse/forwarder'
import t from 'tap'
import { Entrance } from '../src/entrance.ts'

/** An entrance whose turns end when they are told to, and what became of the requests that came. Each takes so long to begin, and nothing else takes any time. */
function open(limit: number, cost = 0) {
  let tasks: Task[] = []
  let now = 1000
  const entrance = new Entrance(
    limit,
    task => void tasks.push(task),
    () => now,
  )
  const begun: number[] = []
  const late: number[] = []
  let next = 0
  const come = (): 'passed' | 'waits' | 'refused' => {
    const id = next++
    if (entrance.passes()) return 'passed'
    const begin = () => {
      now += cost
      begun.push(id)
    }
    const request = { begin, turnAway: () => void late.push(id) }
    return entrance.wait(request) ? 'waits' : 'refused'
  }
  return {
    entrance,
    begun,
    late,
    /** How many of so many that come at once fare as is asked. */
    comeAll: (count: number, fare: 'passed' | 'waits' | 'refused') =>
      Array.from({ length: count }, come).filter(each => each === fare).length,
    endTurn() {
      const due = tasks
      tasks = []
      for (const task of due) task.run()
    },
    pass: (time: number) => {
      now += time
    },
    isIdle: () => tasks.length === 0,
  }
}

/** So many turns in each of which so many come; how many were refused. */
function press({ comeAll, endTurn }: ReturnType<typeof open>, turns: number, count: number): number {
  let refused = 0
  for (let turn = 0; turn < turns; turn++) {
    refused += comeAll(count, 'refused')
    endTurn()
  }
  return refused
}

/** The room that there is, found out by filling it. */
function roomOf({ entrance, comeAll }: ReturnType<typeof open>): number {
  comeAll(20_000, 'waits')
  return entrance.waiting
}

t.test('the first of a turn begin at once and the others in the order in which they came, a few a turn', async t => {
  const { begun, comeAll, endTurn, isIdle, entrance } = open(1000)
  t.equal(comeAll(100, 'passed'), 64)
  t.equal(entrance.waiting, 36)
  endTurn()
  t.same(begun, [], 'what was begun in this turn leaves first')
  t.equal(comeAll(1, 'passed'), 0, 'nobody overtakes those who wait')
  endTurn()
  t.same(
    begun,
    Array.from({ length: 16 }, (_, index) => 64 + index),
  )
  endTurn()
  endTurn()
  t.same(
    begun,
    Array.from({ length: 37 }, (_, index) => 64 + index),
  )
  t.ok(isIdle(), 'nothing is done where nobody waits')
  t.equal(comeAll(65, 'passed'), 64)
})

t.test('where a turn takes long those who wait get a fifth of it, and who was not there is not paid for', async t => {
  const { begun, comeAll, endTurn, pass } = open(1000, 1)
  const beginsAfter = (time: number): number => {
    const before = begun.length
    pass(time)
    endTurn()
    return begun.length - before
  }
  comeAll(64 + 500, 'waits')
  beginsAfter(0)
  t.equal(beginsAfter(400), 16, 'the first of a queue')
  t.equal(beginsAfter(400), 112, 'in slices: the first with which a hundred are reached')
  t.equal(beginsAfter(64), 16)
  t.equal(beginsAfter(65), 32)
  t.equal(beginsAfter(0), 16)
  while (begun.length < 500) endTurn()
  comeAll(64 + 50, 'waits')
  beginsAfter(0)
  t.equal(beginsAfter(400), 16, 'the first of the next queue')
})

t.test('in an overload room is kept for as many as are served in two turns', async t => {
  const world = open(1024, 1)
  for (let turn = 0; turn < 100; turn++) {
    world.comeAll(300, 'refused')
    world.pass(400)
    world.endTurn()
  }
  const { length } = world.begun
  world.pass(400)
  world.endTurn()
  t.equal(world.begun.length - length, 112)
  t.equal(roomOf(world), 224)
})

t.test('a turn that ends makes room for as many as the one before', async t => {
  const { comeAll, endTurn, isIdle } = open(0)
  for (let turn = 0; turn < 5; turn++) {
    t.equal(comeAll(65, 'passed'), 64)
    t.equal(comeAll(3, 'refused'), 3)
    endTurn()
    t.ok(isIdle())
  }
})

t.test('as many wait as the limit says, and one more is turned away', async t => {
  for (const limit of [0, 1, 1024]) {
    const { comeAll } = open(limit)
    t.equal(comeAll(64 + limit, 'refused'), 0, String(limit))
    t.equal(comeAll(1, 'refused'), 1, String(limit))
  }
})

t.test('a burst, however large, is served as far as there is room, and leaves the room as it was', async t => {
  const world = open(1024)
  t.equal(world.comeAll(5000, 'refused'), 5000 - 64 - 1024)
  while (!world.isIdle()) world.endTurn()
  t.equal(world.begun.length, 1024)
  world.comeAll(1, 'passed')
  world.endTurn()
  world.comeAll(5000, 'refused')
  while (!world.isIdle()) world.endTurn()
  t.same(world.late, [], 'nor does another that comes later')
  t.equal(roomOf(world), 1024)
})

t.test(
  'clients of whom each waits for its answer are never turned away while there is room for all of them',
  async t => {
    const world = open(1024)
    world.comeAll(64 + 512, 'waits')
    for (let turn = 0; turn < 1000; turn++) {
      const before = world.begun.length
      world.endTurn()
      t.equal(world.comeAll(world.begun.length - before, 'refused'), 0)
    }
    t.same(world.late, [])
  },
)

t.test('while too many come few wait, and who has waited longest is turned away', async t => {
  const world = open(1024)
  world.comeAll(64 + 1024, 'waits')
  world.endTurn()
  press(world, 100, 256)
  const { begun, late, entrance } = world
  t.ok(entrance.waiting <= 64, String(entrance.waiting))
  t.ok(late.length >= 512)
  t.same([...begun, ...late].sort((a, b) => a - b).length, new Set([...begun, ...late]).size, 'each once')
  t.same(
    late,
    [...late].sort((a, b) => a - b),
    'in the order in which they came',
  )
  const last = late.at(-1) ?? Number.POSITIVE_INFINITY
  t.ok(
    begun.slice(-16).every(id => id > last),
    'those who are served came after them',
  )
})

t.test('a limit below what is kept in an overload holds in it as well', async t => {
  const world = open(10)
  press(world, 100, 300)
  t.equal(roomOf(world), 10)
})

t.test(
  'it is crowded when too many have come for some time, and those who were answered all the same are no crowd',
  async t => {
    const world = open(1024)
    t.notOk(world.entrance.isCrowded)
    world.comeAll(5000, 'refused')
    world.endTurn()
    t.notOk(world.entrance.isCrowded, 'a burst')
    press(world, 100, 256)
    t.ok(world.entrance.isCrowded)
    const answered = open(1024)
    answered.comeAll(64 + 1024, 'waits')
    for (let turn = 0; turn < 100; turn++) {
      for (let refused = answered.comeAll(256, 'refused'); refused > 0; refused--) answered.entrance.excuse()
      answered.endTurn()
    }
    t.notOk(answered.entrance.isCrowded)
    t.same(answered.late, [])
  },
)

t.test('an overload that is over is forgotten after some turns in which nobody had to wait', async t => {
  const world = open(1024)
  press(world, 200, 300)
  while (!world.isIdle()) world.endTurn()
  for (let turn = 0; turn < 15; turn++) {
    t.equal(world.comeAll(1, 'passed'), 1)
    world.endTurn()
  }
  t.equal(world.comeAll(64 + 1024, 'refused'), 0)
})

t.test('one that ends in as many as can be served is forgotten too, though some always wait', async t => {
  const world = open(1024)
  press(world, 200, 300)
  t.ok(press(world, 2000, 16) < 100)
  t.equal(roomOf(world), 1024)
})
