import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from '../repository.mjs'
import { run } from '../run.mjs'
import { quietEnvironment } from '../set-up.mjs'

/** @typedef {{ promises: number, writes: number, bytes: number }} Cost */
/** @typedef {Readonly<Record<string, Cost>>} Costs */

const PROGRAM = 'packages/bench/src/hot-path/main.ts'
const BASELINE = 'packages/bench/baseline.json'
/** A quarter more is no regression yet: another version of Node allocates elsewhere. Promises and writes are what they are. */
const ROOM = { promises: 1, writes: 1, bytes: 1.25 }
/** What is counted must fit into the young generation. */
const FLAGS = ['--min-semi-space-size=64', '--max-semi-space-size=64', '--import=tsx', '--conditions=@gatehouse/source']

/**
 * What a request costs in promises, writes and bytes of the heap, against the committed baseline. Nothing in it is a time, so that it says the
 * same on a busy machine as on a quiet one.
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkHotPath(root) {
  if (!existsSync(join(root, BASELINE))) return [`${BASELINE} is missing`]
  const finished = await run(process.execPath, [...FLAGS, join(root, PROGRAM)], { cwd: root, env: quietEnvironment() })
  if (finished.code !== 0) return [finished.output.trim() || `${PROGRAM} ended with code ${finished.code}`]
  /** @type {Costs} */
  const baseline = readJson(join(root, BASELINE))
  return findRegressions(JSON.parse(finished.output), baseline)
}

/** @param {Costs} now @param {Costs} baseline @returns {string[]} */
export function findRegressions(now, baseline) {
  return [...new Set([...Object.keys(baseline), ...Object.keys(now)])].flatMap(kind => {
    const [measured, before] = [now[kind], baseline[kind]]
    if (measured === undefined || before === undefined) return [`${kind}: measured or in ${BASELINE}, but not both`]
    return /** @type {const} */ (['promises', 'writes', 'bytes'])
      .filter(what => !(measured[what] <= before[what] * ROOM[what]))
      .map(what => `${kind}: ${what} a request: ${measured[what]}, and ${before[what]} in ${BASELINE}`)
  })
}
