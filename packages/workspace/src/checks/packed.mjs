import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packPackages } from '../release/pack.mjs'
import { tryPackages, unpackPackages } from '../release/trial.mjs'

/** @typedef {import('../release/pack.mjs').Packed} Packed */

/** What a package may hold: what is built, what is read, and what starts it. */
const welcome =
  /^(?:package\.json|LICENSE|[A-Z]+\.md|[\w-]+\.schema\.json|bin\/[\w-]+\.js|dist\/[\w./-]+\.(?:js|js\.map|d\.ts))$/

/** What users would install holds what it should and nothing else, and works by itself. @param {string} root @returns {Promise<string[]>} */
export async function checkPacked(root) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-packed-'))
  try {
    const packages = await packPackages(root, join(folder, 'tarballs'))
    const problems = packages.flatMap(item => judgeContents(root, item))
    if (problems.length > 0 || packages.length === 0) return problems
    await unpackPackages(root, folder, packages)
    return await tryPackages(folder, packages)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} root @param {Packed} item */
function judgeContents(root, { folder, manifest, files }) {
  const targets = Object.values(manifest.exports ?? {}).flatMap(({ types = '', default: main = '' }) => [types, main])
  const wanted = ['README.md', 'LICENSE', ...targets, ...Object.values(manifest.bin ?? {})].map(path =>
    path.replace(/^\.\//, ''),
  )
  const license = join(root, folder, 'LICENSE')
  return [
    ...files.filter(path => !welcome.test(path)).map(path => `${folder}: ${path} would be published`),
    ...wanted.filter(path => !files.includes(path)).map(path => `${folder}: ${path} would not be published`),
    ...(existsSync(license) && readFileSync(license, 'utf8') !== readFileSync(join(root, 'LICENSE'), 'utf8')
      ? [`${folder}: LICENSE is not the repository's`]
      : []),
  ]
}
