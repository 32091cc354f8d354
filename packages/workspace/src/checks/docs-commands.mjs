import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { listPackages, readJson } from '../repository.mjs'
import { run } from '../run.mjs'

/** @typedef {import('./docs.mjs').DocumentedBlock} DocumentedBlock */

/** What npm itself knows; anything else after `npm run` has to be a script of ours. */
const npmCommands = new Set(['ci', 'install', 'i'])

/** Parses every block with `sh -n`; a command of ours has to exist and to know its flags. @param {string} root @param {readonly DocumentedBlock[]} blocks @returns {Promise<string[]>} */
export async function checkCommands(root, blocks) {
  /** @type {Record<string, string>} */
  const scripts = readJson(join(root, 'package.json')).scripts ?? {}
  const commands = new Map(
    listPackages(root).flatMap(({ folder, manifest }) =>
      Object.entries(manifest.bin ?? {}).map(([name, file]) => /** @type {const} */ ([name, join(root, folder, file)])),
    ),
  )
  /** @type {Map<string, Promise<string | undefined>>} */
  const judged = new Map()
  /** @type {string[]} */
  const problems = []
  for (const { file, line, code } of blocks) {
    const parsed = spawnSync('sh', ['-n'], { input: code, encoding: 'utf8' })
    if (parsed.status !== 0) problems.push(`${file}:${line}: ${parsed.stderr.trim()}`)
    for (const words of listCommandLines(code)) {
      const key = words.join(' ')
      if (!judged.has(key)) judged.set(key, judge(words, scripts, commands))
      const problem = await judged.get(key)
      if (problem) problems.push(`${file}:${line}: ${problem}`)
    }
  }
  return problems
}

/** Simple commands of a script, as words. Quotes are kept together; nothing is expanded. @param {string} code @returns {string[][]} */
export const listCommandLines = code =>
  code
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map(line => line.replace(/(^|\s)#.*$/, ''))
    .flatMap(line =>
      [...line.matchAll(/\$\(([^()]*)\)/g)].map(match => match[1] ?? '').concat(line.replace(/\$\([^()]*\)/g, 'X')),
    )
    .flatMap(line => line.split(/&&|\|\||[|;&](?![^"']*["'][^"']*$)/))
    .map(command =>
      [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/^(["'])(.*)\1$/, '$2')),
    )
    .map(words => words.slice(countAssignments(words)))
    .filter(words => words.length > 0)

/** @param {readonly string[]} words */
function countAssignments(words) {
  const first = words.findIndex(word => !/^\w+=/.test(word))
  return first < 0 ? words.length : first
}

/** @param {readonly string[]} words @param {Record<string, string>} scripts @param {Map<string, string>} commands @returns {Promise<string | undefined>} */
async function judge(words, scripts, commands) {
  const [program, ...rest] = words
  if (program === 'npm') {
    const script = rest[0] === 'run' ? rest[1] : rest[0]
    if (rest[0] !== 'run' && npmCommands.has(rest[0] ?? '')) return undefined
    return script && scripts[script] ? undefined : `there is no script for \`${words.join(' ')}\``
  }
  const own = program === 'npx' ? rest.filter(word => word !== '--no') : words
  const file = commands.get(own[0] ?? '')
  if (!file) return program === 'npx' && rest[0] === '--no' ? `there is no command ${own[0]}` : undefined
  const redirected = own.findIndex(word => /^\d?[<>]/.test(word))
  const args = own.slice(1, redirected < 0 ? undefined : redirected)
  const finished = await run(process.execPath, [file, ...args, '--help'])
  if (/ERR_MODULE_NOT_FOUND/.test(finished.output))
    return `${own[0]} is not built, so \`${own.join(' ')}\` was not checked`
  return finished.code === 0 ? undefined : `\`${own.join(' ')}\` is refused: ${finished.output.trim().split('\n')[0]}`
}
