import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findCommand, repositoryRoot } from '../repository.mjs'
import { run } from '../run.mjs'
import { SetUpError } from '../set-up.mjs'

/** @typedef {import('./pack.mjs').Packed} Packed */

/**
 * Unpacks packages into the node_modules of an empty folder, each with what it declares to need and nothing else: a dependency that only
 * this repository's other packages bring along is not found.
 * @param {string} root
 * @param {string} folder
 * @param {readonly Packed[]} packages
 */
export async function unpackPackages(root, folder, packages) {
  const ours = new Set(packages.map(({ manifest }) => manifest.name))
  writeManifest(folder)
  for (const { folder: source, manifest, tarball } of packages) {
    const place = join(folder, 'node_modules', manifest.name)
    mkdirSync(place, { recursive: true })
    const finished = await run('tar', ['-xzf', tarball, '-C', place, '--strip-components=1'])
    if (finished.code !== 0) throw new SetUpError(`${tarball} can not be unpacked:\n${finished.output}`)
    for (const name of Object.keys(manifest.dependencies ?? {}))
      if (!ours.has(name)) link(join(root, source), name, place)
    for (const name of Object.keys(manifest.peerDependencies ?? {})) link(join(root, source), name, folder)
  }
}

/** @param {string} folder */
const writeManifest = folder => writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')

/** Makes what `from` finds under a name be found from `to`. @param {string} from @param {string} name @param {string} to */
function link(from, name, to) {
  const place = join(to, 'node_modules', name)
  if (existsSync(place)) return
  let folder = from
  while (!existsSync(join(folder, 'node_modules', name)) && folder !== dirname(folder)) folder = dirname(folder)
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(join(folder, 'node_modules', name), place)
}

/** What goes wrong for somebody who imports each entry, in a program and in its types, or runs each command. @param {string} folder @param {readonly Packed[]} packages @returns {Promise<string[]>} */
export async function tryPackages(folder, packages) {
  const entries = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {}).map(entry => manifest.name + entry.slice(1)),
  )
  const problems = []
  for (const entry of entries) {
    const finished = await run(process.execPath, ['--input-type=module', '-e', `await import('${entry}')`], {
      cwd: folder,
    })
    if (finished.code !== 0)
      problems.push(`${entry} can not be imported from its package: ${firstError(finished.output)}`)
  }
  for (const { manifest } of packages) {
    for (const [command, target] of Object.entries(manifest.bin ?? {})) {
      const file = join(folder, 'node_modules', manifest.name, target)
      const finished = await run(process.execPath, [file, '--version'], { cwd: folder })
      if (finished.output.trim() !== manifest.version)
        problems.push(
          `${command} --version does not say ${manifest.version} from its package: ${firstError(finished.output)}`,
        )
    }
  }
  return [...problems, ...(await compileImports(folder, entries))]
}

/** @param {string} output */
const firstError = output => (/^\w*Error.*$/m.exec(output)?.[0] ?? output.trim()).split(/ imported from | at /)[0] ?? ''

/** @param {string} folder @param {readonly string[]} entries */
async function compileImports(folder, entries) {
  link(repositoryRoot, '@types/node', folder)
  const lines = entries.map((entry, index) => `export * as entry${index} from '${entry}'`)
  writeFileSync(join(folder, 'trial.ts'), `${lines.join('\n')}\n`)
  const options = { module: 'nodenext', target: 'es2023', lib: ['es2023'], strict: true, noEmit: true, types: ['node'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['trial.ts'] }))
  const tsc = findCommand(repositoryRoot, 'typescript', 'tsc')
  const finished = await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder })
  return finished.code === 0 ? [] : finished.output.trim().split('\n').slice(0, 10)
}
