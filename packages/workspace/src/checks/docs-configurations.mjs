import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../run.mjs'

/** @typedef {import('./docs.mjs').DocumentedBlock} DocumentedBlock */

/**
 * Puts every whole gatehouse configuration (one with issuers, upstreams and routes) through `gatehouse check`; other
 * YAML is only read. Environment variables and files that a configuration names are made up for it.
 * @param {string} root
 * @param {readonly DocumentedBlock[]} blocks
 * @returns {Promise<string[]>}
 */
export async function checkConfigurations(root, blocks) {
  if (blocks.length === 0) return []
  const { parse } = await import('yaml')
  const isBuilt = existsSync(join(root, 'apps/gateway/dist/main.js'))
  /** @type {string[]} */
  const problems = []
  for (const block of blocks) {
    const at = `${block.file}:${block.line}`
    /** @type {unknown} */
    let value
    try {
      value = parse(block.code)
    } catch (error) {
      problems.push(`${at}: ${error instanceof Error ? error.message : error}`)
      continue
    }
    const isWhole =
      typeof value === 'object' && value !== null && ['issuers', 'upstreams', 'routes'].every(key => key in value)
    if (isWhole && !isBuilt) problems.push(`${at}: apps/gateway is not built, so this was not checked`)
    else if (isWhole) problems.push(...(await checkConfiguration(root, block.code)).map(problem => `${at}: ${problem}`))
  }
  return problems
}

/** @param {string} root @param {string} code */
async function checkConfiguration(root, code) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-docs-'))
  try {
    const missing = await makeNamedFiles(folder, code)
    if (missing) return [missing]
    const file = join(folder, 'gatehouse.yaml')
    writeFileSync(file, code)
    const names = [...code.matchAll(/\$\{env:(\w+)\}/g)].map(match => [match[1], 'made-up-for-the-documentation'])
    const finished = await run(process.execPath, [join(root, 'apps/gateway/bin/gatehouse.js'), 'check', '-c', file], {
      cwd: folder,
      env: { ...process.env, ...Object.fromEntries(names) },
    })
    return finished.code === 0 ? [] : [`gatehouse check refuses it:\n${finished.output.trim()}`]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} folder @param {string} code @returns {Promise<string | undefined>} why that was not possible */
async function makeNamedFiles(folder, code) {
  const names = new Set(
    [...code.matchAll(/(?<![\w/.-])[\w-]+\.(?:pem|key|jwk\.json)(?![\w-])/g)].map(match => match[0]),
  )
  for (const match of code.matchAll(/\$\{file:([\w.-]+)\}/g)) writeFileSync(join(folder, match[1] ?? ''), 'made-up')
  if (names.size === 0) return undefined
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = join(folder, '.key')
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const certificate = join(folder, '.certificate')
  const made = await run('openssl', [
    'req',
    '-x509',
    '-new',
    '-key',
    key,
    '-subj',
    '/CN=example',
    '-days',
    '2',
    '-out',
    certificate,
  ]).catch(() => undefined)
  if (made?.code !== 0) return 'the certificates it names could not be made: is openssl installed?'
  for (const name of names) {
    const content = name.endsWith('.jwk.json')
      ? JSON.stringify({
          ...privateKey.export({ format: 'jwk' }),
          kid: 'example',
          alg: 'ES256',
        })
      : readFileSync(name.endsWith('.key') || /key/.test(name) ? key : certificate)
    writeFileSync(join(folder, name), content)
  }
  return undefined
}
