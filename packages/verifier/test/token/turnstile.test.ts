import t from 'tap'
import { Turnstile } from '../../src/token/turnstile.ts'
import { active, playIntrospector } from './play-introspector.ts'

t.test('so many are inside, as many wait in order, and the rest are turned away', async t => {
  const turnstile = new Turnstile(2)
  const started: number[] = []
  const finish: (() => void)[] = []
  const passing = [0, 1, 2, 3, 4].map(n =>
    turnstile.pass(
      () =>
        new Promise<string>(resolve => {
          started.push(n)
          finish.push(() => resolve(`${n} passed`))
        }),
      () => `${n} turned away`,
    ),
  )
  t.equal(await passing[4], '4 turned away')
  t.same(started, [0, 1])
  finish[1]?.()
  t.equal(await passing[1], '1 passed')
  t.same(started, [0, 1, 2])
  for (const [index, n] of [
    [0, 0],
    [2, 2],
    [3, 3],
  ] as const) {
    finish[index]?.()
    t.equal(await passing[n], `${n} passed`)
  }
  t.equal(
    await turnstile.pass(
      async () => 'free again',
      () => 'full',
    ),
    'free again',
  )
})

t.test('work that fails gives its place back', async t => {
  const turnstile = new Turnstile(1)
  const fail = () => Promise.reject(new Error('bug'))
  await t.rejects(turnstile.pass(fail, () => undefined))
  t.equal(
    await turnstile.pass(
      async () => 'in',
      () => 'full',
    ),
    'in',
  )
})

t.test(
  'an issuer is asked maxInFlight questions at once; beyond those who wait, the answer is 503 with a reason',
  async t => {
    const open: (() => void)[] = []
    const { ask, codeOf, sent, health } = playIntrospector(
      { maxInFlight: 2 },
      () => new Promise<Response>(resolve => open.push(() => resolve(active()))),
    )
    const asked = ['a', 'b', 'c', 'd'].map(token => codeOf(token))
    t.match(await ask('e'), {
      ok: false,
      rejection: {
        code: 'issuer_unavailable',
        cause: 'too many questions to the issuer are under way',
        detail: { retryAfter: 1 },
      },
    })
    t.equal(await codeOf('f'), 'issuer_unavailable')
    t.equal(sent.length, 2)
    t.same(health, [], 'that is not the issuer’s fault')
    while (open.length > 0) {
      open.shift()?.()
      await new Promise(resolve => setImmediate(resolve))
    }
    t.same(await Promise.all(asked), ['ok', 'ok', 'ok', 'ok'])
    t.equal(sent.length, 4)
  },
)
