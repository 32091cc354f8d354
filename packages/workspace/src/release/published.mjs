import { listPackages } from '../repository.mjs'

/** @typedef {import('../repository.mjs').Package} Package */

/** Every package that is published, each after those that it needs. @param {string} root @returns {Package[]} */
export function listPublished(root) {
  const all = listPackages(root).filter(({ manifest }) => !manifest.private)
  const byName = new Map(all.map(item => [item.manifest.name, item]))
  /** @type {Set<Package>} */
  const sorted = new Set()
  /** @param {Package} item @param {readonly Package[]} above */
  const add = (item, above) => {
    if (above.includes(item)) throw new Error(`${item.manifest.name} needs itself`)
    for (const name of Object.keys(item.manifest.dependencies ?? {})) {
      const needed = byName.get(name)
      if (needed) add(needed, [...above, item])
    }
    sorted.add(item)
  }
  for (const item of all) add(item, [])
  return [...sorted]
}
