import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import t from 'tap'
import { feedback } from '../src/feedback.ts'
import { instrument, type Survey } from '../src/instrument.ts'

const survey = (): Survey => ({ places: 0, words: new Set() })
const load = (code: string): Promise<{ run: (...given: unknown[]) => unknown }> =>
  import(`data:text/javascript,${encodeURIComponent(instrument(code, survey()))}`)
const reached = (): number => feedback.hits.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)

t.test('instrumented code says and does what it did', async t => {
  const code = `
    export function run(a, b = a ? 1 : 2) {
      const said = []
      const each = x => ({ x })
      for (const one of [a, b]) if (one === 1) said.push('one'); else if (one !== 2 && one) said.push(each(one).x)
      switch (a) { case 1: said.push('a'); case 'two': { said.push('b'); break } default: said.push('c') }
      do { b-- } while (b > 0)
      try { if (a === null) throw new Error('null'); else said.push(a ?? 'none') } catch ({ message }) { said.push(message) }
      const { c = (a) === (b), ...rest } = { d: !(a !== b) }
      class Box { #v = (() => a)(); get v() { return this.#v } static is = x => #v in x }
      return [...said, c, rest.d, b, new Box().v, Box.is({}), async () => await a, (0, a) === a, typeof a === 'string'].map(String)
    }`
  const [plain, instrumented] = [
    (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Awaited<ReturnType<typeof load>>,
    await load(code),
  ]
  for (const given of [[1], [2, 1], ['two'], [null], [undefined, 3], [0, 0], [{ toString: () => 'x' }]]) {
    const [wanted, said] = [plain.run(...given), instrumented.run(...given)].map(list =>
      (list as string[]).slice(0, -3),
    )
    t.same(said, wanted)
  }
})

t.test('each branch counts itself', async t => {
  const { run } = await load('export const run = (a, b) => { if (a) return b && 1; return b ? 2 : 3 }')
  const seen = [
    [1, 1],
    [1, 0],
    [0, 1],
    [0, 0],
  ].map(given => {
    feedback.clear()
    run(...given)
    return feedback.hits.join('')
  })
  t.equal(new Set(seen).size, 4, 'four ways, four pictures')
  feedback.clear()
  t.equal(reached(), 0)
})

t.test('a comparison tells how much of both sides agrees, and what was wanted', async t => {
  const { run } = await load("export const run = a => a === 'chunked'")
  const marks = ['', 'x', 'c', 'ch', 'chunkee'].map(text => {
    feedback.clear()
    t.equal(run(text), false)
    t.same(feedback.pairs, [text, 'chunked'])
    return String(feedback.marks)
  })
  t.same(new Set(marks).size, 4, 'the empty text is as far off as another letter')
  feedback.clear()
  t.equal(run('chunked'), true)
  t.same(feedback.marks, [])
})

t.test('short texts of the code are words for its input', async t => {
  const found = survey()
  instrument(`const a = 'chunked', b = "x", c = \`no\`, d = '${'long '.repeat(20)}'`, found)
  t.same([...found.words], ['chunked'])
})

t.test('every source of this package can be instrumented and parsed again', async t => {
  for (const name of ['instrument', 'worker', 'run', 'mutate', 'pool', 'command']) {
    const source = readFileSync(fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url)), 'utf8')
    const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20' })
    const found = survey()
    t.doesNotThrow(() => transformSync(instrument(code, found), { loader: 'js' }), name)
    t.ok(found.places > 0)
  }
})
