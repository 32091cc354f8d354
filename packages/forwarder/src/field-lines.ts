import { areFieldLines } from './grammar.ts'

declare const checked: unique symbol

/** Field lines, `name: value\r\n` each, that were checked once and may be sent with any number of requests. Made only here. */
export type FieldLines = string & { readonly [checked]: true }

/** Throws a TypeError for what is no list of field lines, or has one of those that are the forwarder's own. */
export function checkFieldLines(text: string): FieldLines {
  if (!areFieldLines(text)) throw new TypeError('not field lines')
  return text as FieldLines
}

export const NO_FIELD_LINES = checkFieldLines('')

/** Those of the first and then those of the second, which need no other look. */
export const joinFieldLines = (first: FieldLines, second: FieldLines): FieldLines => (first + second) as FieldLines
