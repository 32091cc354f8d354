import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { writeCrash } from '../src/crash-file.ts'
import { runTarget } from '../src/run.ts'
import { findTargets, readCorpus } from '../src/target.ts'
import { makeRoom } from './room.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const CRASHES = fileURLToPath(new URL('../../../.workspace/fuzz/crashes', import.meta.url))
/** Seconds over all targets. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 20)
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Bytes of a corpus: it is there to begin well, and everybody clones it. */
const LARGEST = 16_384

/**
 * Fuzzes the targets of some packages for their share of the time. The test run gives a file two minutes, which is why there is more than one
 * that calls this.
 */
export async function fuzzTargets(t: Test, packages: readonly string[]): Promise<void> {
  const all = findTargets(ROOT)
  const targets = all.filter(target => packages.includes(target.package))
  t.same([...new Set(targets.map(target => target.package))].sort(), [...packages].sort(), 'each of them has targets')
  const folder = makeRoom(t)
  t.comment(`FUZZ_SEED=${SEED} FUZZ_SECONDS=${SECONDS}`)
  for (const target of targets) {
    await t.test(`${target.package}/${target.name}`, async t => {
      const corpus = readCorpus(target)
      t.ok(corpus.join('').length <= LARGEST, 'the corpus is small')
      const { crash, progress } = await runTarget(target, { seed: SEED, seconds: SECONDS / all.length, folder })
      const again = crash === undefined ? '' : ` --repeat ${writeCrash(target, crash, CRASHES)}`
      t.equal(crash?.complaint, undefined, `npm run fuzz -- ${target.package}/${target.name}${again}`)
      t.ok(progress.execs > corpus.length, 'the corpus was tried, and more')
      t.ok(progress.coverage > 0, 'coverage is seen')
    })
  }
}
