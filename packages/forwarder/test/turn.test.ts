import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { Clock } from '../src/clock.ts'
import { atEndOfTurn } from '../src/turn.ts'

t.test('what is put off is done in order, and one that throws does not take the others with it', async t => {
  const done: string[] = []
  const failure = new Error('a bug')
  const thrown = new Promise(resolve => process.once('uncaughtException', resolve))
  const task = (name: string, more: () => void = () => undefined) => ({
    run: () => {
      done.push(name)
      more()
    },
  })
  atEndOfTurn(task('first', () => atEndOfTurn(task('added'))))
  atEndOfTurn(
    task('second', () => {
      throw failure
    }),
  )
  atEndOfTurn(task('third'))
  t.same(done, [], 'nothing before the end of the turn')
  t.equal(await thrown, failure)
  while (done.length < 4) await new Promise(resolve => setImmediate(resolve))
  t.same(done.sort(), ['added', 'first', 'second', 'third'])
})

t.test('a deadline is told late rather than early, and not while nobody watches', t => {
  let now = 100
  let tick: (() => void) | undefined
  const ports = {
    now: () => now,
    every: (period: number, each: () => void) => {
      t.equal(period, 0.25)
      tick = each
      return () => {
        tick = undefined
      }
    },
  }
  let told = 0
  const clock = new Clock(ports, 1, () => told++)
  clock.start()
  clock.start()
  const deadline = clock.after(1)
  for (; now < 101.25; now += 0.25) {
    t.notOk(clock.isOver(deadline))
    tick?.()
  }
  tick?.()
  t.ok(clock.isOver(deadline))
  t.equal(told, 6)
  clock.stop()
  t.equal(tick, undefined)
  t.end()
})

t.test('the package stands on Node alone, and asks the time in one place', t => {
  for (const name of readdirSync(new URL('../src/', import.meta.url))) {
    const text = readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8')
    const imports = [...text.matchAll(/from '([^']+)'/g)].map(match => match[1] ?? '')
    t.same(
      imports.filter(from => !/^(?:node:|\.\/)/.test(from)),
      [],
      name,
    )
    if (name !== 'ports.ts')
      t.notMatch(text, /Date\.now|performance|Math\.random|setTimeout|setInterval|process\.env/, name)
    t.ok(text.split('\n').length < 300, name)
  }
  t.end()
})
