import { checkArchitecture } from './architecture.mjs'
import { checkDocs } from './docs.mjs'
import { checkHotPath } from './hot-path.mjs'
import { checkLockfile } from './lockfile.mjs'
import { checkManifests } from './manifests.mjs'
import { checkPublished } from './published.mjs'
import { checkBoundaries, checkBuild, checkStyle, checkTypes } from './tools.mjs'
import { checkTree } from './tree.mjs'

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} todo what to do when it fails
 * @property {(root: string) => string[] | Promise<string[]>} run answers the problems
 */

/** @type {readonly Check[]} */
export const checks = [
  { name: 'style', run: checkStyle, todo: 'npx biome check --write .' },
  { name: 'types', run: checkTypes, todo: 'mend what the compiler names' },
  { name: 'build', run: checkBuild, todo: 'mend what the compiler names' },
  {
    name: 'boundaries',
    run: checkBoundaries,
    todo: 'see "boundaries" in turbo.json: who may depend on whom',
  },
  {
    name: 'architecture',
    run: checkArchitecture,
    todo: 'see packages/workspace/README.md: the laws',
  },
  {
    name: 'manifests',
    run: checkManifests,
    todo: 'mend the package.json it names',
  },
  {
    name: 'lockfile',
    run: checkLockfile,
    todo: 'see packages/workspace/README.md: the lockfile',
  },
  {
    name: 'tree',
    run: checkTree,
    todo: 'move, shorten or delete what it names',
  },
  {
    name: 'published',
    run: checkPublished,
    todo: 'make the document and the code say the same',
  },
  {
    name: 'hot-path',
    run: checkHotPath,
    todo: 'make the request cheaper again, or see packages/bench/README.md: the baseline',
  },
  {
    name: 'docs',
    run: checkDocs,
    todo: 'mend the block, or mark it "nocheck: REASON" after its language',
  },
]

/**
 * Runs checks one after the other and tells each result.
 * @param {string} root
 * @param {readonly Check[]} chosen
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>} whether all of them passed
 */
export async function runChecks(root, chosen, say) {
  let passed = true
  say(`${'check'.padEnd(14)}${'time'.padStart(8)}   result`)
  for (const { name, run, todo } of chosen) {
    const started = process.hrtime.bigint()
    const problems = await run(root)
    const seconds = `${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)} s`
    if (problems.length === 0) {
      say(`${name.padEnd(14)}${seconds.padStart(8)}   ok`)
      continue
    }
    passed = false
    say(`${name.padEnd(14)}${seconds.padStart(8)}   failed: ${todo}`)
    for (const problem of problems) say(`    ${problem.replaceAll('\n', '\n    ')}`)
  }
  return passed
}
