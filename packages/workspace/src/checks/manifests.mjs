import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles, listPackages, readJson } from '../repository.mjs'

/** @typedef {import('../repository.mjs').Package} Package */

const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/

/** package.json of every package: the same promises, exact versions, a reason for each dependency, exports that are there. @param {string} root @returns {string[]} */
export function checkManifests(root) {
  const top = readJson(join(root, 'package.json'))
  const packages = listPackages(root)
  const own = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]))
  const chosen = new Map()
  return [{ folder: '.', manifest: top }, ...packages].flatMap(item =>
    [
      ...(item.folder === '.' ? [] : identityOf(root, item, top)),
      ...versionsOf(item, own, chosen),
      ...(item.folder === '.' ? [] : [...reasonsOf(root, item), ...imagesOf(root, item), ...entryPointsOf(root, item)]),
    ].map(problem => `${item.folder}/package.json: ${problem}`),
  )
}

/** @param {string} root @param {Package} item @param {import('../repository.mjs').Manifest} top */
function identityOf(root, { folder, manifest }, top) {
  const has = (/** @type {string} */ file) => existsSync(join(root, folder, file))
  const wanted = manifest.scripts ?? {}
  const tested = has('test') && listFiles(join(root, folder), 'test').some(file => file.endsWith('.test.ts'))
  return [
    ...(manifest.name.startsWith('@gatehouse/') ? [] : ['name is not in the scope @gatehouse/']),
    ...(manifest.description ? [] : ['description is missing']),
    ...(manifest.license === 'MIT' ? [] : ['license is not MIT']),
    ...(manifest.type === 'module' ? [] : ['type is not module']),
    ...(manifest.engines?.node === top.engines?.node ? [] : [`engines.node is not ${top.engines?.node}`]),
    ...(has('tsconfig.json') && !wanted.typecheck ? ['script typecheck is missing'] : []),
    ...(has('tsconfig.build.json') && !wanted.build ? ['script build is missing'] : []),
    ...(tested && !wanted.test ? ['script test is missing'] : []),
    ...(has('README.md') ? [] : [`${folder}/README.md is missing`]),
    ...(has('turbo.json') && (readJson(join(root, folder, 'turbo.json')).tags ?? []).length > 0
      ? []
      : ['turbo.json gives no tag']),
  ]
}

/** @param {Package} item @param {Map<string, string | undefined>} own @param {Map<string, string>} chosen */
function versionsOf({ manifest }, own, chosen) {
  const problems = []
  for (const kind of /** @type {const} */ (['dependencies', 'devDependencies', 'optionalDependencies'])) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
      if (!exact.test(version)) problems.push(`${kind}.${name} is ${version}, not an exact version`)
      else if (own.has(name) && own.get(name) !== version)
        problems.push(`${kind}.${name} is ${version}, the package here is ${own.get(name)}`)
      const other = chosen.get(name)
      if (other !== undefined && other !== version) problems.push(`${kind}.${name} is ${version}, elsewhere ${other}`)
      chosen.set(name, other ?? version)
    }
  }
  return problems
}

/** Images are made with the Node of .node-version, by its whole number. @param {string} root @param {Package} item */
function imagesOf(root, { folder }) {
  const file = join(root, folder, 'Dockerfile')
  if (!existsSync(file)) return []
  const wanted = `node:${readFileSync(join(root, '.node-version'), 'utf8').trim()}-slim`
  return [...readFileSync(file, 'utf8').matchAll(/^FROM (\S+)/gm)]
    .filter(match => match[1] !== wanted)
    .map(match => `the Dockerfile is from ${match[1]}, not ${wanted}`)
}

/** What users install because of a package is named, with its reason, in its README. @param {string} root @param {Package} item */
function reasonsOf(root, { folder, manifest }) {
  const { dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = manifest
  const foreign = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }).filter(
    name => !name.startsWith('@gatehouse/'),
  )
  const readme = join(root, folder, 'README.md')
  const sections = existsSync(readme) ? readFileSync(readme, 'utf8').split(/^## /m) : []
  const said = sections.find(section => section.startsWith('Dependencies\n')) ?? ''
  return foreign
    .filter(name => !new RegExp(`(?<![\\w@/.-])${name.replaceAll('.', '\\.')}(?![\\w/-])[^\\n]{12,}`).test(said))
    .map(name => `the reason for ${name} is not under "## Dependencies" of ${folder}/README.md`)
}

/** @param {string} root @param {Package} item */
function entryPointsOf(root, { folder, manifest }) {
  /** @type {string[]} */
  const problems = []
  for (const [entry, conditions] of Object.entries(manifest.exports ?? {})) {
    if (typeof conditions === 'string') continue
    const { '@gatehouse/source': source, types, default: main } = conditions
    if (!main || !types) problems.push(`exports ${entry}: types and default are both needed`)
    if (!manifest.private && !source) problems.push(`exports ${entry}: the condition @gatehouse/source is missing`)
    for (const target of [source, ...(manifest.scripts?.build ? [] : [types, main])]) {
      if (target && !existsSync(join(root, folder, target))) problems.push(`exports ${entry}: ${target} is not there`)
    }
    if (source && main && source.replace('./src/', './dist/').replace(/\.ts$/, '.js') !== main) {
      problems.push(`exports ${entry}: ${main} is not what ${source} is built to`)
    }
  }
  if (manifest.exports && manifest.scripts?.build && !manifest.files?.includes('dist'))
    problems.push('files does not list dist')
  for (const [command, target] of Object.entries(manifest.bin ?? {})) {
    const path = join(root, folder, target)
    if (!existsSync(path)) problems.push(`bin ${command}: ${target} is not there`)
    else if (!readFileSync(path, 'utf8').startsWith('#!/usr/bin/env node\n'))
      problems.push(`bin ${command}: no \`#!/usr/bin/env node\``)
    else if (process.platform !== 'win32' && (statSync(path).mode & 0o111) === 0)
      problems.push(`bin ${command}: ${target} is not executable`)
    if (!manifest.files?.includes(target.split('/')[0] ?? ''))
      problems.push(`files does not list the folder of ${target}`)
  }
  return problems
}
