import assert from 'node:assert/strict'
import { parseDuration } from '../../src/duration.ts'

const UNITS: Readonly<Record<string, bigint>> = { ms: 1n, s: 1000n, m: 60_000n, h: 3_600_000n, d: 86_400_000n }

/** A duration as a text, and as the number that the text is in JSON. */
export function fuzz(input: Buffer): void {
  const text = input.toString('latin1')
  const seconds = parseDuration(text)
  const [, whole = '', fraction = '', unit = ''] = /^([0-9]{1,9})(?:\.([0-9]{1,6}))?(ms|[smhd])$/.exec(text) ?? []
  assert.equal(seconds !== undefined, whole !== '', 'the grammar is another one')
  if (seconds !== undefined) {
    // Microseconds of milliseconds, in whole numbers: no rounding of ours.
    const exact = BigInt(whole + fraction.padEnd(6, '0')) * (UNITS[unit] ?? 0n)
    const wanted = Number(exact) / 1e9
    assert.ok(Math.abs(seconds - wanted) <= wanted * 1e-12, `${seconds} and not ${wanted}`)
  }
  const number = Number(text)
  const read = parseDuration(number)
  assert.equal(read, Number.isFinite(number) && number >= 0 ? number : undefined)
}

export const longest = 40
export const seeds = ['250ms', '1.5h', '7d', '30', '-1s', '1e3s']
export const dictionary = [
  'ms',
  's',
  'm',
  'h',
  'd',
  '.',
  '-',
  '+',
  'e',
  ' ',
  '\n',
  '0',
  '999999999',
  'Infinity',
  'NaN',
  '0x',
]
