import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findCommand } from '../repository.mjs'
import { run } from '../run.mjs'

/** @typedef {import('./docs.mjs').DocumentedBlock} DocumentedBlock */

/** Compiles each block as a module of its own against the packages here, at the line it has in its document. @param {string} root @param {readonly DocumentedBlock[]} blocks @returns {Promise<string[]>} */
export async function checkTypeScript(root, blocks) {
  if (blocks.length === 0) return []
  const folder = join(root, '.workspace/docs')
  rmSync(folder, { recursive: true, force: true })
  for (const { file, line, code } of blocks) {
    const path = join(folder, `${file}.${line}.ts`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${'\n'.repeat(line - 1)}${code}\nexport {}\n`)
  }
  const compilerOptions = {
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    customConditions: ['@gatehouse/source'],
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.base.json',
      compilerOptions,
      include: ['**/*.ts'],
    }),
  )
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const tsc = findCommand(root, 'typescript', 'tsc')
  const finished = await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder })
  if (finished.code === 0) return []
  const own = finished.output.split('\n').filter(text => /^\S*\.md\.\d+\.ts\(/.test(text))
  if (own.length === 0) return ['the packages do not compile, so no block could be compiled: see the check of types']
  return own.map(text => text.replace(/^(.*\.md)\.\d+\.ts\((\d+),\d+\)/, '$1:$2'))
}
