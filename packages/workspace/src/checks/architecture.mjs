import { join } from 'node:path'
import { findViolations } from '../architecture/index.mjs'
import { listPackages } from '../repository.mjs'

/** The laws inside each package. @param {string} root @returns {string[]} */
export const checkArchitecture = root =>
  listPackages(root).flatMap(({ folder }) =>
    findViolations(join(root, folder)).map(violation => `${folder}/${violation}`),
  )
