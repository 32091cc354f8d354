import { createServer } from 'node:net'
import t from 'tap'
import { feelPulse, type Pulse, Throttle } from '../src/event-loop.ts'

/** A pulse that the test beats. */
function fakePulse() {
  let tell: ((late: number) => void) | undefined
  let starts = 0
  const pulse: Pulse = listener => {
    starts += 1
    tell = listener
    return () => {
      tell = undefined
    }
  }
  return { pulse, beat: (late: number) => tell?.(late), isRunning: () => tell !== undefined, starts: () => starts }
}

const admittedOf = (throttle: Throttle, count: number): number =>
  Array.from({ length: count }, () => throttle.admits()).filter(Boolean).length

/** Works for so many milliseconds of the processor's time, however long that takes. */
function work(milliseconds: number): void {
  const before = process.cpuUsage()
  for (let worked = 0; worked < milliseconds * 1000; ) {
    const { user, system } = process.cpuUsage(before)
    worked = user + system
  }
}

/** Shares are fractions, whose sums are not exact. */
const isAbout = (count: number, wanted: number): boolean => Math.abs(count - wanted) <= 1

t.test('as long as the loop is on time everything is let in', async t => {
  const { pulse, beat } = fakePulse()
  const throttle = new Throttle(0.5, pulse)
  for (let look = 0; look < 20; look++) {
    t.equal(admittedOf(throttle, 100), 100)
    beat(0.5)
  }
})

t.test('one late look turns nobody away, the second one after it turns away a part', async t => {
  const { pulse, beat } = fakePulse()
  const throttle = new Throttle(0.5, pulse)
  t.equal(admittedOf(throttle, 100), 100)
  beat(0.501)
  t.equal(admittedOf(throttle, 100), 100)
  beat(0)
  beat(3)
  t.equal(admittedOf(throttle, 100), 100, 'two that are not in a row are one each')
  beat(3)
  t.ok(isAbout(admittedOf(throttle, 100), 70))
  beat(0.501)
  t.ok(isAbout(admittedOf(throttle, 100), 49))
})

t.test('however long it lasts a twentieth is let in, and when it is over everybody is', async t => {
  const { pulse, beat } = fakePulse()
  const throttle = new Throttle(0.1, pulse)
  throttle.admits()
  for (let look = 0; look < 100; look++) beat(5)
  t.ok(isAbout(admittedOf(throttle, 1000), 50))
  const shares = Array.from({ length: 10 }, () => {
    beat(0)
    return admittedOf(throttle, 1000)
  })
  t.ok([150, 250, 350].every((share, index) => isAbout(shares[index] ?? 0, share)))
  t.equal(shares.at(-1), 1000)
})

t.test('the clock is looked at while requests come, and not for ever after', async t => {
  const { pulse, beat, isRunning, starts } = fakePulse()
  const throttle = new Throttle(0.1, pulse)
  t.notOk(isRunning())
  throttle.admits()
  t.ok(isRunning())
  beat(0)
  t.ok(isRunning(), 'there was a request since the last look')
  beat(0)
  t.notOk(isRunning())
  throttle.admits()
  throttle.admits()
  t.equal(starts(), 2)
  throttle.close()
  t.notOk(isRunning())
})

t.test('a limit of 0 looks at nothing', async t => {
  const { pulse, isRunning } = fakePulse()
  const throttle = new Throttle(0, pulse)
  t.equal(admittedOf(throttle, 10), 10)
  t.notOk(isRunning())
})

t.test('the pulse tells how long the loop worked without looking up', async t => {
  // The pulse keeps no process alive; a server does.
  const server = createServer().listen(0)
  const late = await new Promise<number>(resolve => {
    const stop = feelPulse(seconds => {
      stop()
      resolve(seconds)
    })
    work(400)
  })
  server.close()
  t.ok(late > 0.2, String(late))
})

t.test('a loop that could not work, because others did, is not late', async t => {
  const server = createServer().listen(0)
  const late = await new Promise<number>(resolve => {
    const stop = feelPulse(seconds => {
      stop()
      resolve(seconds)
    })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)
  })
  server.close()
  t.ok(late < 0.3, String(late))
})
