import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { packPackages } from './pack.mjs'
import { describeMaterials } from './sbom.mjs'

/** Where a release is put together. */
export const releaseFolder = '.workspace/release'

/**
 * Packs everything, writes the bill of materials and the checksums beside it, and answers what npm has to be told, in this order: no package
 * is published before those that it needs.
 * @param {string} root
 * @returns {Promise<string[][]>} arguments of npm
 */
export async function prepareRelease(root) {
  const folder = join(root, releaseFolder)
  rmSync(folder, { recursive: true, force: true })
  const packed = await packPackages(root, folder)
  const bill = join(folder, 'sbom.cdx.json')
  writeFileSync(bill, `${JSON.stringify(describeMaterials(root), undefined, 2)}\n`)
  const lines = [...packed.map(({ tarball }) => tarball), bill].map(
    file => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${basename(file)}\n`,
  )
  writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''))
  return packed.map(({ tarball }) => [
    'publish',
    `./${releaseFolder}/${basename(tarball)}`,
    '--provenance',
    '--access',
    'public',
  ])
}
