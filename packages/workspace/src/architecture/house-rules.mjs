import { lineAt } from './source-text.mjs'

/** @typedef {import('./laws.mjs').Law} Law */

const longest = 300

/** What no file may hold. `in` picks the view: comments and strings count only in `text`. @type {readonly { in: 'code' | 'text', find: RegExp, say: string }[]} */
const phrases = [
  {
    in: 'code',
    find: /\bas\s+any\b/g,
    say: '`as any` hides a type: name it, or parse the value',
  },
  {
    in: 'text',
    find: /@ts-(?:ignore|nocheck)\b/g,
    say: 'a type error is hidden: mend it',
  },
  {
    in: 'text',
    find: /\b(?:TO(?:DO)|FIX(?:ME)|XX(?:X))\b|\bnot im(?:plemented)\b/g,
    say: 'unfinished work: finish it or file it',
  },
  {
    in: 'code',
    find: /\b(?:t|test|describe|it)\.(?:skip|to(?:do)|only)\b|\{[^{}]*\b(?:skip|to(?:do))\s*:(?!\s*false)[^{}]*\}\s*,\s*(?:async|t\s*=>|\(t)/g,
    say: 'a test is skipped',
  },
]

/** @type {Law} */
const phraseRule = file =>
  phrases.flatMap(({ in: view, find, say }) =>
    [...file[view].matchAll(find)].map(({ index }) => `${lineAt(file[view], index)}: ${say}`),
  )

/** @type {Law} */
const lengthRule = ({ text }) => {
  const lines = text.trimEnd().split('\n').length
  return lines > longest ? [`${longest + 1}: ${lines} lines: is this one concern? (at most ${longest})`] : []
}

/** @type {Law} */
const nameRule = ({ path }) => {
  const parts = path.split('/')
  const vague = parts.slice(0, -1).find(part => /^(?:utils?|helpers?|common|shared|libs?)$/i.test(part))
  const file = parts.at(-1) ?? ''
  return [
    ...(vague ? [`1: a folder named ${vague} says nothing: put the function beside its caller or give it a noun`] : []),
    ...(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(file) ? [] : [`1: ${file} is not kebab-case`]),
  ]
}

/** @type {readonly Law[]} */
export const houseRules = [phraseRule, lengthRule, nameRule]
