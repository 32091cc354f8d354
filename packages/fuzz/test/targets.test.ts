import { fileURLToPath } from 'node:url'
import t from 'tap'
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

t.setTimeout(0)

const targets = findTargets(ROOT)

t.test('every parser that strangers reach is a target', async t => {
  const packages = new Set(targets.map(target => target.package))
  for (const name of ['configuration', 'fastify-gateway', 'forwarder', 'gateway', 'mock-provider', 'verifier']) {
    t.ok(packages.has(name), name)
  }
})

t.test(`nothing breaks in ${SECONDS} s over all targets, seed ${SEED}`, async t => {
  const folder = makeRoom(t)
  for (const target of targets) {
    await t.test(`${target.package}/${target.name}`, async t => {
      const corpus = readCorpus(target)
      t.ok(corpus.join('').length <= LARGEST, 'the corpus is small')
      const { crash, progress } = await runTarget(target, { seed: SEED, seconds: SECONDS / targets.length, folder })
      const again = crash === undefined ? '' : ` --repeat ${writeCrash(target, crash, CRASHES)}`
      t.equal(crash?.complaint, undefined, `npm run fuzz -- ${target.package}/${target.name}${again}`)
      t.ok(progress.execs > corpus.length, 'the corpus was tried, and more')
      t.ok(progress.coverage > 0, 'coverage is seen')
    })
  }
})
