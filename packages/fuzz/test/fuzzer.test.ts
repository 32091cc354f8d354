import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { writeCrash } from '../src/crash-file.ts'
import { type RunOptions, runTarget } from '../src/run.ts'
import { findTargetsIn, readCorpus, writeCorpus } from '../src/target.ts'
import { makeRoom } from './room.ts'

const planted = new Map(
  findTargetsIn(fileURLToPath(new URL('planted', import.meta.url)), 'planted').map(target => [target.name, target]),
)

const fuzz = (name: string, options: Partial<RunOptions>) => {
  const target = planted.get(name)
  if (target === undefined) throw new Error(`no planted target ${name}`)
  return runTarget(target, { seed: 1, seconds: 90, folder: makeRoom(t), ...options })
}

t.test('a bug behind four bytes is found, in fewer inputs than chance would need for two of them', async t => {
  for (const seed of [1, 2, 3]) {
    const { crash, progress } = await fuzz('bytes', { seed, runs: 500_000 })
    t.match(crash?.complaint, 'planted behind four bytes')
    t.equal(crash?.input.toString('latin1'), 'GH!\x7f', 'and nothing else is in the input that is shown')
    t.ok(progress.execs < 500_000)
  }
})

t.test('a bug behind two words that stand nowhere in the source is found', async t => {
  const { crash } = await fuzz('words', { runs: 5_000_000 })
  t.match(crash?.complaint, 'planted behind two words')
})

t.test('an input that takes for ever is a crash, and the thread is ended', async t => {
  const { crash } = await fuzz('loop', { patience: 1 })
  t.match(crash?.complaint, 'an input takes longer than 1 s')
  t.ok(crash?.input.includes('<'))
})

t.test('an input that waits for ever is a crash', async t => {
  const { crash } = await fuzz('waits', { patience: 1 })
  t.match(crash?.complaint, 'an input takes longer than 1 s')
  t.equal(crash?.input[0], 0x21)
})

t.test('a promise that is rejected and an error that nobody awaits are crashes', async t => {
  t.match((await fuzz('rejected', { runs: 50_000 })).crash?.complaint, 'planted in a promise')
  t.match((await fuzz('unawaited', { runs: 50_000 })).crash?.complaint, 'planted where nobody waits')
})

t.test('the same seed tries the same inputs', async t => {
  const runs = [await fuzz('sound', { runs: 3000 }), await fuzz('sound', { runs: 3000 })]
  const [one, other] = runs.map(({ progress: { execs, corpus, coverage } }) => ({ execs, corpus, coverage }))
  t.same(one, other)
  t.equal(one?.execs, 3000)
  t.equal(runs[0]?.crash, undefined)
})

t.test('what is kept of a run reaches as much as all of it', async t => {
  const { corpus, progress } = await fuzz('sound', { runs: 20_000, condenses: true })
  t.ok(corpus.length > 0 && corpus.length < progress.corpus)
  const folder = mkdtempSync(join(makeRoom(t), 'kept-'))
  const file = join(folder, 'sound.ts')
  writeFileSync(file, readFileSync(planted.get('sound')?.file ?? ''))
  const target = { name: 'sound', package: 'kept', file }
  writeCorpus(target, corpus)
  t.same(readCorpus(target), corpus)
  t.match(readFileSync(join(folder, 'sound.corpus'), 'utf8'), /^(?:[ -~]*\n)+$/)
  const again = await runTarget(target, { seed: 1, seconds: 90, runs: corpus.length + 1, folder: makeRoom(t) })
  t.equal(again.progress.coverage, progress.coverage)
})

t.test('the input of a crash is a file with its bytes, one for each input', async t => {
  const folder = makeRoom(t)
  const target = { name: 'a', package: 'p', file: '' }
  const file = writeCrash(target, { input: Buffer.from([0, 255]), complaint: '' }, folder)
  t.same(readFileSync(file), Buffer.from([0, 255]))
  t.equal(writeCrash(target, { input: Buffer.from([0, 255]), complaint: 'x' }, folder), file)
  t.not(writeCrash(target, { input: Buffer.from([1]), complaint: '' }, folder), file)
  rmSync(file)
})
