import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listFiles, listPackages } from './repository.mjs'

const stampFile = '.workspace/built'

/** Every package that has a build, each with its sources. @param {string} root */
const listBuilds = root =>
  listPackages(root)
    .filter(({ manifest }) => manifest.scripts?.build)
    .map(({ folder }) => ({
      folder,
      sources: listFiles(root, `${folder}/src`),
    }))

/** A digest of everything a build reads. @param {string} root */
export function digestSources(root) {
  const hash = createHash('sha256')
  const files = ['tsconfig.base.json']
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
  for (const { folder, sources } of listBuilds(root)) {
    for (const source of sources) {
      if (!/(?<!\.d)\.ts$/.test(source)) continue
      const output = source.replace(`${folder}/src/`, `${folder}/dist/`).replace(/\.ts$/, '.js')
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
