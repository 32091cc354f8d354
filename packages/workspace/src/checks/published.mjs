import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { listRows } from '../markdown.mjs'
import { readJson } from '../repository.mjs'
import { checkPacked } from './packed.mjs'

/** JSON Schemas that ship as files, and the export each has to equal. */
const schemas = [
  {
    file: 'apps/gateway/gatehouse.schema.json',
    folder: 'apps/gateway',
    name: 'configurationSchema',
  },
  { file: 'apps/mock-provider/mock-oidc.schema.json', folder: 'apps/mock-provider', name: 'fileSchema' },
  { file: 'apps/mock-provider/probe.schema.json', folder: 'apps/mock-provider', name: 'probeSchema' },
]

/** Tables of codes in code. The README's table of errors has to hold exactly their rows. */
const errorTables = [
  { folder: 'packages/verifier', name: 'REJECTIONS' },
  { folder: 'packages/fastify-gateway', name: 'SHELL_REJECTIONS' },
]

/** What is published in two places says the same in both, and the packages work by themselves. @param {string} root @returns {Promise<string[]>} */
export async function checkPublished(root) {
  return [...(await checkSchemas(root)), ...(await checkErrorTable(root)), ...(await checkPacked(root))]
}

/** @param {string} root @param {string} folder @param {string} name @returns {Promise<any>} */
async function loadExport(root, folder, name) {
  const main = readJson(join(root, folder, 'package.json')).exports?.['.']?.default
  const file = join(root, folder, main ?? 'dist/index.js')
  return existsSync(file) ? (await import(pathToFileURL(file).href))[name] : undefined
}

/** @param {string} root */
async function checkSchemas(root) {
  const problems = []
  for (const { file, folder, name } of schemas) {
    if (!existsSync(join(root, folder))) continue
    const wanted = await loadExport(root, folder, name)
    if (wanted === undefined) problems.push(`${folder} does not export ${name}`)
    else if (!existsSync(join(root, file))) problems.push(`${file} is missing`)
    else if (!isDeepStrictEqual(readJson(join(root, file)), JSON.parse(JSON.stringify(wanted)))) {
      problems.push(`${file} is not what ${name} of ${folder} says`)
    }
  }
  return problems
}

/** @param {string} root */
async function checkErrorTable(root) {
  const problems = []
  /** @type {Map<string, string>} */
  const wanted = new Map()
  for (const { folder, name } of errorTables) {
    const table = await loadExport(root, folder, name)
    if (table === undefined) problems.push(`${folder} does not export ${name}`)
    for (const [code, { status }] of Object.entries(table ?? {})) wanted.set(code, String(status))
  }
  const readme = join(root, 'README.md')
  const rows = existsSync(readme) ? listRows(readFileSync(readme, 'utf8'), 'code') : []
  /** @type {Set<string>} */
  const listed = new Set()
  for (const { cells, line } of rows) {
    const codes = (cells[0] ?? '').split(/\s*[,/]\s*/)
    const statuses = (cells[1] ?? '').match(/\d{3}/g) ?? []
    for (const [index, code] of codes.entries()) {
      const status = wanted.get(code)
      const says = statuses.length === codes.length ? statuses[index] : statuses[0]
      listed.add(code)
      if (status === undefined) problems.push(`README.md:${line}: there is no code ${code}`)
      else if (status !== says) problems.push(`README.md:${line}: ${code} has the status ${status}, not ${says}`)
    }
  }
  for (const code of wanted.keys()) if (!listed.has(code)) problems.push(`README.md: the table of errors lacks ${code}`)
  return problems
}
