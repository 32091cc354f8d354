import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listCodeBlocks, listLinks } from '../markdown.mjs'
import { listFiles } from '../repository.mjs'
import { checkCommands } from './docs-commands.mjs'
import { checkConfigurations } from './docs-configurations.mjs'
import { checkTypeScript } from './docs-typescript.mjs'

/** Checked below, or nothing that could be checked. */
const languages = new Set(['ts', 'yaml', 'sh', 'json', 'text', 'http', 'mermaid', 'diff'])

/**
 * @typedef {import('../markdown.mjs').CodeBlock & { file: string }} DocumentedBlock
 */

/** Every code block of every document that is checked: not one is taken on trust unless it says why. @param {string} root @returns {Promise<string[]>} */
export async function checkDocs(root) {
  const documents = listFiles(root).filter(file => file.endsWith('.md'))
  const blocks = documents.flatMap(file =>
    listCodeBlocks(readFileSync(join(root, file), 'utf8')).map(block => ({
      ...block,
      file,
    })),
  )
  const judged = blocks.filter(({ info }) => !/^nocheck: .{10,}/.test(info))
  const written = (/** @type {string} */ wanted) => judged.filter(({ language }) => language === wanted)
  return [
    ...documents.flatMap(file => brokenLinks(root, file)),
    ...judged.flatMap(block => unexplained(block)),
    ...written('json').flatMap(block => brokenJson(block)),
    ...(await checkTypeScript(root, written('ts'))),
    ...(await checkConfigurations(root, written('yaml'))),
    ...(await checkCommands(root, written('sh'))),
  ]
}

/** @param {DocumentedBlock} block */
const unexplained = ({ file, line, language, info }) => [
  ...(info.startsWith('nocheck') ? [`${file}:${line}: say why after \`nocheck: \``] : []),
  ...(languages.has(language)
    ? []
    : [`${file}:${line}: a block is one of ${[...languages].join(', ')}, not ${language || 'without a language'}`]),
]

/** @param {DocumentedBlock} block */
function brokenJson({ file, line, code }) {
  try {
    JSON.parse(code)
    return []
  } catch (error) {
    return [`${file}:${line}: ${error instanceof Error ? error.message : error}`]
  }
}

/** @param {string} root @param {string} file */
const brokenLinks = (root, file) =>
  listLinks(readFileSync(join(root, file), 'utf8'))
    .filter(({ target }) => !existsSync(join(root, dirname(file), target)))
    .map(({ target, line }) => `${file}:${line}: the link to ${target} leads nowhere`)
