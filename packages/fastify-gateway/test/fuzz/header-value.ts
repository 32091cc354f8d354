import assert from 'node:assert/strict'
import type { JsonValue } from '@gatehouse/protocol'
import { encodeValue, findClaim, isSource, parseSource } from '../../src/identity.ts'

/** A claim as JSON, or as plain text where it is none; a line before it may point into it. */
export function fuzz(input: Buffer): void {
  const text = input.toString('utf8')
  const [pointer = '', ...rest] = text.split('\n')
  if (isSource(pointer)) findClaim(parse(rest.join('\n')), parseSource(pointer))
  const value = parse(text)
  const encoded = encodeValue(value)
  assert.match(encoded, /^[ -~]*$/, 'more than visible ASCII and space')
  if (typeof value === 'string') {
    assert.equal(decodeURIComponent(encoded), wellFormed(value), 'another text comes back')
    assert.equal(encoded.trim(), encoded, 'a space at an end, which a field loses')
  }
  if (isTexts(value)) {
    const said = value.filter(member => member !== '')
    const heard = encoded === '' ? [] : encoded.split(',').map(decodeURIComponent)
    assert.deepEqual(heard, said.map(wellFormed), 'another list comes back')
  }
}

/** Half of a surrogate pair can not be sent: U+FFFD stands for it. */
const wellFormed = (text: string): string => Buffer.from(text).toString()

const isTexts = (value: JsonValue): value is readonly string[] =>
  Array.isArray(value) && value.every(member => typeof member === 'string')

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

export const seeds = [
  'alice',
  '"caf\xc3\xa9"',
  '["a,b"," ","%"]',
  '{"a":[1,null,true]}',
  '[["a"],"b"]',
  '/a/b\n{"a":{"b":1}}',
]
export const dictionary = [
  '"',
  '",',
  '[',
  ']',
  '{',
  '}',
  '":',
  ',',
  '%',
  '%2C',
  '\\u0000',
  '\\ud800',
  '\\r\\n',
  '\n',
  ' ',
  '__proto__',
  '~1',
  '/',
]
