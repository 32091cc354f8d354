import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from '../repository.mjs'

/** @typedef {import('../installation.mjs').LockEntry} LockEntry */

/**
 * The lockfile installs everywhere: no host in it, and every platform's optional package listed. npm leaves those
 * out that its registry did not serve on the day, and `npm ci` then refuses the lockfile.
 * @param {string} root
 * @returns {string[]}
 */
export function checkLockfile(root) {
  const file = join(root, 'package-lock.json')
  if (!existsSync(file)) return ['package-lock.json is missing']
  /** @type {Record<string, LockEntry>} */
  const packages = readJson(file).packages
  return Object.entries(packages).flatMap(([path, entry]) => [
    ...(/^[a-z+]+:\/\//.test(entry.resolved ?? '') ? [`${path}: \`resolved\` names a host`] : []),
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter(name => !isListed(packages, path, name))
      .map(name => `${name}: an optional part of ${path} that the lockfile does not list`),
  ])
}

/** Whether a package at `path` finds `name` in its own node_modules or further out. @param {Record<string, LockEntry>} packages @param {string} path @param {string} name */
function isListed(packages, path, name) {
  const levels = path.split('/node_modules/')
  return (
    levels.some((_, index) => packages[`${levels.slice(0, index + 1).join('/node_modules/')}/node_modules/${name}`]) ||
    Boolean(packages[`node_modules/${name}`])
  )
}
