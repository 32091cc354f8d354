import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runNpm, SetUpError } from '../set-up.mjs'
import { listPublished } from './published.mjs'

/**
 * @typedef {import('./published.mjs').Package & { tarball: string, files: string[] }} Packed
 *   `files` are the paths inside the tarball
 */

/** Packs every published package into a folder, in the order in which they have to be published. @param {string} root @param {string} into @returns {Promise<Packed[]>} */
export async function packPackages(root, into) {
  const published = listPublished(root)
  if (published.length === 0) return []
  mkdirSync(into, { recursive: true })
  const names = published.map(({ manifest }) => `--workspace=${manifest.name}`)
  const finished = await runNpm(root, ['pack', '--json', '--ignore-scripts', `--pack-destination=${into}`, ...names])
  if (finished.code !== 0) throw new SetUpError(`npm could not pack:\n${finished.output}`)
  /** @type {{ name: string, filename: string, files: { path: string }[] }[]} */
  const packed = Object.values(JSON.parse(finished.output.slice(finished.output.search(/^[[{]/m))))
  return published.map(item => {
    const made = packed.find(({ name }) => name === item.manifest.name)
    if (!made) throw new SetUpError(`npm packed no ${item.manifest.name}`)
    return {
      ...item,
      tarball: join(into, made.filename.replace(/^@([^/]+)\//, '$1-')),
      files: made.files.map(({ path }) => path),
    }
  })
}
