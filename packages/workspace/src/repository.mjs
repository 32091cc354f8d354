import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder this repository was cloned into. */
export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

/**
 * @typedef {object} Manifest what this code reads of a package.json
 * @property {string} name
 * @property {string} [version]
 * @property {boolean} [private]
 * @property {string} [license]
 * @property {string} [type]
 * @property {string} [description]
 * @property {{ url?: string }} [repository]
 * @property {Record<string, string>} [engines]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, Record<string, string>>} [exports]
 * @property {string[]} [files]
 * @property {string[]} [workspaces]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * @typedef {object} Package
 * @property {string} folder relative to the root, with forward slashes
 * @property {Manifest} manifest
 */

const skipped = new Set(['node_modules', 'dist', '.git', '.tap', '.turbo', '.workspace', 'coverage'])

/** @param {string} file @returns {any} */
export const readJson = file => JSON.parse(readFileSync(file, 'utf8'))

/** Every package and app, in a fixed order. @param {string} root @returns {Package[]} */
export function listPackages(root) {
  /** @type {Package[]} */
  const packages = []
  for (const group of ['packages', 'apps']) {
    const folder = join(root, group)
    if (!existsSync(folder)) continue
    for (const name of readdirSync(folder).sort()) {
      const file = join(folder, name, 'package.json')
      if (existsSync(file)) packages.push({ folder: `${group}/${name}`, manifest: readJson(file) })
    }
  }
  return packages
}

/** What a package exports, by its sources. @param {Manifest} manifest */
export const listExportedSources = ({ exports = {} }) =>
  Object.values(exports).flatMap(conditions => conditions['@gatehouse/source'] ?? [])

/**
 * Files under a folder, relative to `root`, sorted, without what installs and builds make.
 * @param {string} root
 * @param {string} [under]
 * @returns {string[]}
 */
export function listFiles(root, under = '.') {
  /** @type {string[]} */
  const files = []
  /** @param {string} folder */
  const walk = folder => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile()) files.push(relative(root, path).split(sep).join('/'))
    }
  }
  const start = join(root, under)
  if (existsSync(start)) walk(start)
  return files.sort()
}

/** The script behind a command of an installed package, to be run with node. @param {string} root @param {string} name @param {string} [command] */
export function findCommand(root, name, command = name) {
  const folder = join(root, 'node_modules', name)
  const { bin } = readJson(join(folder, 'package.json'))
  return join(folder, typeof bin === 'string' ? bin : bin[command])
}
