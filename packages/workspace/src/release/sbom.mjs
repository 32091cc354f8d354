import { join } from 'node:path'
import { readJson } from '../repository.mjs'
import { listPublished } from './published.mjs'

/**
 * @typedef {object} Entry
 * @property {string} [name]
 * @property {string} [version]
 * @property {string} [license]
 * @property {string} [integrity]
 * @property {string} [resolved]
 * @property {boolean} [link]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 *
 * @typedef {Readonly<Record<string, Entry>>} Lock the lockfile's `packages`, by their path
 */

/** What CycloneDX calls the hashes of the lockfile. */
const algorithms = new Map([
  ['sha512', 'SHA-512'],
  ['sha1', 'SHA-1'],
])

/**
 * What users of the published packages get, as a bill of materials (CycloneDX 1.5): the packages here, and from the lockfile all that they
 * need at run time. The same lockfile gives the same bytes. Not by `npm sbom --omit=dev`: that leaves out what another package here also
 * needs for its tests.
 * @param {string} root
 */
export function describeMaterials(root) {
  /** @type {Lock} */
  const lock = readJson(join(root, 'package-lock.json')).packages
  const published = listPublished(root).map(({ folder }) => folder)
  const paths = collectNeeded(lock, published)
  const whole = { name: 'gatehouse', version: readJson(join(root, 'package.json')).version ?? '' }
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': `${whole.name}@${whole.version}`, ...whole } },
    components: paths.map(path => describe(lock, path)),
    dependencies: [
      { ref: `${whole.name}@${whole.version}`, dependsOn: published.map(path => referTo(lock, path)) },
      ...paths.map(path => ({
        ref: referTo(lock, path),
        dependsOn: listNeeded(lock, path).map(needed => referTo(lock, needed)),
      })),
    ],
  }
}

/** Places in the lockfile of all that is needed, in a fixed order; what is installed twice is one. @param {Lock} lock @param {readonly string[]} first @returns {string[]} */
function collectNeeded(lock, first) {
  const found = new Set(first)
  for (const path of found) for (const needed of listNeeded(lock, path)) found.add(needed)
  const once = new Map([...found].sort().map(path => [referTo(lock, path), path]))
  return [...once.values()]
}

/** What a package needs at run time. Of what only may be there nothing is said. @param {Lock} lock @param {string} path @returns {string[]} */
function listNeeded(lock, path) {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = lock[path] ?? {}
  const peers = Object.keys(peerDependencies).filter(name => !peerDependenciesMeta[name]?.optional)
  return [...new Set([...Object.keys(dependencies), ...peers])].sort().map(name => locate(lock, path, name))
}

/** Where Node finds `name` for the package at `path`: in its own node_modules, or further out. @param {Lock} lock @param {string} path @param {string} name */
function locate(lock, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const at = `${folder}${folder === '' ? '' : '/'}node_modules/${name}`
    const entry = lock[at]
    if (entry) return entry.link ? (entry.resolved ?? at) : at
    if (folder === '') throw new Error(`${path} needs ${name}, which package-lock.json does not list`)
  }
}

/** @param {Lock} lock @param {string} path */
const nameOf = (lock, path) =>
  lock[path]?.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** @param {Lock} lock @param {string} path */
const referTo = (lock, path) => `pkg:npm/${nameOf(lock, path).replace('@', '%40')}@${lock[path]?.version ?? ''}`

/** @param {Lock} lock @param {string} path */
function describe(lock, path) {
  const { version = '', license, integrity } = lock[path] ?? {}
  const isOurs = !path.includes('node_modules/')
  if (!isOurs && !(integrity && license))
    throw new Error(`package-lock.json says no integrity or no license of ${path}`)
  const hashes = (integrity ?? '').split(' ').flatMap(text => {
    const [algorithm = '', digest = ''] = text.split(/-(.*)/)
    const alg = algorithms.get(algorithm)
    return alg ? [{ alg, content: Buffer.from(digest, 'base64').toString('hex') }] : []
  })
  return {
    type: 'library',
    'bom-ref': referTo(lock, path),
    name: nameOf(lock, path),
    version,
    purl: referTo(lock, path),
    ...(license ? { licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }] } : {}),
    ...(hashes.length > 0 ? { hashes } : {}),
  }
}
