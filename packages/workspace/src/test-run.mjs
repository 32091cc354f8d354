import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { createInterface } from 'node:readline'
import { coverageGoals, measureCoverage } from './coverage.mjs'
import { findCommand, listFiles } from './repository.mjs'
import { quietEnvironment, SetUpError } from './set-up.mjs'
import { countTests, createTapReader, describeFailures } from './tap-results.mjs'

/**
 * @typedef {import('./tap-results.mjs').Count} Count
 */

const isTest = (/** @type {string} */ file) => /^(packages|apps)\/[^/]+\/test\/.*\.test\.ts$/.test(file)

/**
 * Test files a user means by `filters`: folders, files, or parts of a path. The slow ones, which start processes, first.
 * @param {string} root
 * @param {readonly string[]} filters
 * @param {string} [cwd]
 */
export function selectTests(root, filters, cwd = root) {
  const all = [...listFiles(root, 'apps'), ...listFiles(root, 'packages')].filter(isTest)
  all.sort((a, b) => Number(isSlow(b)) - Number(isSlow(a)))
  if (filters.length === 0) return all
  const chosen = new Set()
  for (const filter of filters) {
    const path = relative(root, resolve(cwd, filter)).split(sep).join('/')
    const exists = statSync(resolve(cwd, filter), { throwIfNoEntry: false }) !== undefined
    const found = all.filter(file =>
      exists ? file === path || file.startsWith(path === '' ? '' : `${path}/`) : file.includes(filter),
    )
    if (found.length === 0)
      throw new SetUpError(`No test file matches ${filter}. Name a folder, a file, or a part of a path.`)
    for (const file of found) chosen.add(file)
  }
  return all.filter(file => chosen.has(file))
}

const isSlow = (/** @type {string} */ file) =>
  file.startsWith('packages/e2e/') || file.startsWith('apps/') || file.startsWith('packages/workspace/')

/**
 * Runs test files with tap, one line each as it ends, and counts. With `coverage`, also measures it and holds it to its goals: by each package's
 * own tests, since measuring slows down what it watches.
 * @param {{ root: string, files: readonly string[], flags?: readonly string[], coverage?: boolean, say?: (line: string) => void }} options
 * @returns {Promise<Count>}
 */
export async function runTests({
  root,
  files,
  flags = [],
  coverage = false,
  say = line => void process.stdout.write(`${line}\n`),
}) {
  const raw = mkdtempSync(join(tmpdir(), 'gatehouse-coverage-'))
  try {
    const isMeasured = (/** @type {string} */ file) =>
      coverage && Object.keys(coverageGoals).some(folder => file.startsWith(`${folder}/`))
    /** @type {Count} */
    const count = { passed: 0, failed: 0, skipped: 0 }
    const progress = { done: 0, total: files.length }
    for (const measured of [false, true]) {
      const chosen = files.filter(file => isMeasured(file) === measured)
      if (chosen.length === 0) continue
      const own = await runTap({ root, files: chosen, flags, say, progress, ...(measured ? { raw } : {}) })
      count.passed += own.passed
      count.failed += own.failed
      count.skipped += own.skipped
    }
    if (coverage) count.failed += await reportCoverage(root, raw, say)
    return count
  } finally {
    rmSync(raw, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** @param {{ root: string, files: readonly string[], flags: readonly string[], raw?: string, progress: { done: number, total: number }, say: (line: string) => void }} options */
async function runTap({ root, files, flags, raw, progress, say }) {
  /** @type {Count} */
  const count = { passed: 0, failed: 0, skipped: 0 }
  /** @type {string[]} */
  const failures = []
  const missing = new Set(files)
  const reader = createTapReader(file => {
    if (!missing.delete(file.name)) return
    const own = countTests(file)
    count.passed += own.passed
    count.failed += own.failed
    count.skipped += own.skipped
    progress.done += 1
    const skipped = own.skipped > 0 ? `, ${own.skipped} skipped` : ''
    say(
      `${own.failed > 0 ? 'FAIL' : 'ok  '} [${progress.done}/${progress.total}] ${file.name}  ${own.passed} passed${own.failed > 0 ? `, ${own.failed} failed` : ''}${skipped}`,
    )
    failures.push(...describeFailures(file))
  })
  const args = [
    findCommand(root, 'tap'),
    '--disable-coverage',
    '--allow-empty-coverage',
    '--reporter=tap',
    '--no-color',
    `--jobs=${availableParallelism()}`,
  ]
  const child = spawn(process.execPath, [...args, ...flags, ...files], {
    cwd: root,
    env: {
      ...quietEnvironment(),
      // Tests that start our programs start those that were just built: they start faster, and they are what ships.
      TEST_BUILT: '1',
      ...(raw === undefined ? {} : { NODE_V8_COVERAGE: raw }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const passOn = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal)
  process.on('SIGINT', passOn).on('SIGTERM', passOn)
  const closed = new Promise((resolveClosed, reject) => child.once('error', reject).once('close', resolveClosed))
  for await (const line of createInterface({
    input: child.stdout,
    crlfDelay: Number.POSITIVE_INFINITY,
  }))
    reader.readLine(line)
  reader.end()
  const code = await closed
  process.off('SIGINT', passOn).off('SIGTERM', passOn)
  if (failures.length > 0) say(`\n${failures.join('\n')}\n`)
  for (const file of missing) {
    count.failed += 1
    say(`${file}: no result: the run ended before it, or lost it to a file that ran into its time limit`)
  }
  if (count.failed === 0 && (code !== 0 || reader.bailedOut || count.passed === 0)) {
    count.failed += 1
    say(count.passed === 0 ? 'no test passed' : `tap ended with code ${code} and named no failure`)
  }
  return count
}

/** @param {string} root @param {string} raw @param {(line: string) => void} say @returns {Promise<number>} goals missed */
async function reportCoverage(root, raw, say) {
  say('\nStatement coverage')
  let missed = 0
  for (const { folder, percent, goal, weakest } of await measureCoverage(root, raw)) {
    const met = percent >= goal
    if (!met) missed += 1
    say(`${met ? 'ok  ' : 'FAIL'} ${folder}  ${percent.toFixed(2)} % (at least ${goal} %)`)
    if (!met) for (const [file, share] of weakest.slice(0, 12)) say(`       ${file}  ${share.toFixed(1)} %`)
  }
  return missed
}
