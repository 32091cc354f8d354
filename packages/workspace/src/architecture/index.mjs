import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles, readJson } from '../repository.mjs'
import { houseRules } from './house-rules.mjs'
import { lawsOf } from './laws.mjs'
import { secretRule } from './secrets.mjs'
import { listImports, readSource } from './source-text.mjs'

/**
 * What breaks the laws of the architecture in one package, as `file:line: what is wrong`. Reads sources, tests,
 * bins and demos; does not resolve types, and does not follow an import into another package (turbo boundaries does).
 * @param {string} folder of the package
 * @returns {string[]}
 */
export function findViolations(folder) {
  const laws = [...houseRules, secretRule, ...(lawsOf[readJson(join(folder, 'package.json')).name] ?? [])]
  return listFiles(folder)
    .filter(path => /\.(?:ts|mts|mjs|js)$/.test(path))
    .flatMap(path => {
      const source = readSource(readFileSync(join(folder, path), 'utf8'))
      const file = { ...source, path, imports: listImports(source) }
      return laws.flatMap(law => law(file)).map(violation => `${path}:${violation}`)
    })
}
