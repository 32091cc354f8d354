import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { listPackages, readJson } from './repository.mjs'

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {boolean} [link]
 * @property {string} [resolved]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** Where npm writes down what it put into node_modules, once it is all there. */
const receipt = 'node_modules/.package-lock.json'

const kinds = /** @type {const} */ ([
  'dependencies',
  'devDependencies',
  'peerDependencies',
  'optionalDependencies',
  'bin',
])

/**
 * Says why an install is needed, or undefined. Compares the lockfile with npm's own receipt, so it sees an
 * install by hand as well; does not look into node_modules itself.
 * @param {string} root
 * @returns {string | undefined}
 */
export function whyInstall(root) {
  if (!existsSync(join(root, receipt))) return 'nothing is installed yet'
  /** @type {Record<string, LockEntry>} */
  const wanted = readJson(join(root, 'package-lock.json')).packages
  /** @type {Record<string, LockEntry>} */
  const installed = readJson(join(root, receipt)).packages
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/')) continue
    const there = installed[path]
    if (!there && entry.optional) continue
    if (there?.version !== entry.version || there?.link !== entry.link)
      return `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)} changed in package-lock.json`
  }
  for (const { folder, manifest } of [
    { folder: '', manifest: readJson(join(root, 'package.json')) },
    ...listPackages(root),
  ]) {
    /** @type {any} */
    const locked = wanted[folder] ?? {}
    for (const kind of kinds) {
      if (!sameEntries(manifest[kind] ?? {}, locked[kind] ?? {})) return `${kind} of ${folder || 'the root'} changed`
    }
  }
  return undefined
}

/** @param {Record<string, string>} a @param {Record<string, string>} b */
const sameEntries = (a, b) =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value)
