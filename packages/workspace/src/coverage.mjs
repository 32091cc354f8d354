import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findCommand, listFiles, readJson } from './repository.mjs'
import { run } from './run.mjs'

/** Folders whose statements tests have to reach, and how many of them (percent). */
export const coverageGoals = /** @type {const} */ ({
  'packages/verifier': 95,
  'packages/fastify-gateway': 95,
})

/**
 * @typedef {object} Coverage
 * @property {string} folder
 * @property {number} percent of statements
 * @property {number} goal
 * @property {[file: string, percent: number][]} weakest files below the goal, the worst first
 */

/**
 * Drops everything but the files that count, so that the report takes seconds and not minutes.
 * @param {string} raw folder of V8's own reports (NODE_V8_COVERAGE)
 * @param {readonly string[]} prefixes URLs
 */
function keepOnly(raw, prefixes) {
  /** @param {string} url */
  const counts = url => prefixes.some(prefix => url.startsWith(prefix))
  for (const name of readdirSync(raw)) {
    const file = join(raw, name)
    /** @type {any} */
    let report
    try {
      report = readJson(file)
    } catch {
      rmSync(file) // a killed process leaves half a report
      continue
    }
    const result = report.result.filter((/** @type {{ url: string }} */ { url }) => counts(url))
    if (result.length === 0) {
      rmSync(file)
      continue
    }
    const maps = Object.entries(report['source-map-cache'] ?? {}).filter(([url]) => counts(url))
    writeFileSync(
      file,
      JSON.stringify({
        result,
        timestamp: report.timestamp,
        'source-map-cache': Object.fromEntries(maps),
      }),
    )
  }
}

/** Whether a TypeScript file has anything to execute. esbuild comes with tsx. @param {string} root @param {string} file */
function hasStatements(root, file) {
  const esbuild = createRequire(findCommand(root, 'tsx'))('esbuild')
  const { code } = esbuild.transformSync(readFileSync(join(root, file), 'utf8'), {
    loader: 'ts',
    legalComments: 'none',
  })
  return code.replace(/export \{[^}]*\}( from "[^"]*")?;|export \* from "[^"]*";|import "[^"]*";/g, '').trim() !== ''
}

/**
 * Statement coverage of the folders that have a goal. A file no test loads counts as uncovered, unless it holds types only.
 * @param {string} root
 * @param {string} raw
 * @returns {Promise<Coverage[]>}
 */
export async function measureCoverage(root, raw) {
  const folders = /** @type {(keyof typeof coverageGoals)[]} */ (Object.keys(coverageGoals))
  keepOnly(
    raw,
    folders.map(folder => pathToFileURL(join(root, folder, 'src')).href),
  )
  const out = join(raw, 'summary')
  const include = folders.map(folder => `--include=${folder}/src/**`)
  const args = [
    'report',
    `--temp-directory=${raw}`,
    '--reporter=json-summary',
    `--reports-dir=${out}`,
    '--extension=.ts',
    ...include,
  ]
  const finished = await run(process.execPath, [findCommand(root, 'c8'), ...args], { cwd: root })
  if (finished.code !== 0) throw new Error(`c8 could not report the coverage: ${finished.output}`)
  /** @type {Record<string, { statements: { total: number, covered: number } }>} */
  const summary = readJson(join(out, 'coverage-summary.json'))
  return folders.map(folder => {
    let total = 0
    let covered = 0
    /** @type {[string, number][]} */
    const weakest = []
    for (const file of listFiles(root, `${folder}/src`).filter(name => name.endsWith('.ts'))) {
      const seen = summary[join(root, file)]?.statements
      if (!seen && !hasStatements(root, file)) continue
      const statements = seen ?? {
        total: readFileSync(join(root, file), 'utf8').split('\n').length,
        covered: 0,
      }
      total += statements.total
      covered += statements.covered
      const percent = (100 * statements.covered) / statements.total
      if (percent < coverageGoals[folder]) weakest.push([file, percent])
    }
    weakest.sort((a, b) => a[1] - b[1])
    return {
      folder,
      percent: total === 0 ? 0 : (100 * covered) / total,
      goal: coverageGoals[folder],
      weakest,
    }
  })
}
