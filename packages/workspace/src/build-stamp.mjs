import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listExportedSources, listFiles, listPackages } from './repository.mjs'

const stampFile = '.workspace/built'

/** How a build is done, beside what is built. */
const recipe = ['package.json', 'tsconfig.base.json', 'packages/workspace/src/bundle.mjs']

/** Every package that has a build, each with its sources and the files that others load of it. @param {string} root */
const listBuilds = root =>
  listPackages(root)
    .filter(({ manifest }) => manifest.scripts?.build)
    .map(({ folder, manifest }) => ({
      folder,
      sources: listFiles(root, `${folder}/src`),
      entries: [...listExportedSources(manifest), ...(manifest.scripts?.build?.match(/\bsrc\/\S+\.ts\b/g) ?? [])],
    }))

/** A digest of everything a build reads. @param {string} root */
export function digestSources(root) {
  const hash = createHash('sha256')
  const files = [...recipe]
  for (const { folder, sources } of listBuilds(root)) {
    files.push(...sources, `${folder}/package.json`, `${folder}/tsconfig.json`, `${folder}/tsconfig.build.json`)
  }
  for (const file of files) {
    const path = join(root, file)
    hash
      .update(`${file}\0`)
      .update(existsSync(path) ? readFileSync(path) : '')
      .update('\0')
  }
  return hash.digest('hex')
}

/** Says why a build is needed, or undefined. @param {string} root @returns {string | undefined} */
export function whyBuild(root) {
  const stamp = join(root, stampFile)
  if (!existsSync(stamp)) return 'nothing is built yet'
  if (readFileSync(stamp, 'utf8') !== digestSources(root)) return 'sources changed'
  for (const { folder, entries } of listBuilds(root)) {
    for (const entry of entries) {
      const output = join(folder, entry.replace(/^(?:\.\/)?src\//, 'dist/').replace(/\.ts$/, '.js'))
      if (!existsSync(join(root, output))) return `${output} is missing`
    }
  }
  return undefined
}

/** Remembers what was built. @param {string} root @param {string} digest taken before the build, so that an edit during it is seen */
export function stampBuild(root, digest) {
  const stamp = join(root, stampFile)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, digest)
}
