import t from 'tap'
import { parseDuration } from '../src/index.ts'

t.test('durations have a unit, and a bare number is seconds', async t => {
  t.equal(parseDuration('250ms'), 0.25)
  t.equal(parseDuration('30s'), 30)
  t.equal(parseDuration('10m'), 600)
  t.equal(parseDuration('24h'), 86_400)
  t.equal(parseDuration('7d'), 604_800)
  t.equal(parseDuration('1.5s'), 1.5)
  t.equal(parseDuration('0s'), 0)
  t.equal(parseDuration(45), 45)
  t.equal(parseDuration(0), 0)
})

t.test('what is no duration is undefined, never a guess', async t => {
  for (const value of [
    '30',
    '',
    ' 30s',
    '30 s',
    '-1s',
    '1e3s',
    's',
    '10M',
    '1w',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
    true,
    {},
    ['1s'],
  ]) {
    t.equal(parseDuration(value), undefined, JSON.stringify(value))
  }
})
