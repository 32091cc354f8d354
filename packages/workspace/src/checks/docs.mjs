import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listCodeBlocks, listLinks } from '../markdown.mjs'
import { listFiles, readJson } from '../repository.mjs'
import { checkCommands } from './docs-commands.mjs'
import { checkConfigurations } from './docs-configurations.mjs'
import { checkTypeScript } from './docs-typescript.mjs'

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
  const written = (/** @type {string[]} */ ...languages) =>
    judged.filter(({ language }) => languages.includes(language))
  return [
    ...documents.flatMap(file => brokenLinks(root, file)),
    ...judged.flatMap(block => unexplained(block)),
    ...written('json').flatMap(block => brokenJson(block)),
    ...(await checkTypeScript(root, written('ts', 'typescript'))),
    ...(await checkConfigurations(root, written('yaml', 'yml'))),
    ...(await checkCommands(root, written('sh', 'bash', 'shell'))),
  ]
}

/** @param {DocumentedBlock} block */
const unexplained = ({ file, line, language, info }) => [
  ...(info.startsWith('nocheck') ? [`${file}:${line}: say why after \`nocheck: \``] : []),
  ...(language === '' ? [`${file}:${line}: the block names no language (\`text\` for what is none)`] : []),
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

/** The scripts a user can call at the top. @param {string} root @returns {Record<string, string>} */
export const listScripts = root => readJson(join(root, 'package.json')).scripts ?? {}
