/**
 * @typedef {object} CodeBlock
 * @property {string} language first word of the info string, lower-cased
 * @property {string} info the rest of it
 * @property {string} code
 * @property {number} line of the first line of the code
 */

/** Fenced code blocks (CommonMark section 4.5), those inside lists included. @param {string} text @returns {CodeBlock[]} */
export function listCodeBlocks(text) {
  /** @type {CodeBlock[]} */
  const blocks = []
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const opening = /^( *)(`{3,}|~{3,})\s*(\S*)\s*(.*)$/.exec(lines[at] ?? '')
    if (!opening) continue
    const [, indent = '', fence = '', language = '', info = ''] = opening
    const first = at + 1
    /** @type {string[]} */
    const code = []
    for (at = first; at < lines.length && !closes(lines[at] ?? '', fence); at++)
      code.push(unindent(lines[at] ?? '', indent.length))
    blocks.push({
      language: language.toLowerCase(),
      info: info.trim(),
      code: `${code.join('\n')}\n`,
      line: first + 1,
    })
  }
  return blocks
}

/** @param {string} line @param {string} fence */
const closes = (line, fence) => line.trim().startsWith(fence) && line.trim().replaceAll(fence[0] ?? '`', '') === ''

/** @param {string} line @param {number} width */
const unindent = (line, width) => line.slice(Math.min(width, line.length - line.trimStart().length))

/** Relative targets of links, without their fragments. @param {string} text @returns {{ target: string, line: number }[]} */
export const listLinks = text =>
  text.split('\n').flatMap((content, index) =>
    [...content.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(match => (match[1] ?? '').replace(/#.*$/, ''))
      .filter(target => target !== '' && !/^[a-z]+:/i.test(target))
      .map(target => ({ target, line: index + 1 })),
  )

/** Rows of the tables whose first column is called `name`, each cell without its backticks. @param {string} text @param {string} name @returns {{ cells: string[], line: number }[]} */
export function listRows(text, name) {
  const rows = []
  let inside = false
  for (const [index, line] of text.split('\n').entries()) {
    const cells = /^\s*\|(.*)\|\s*$/
      .exec(line)?.[1]
      ?.split(/(?<!\\)\|/)
      .map(cell => cell.trim().replaceAll('`', ''))
    if (!cells) inside = false
    else if (cells[0]?.toLowerCase() === name) inside = true
    else if (inside && !/^:?-+:?$/.test(cells[0] ?? '')) rows.push({ cells, line: index + 1 })
  }
  return rows
}
