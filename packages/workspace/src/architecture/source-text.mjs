/**
 * @typedef {object} SourceText three views of one file, all of the same length and with the same lines
 * @property {string} text as written
 * @property {string} code comments, strings and regular expressions blanked
 * @property {string} statements only comments blanked
 */

/**
 * @typedef {object} Import
 * @property {string} specifier
 * @property {boolean} typeOnly
 * @property {number} line
 */

/** A slash here starts a regular expression and not a division. */
const beforeExpression =
  /(?:^|[([{,;=:!&|?+\-*%<>~^}]|=>|\b(?:return|typeof|case|in|of|await|yield|void|throw|else))\s*$/

const regularExpression = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*|\n/g

/** Blanks what is not code. Enough of JavaScript's grammar for that, and no more. @param {string} text @returns {SourceText} */
export function readSource(text) {
  let code = ''
  let statements = ''
  let at = 0
  /** How many braces are open in each template literal's substitution. @type {number[]} */
  const templates = []
  /** @param {number} end @param {'code' | 'string' | 'comment'} kind */
  const take = (end, kind) => {
    const piece = text.slice(at, end)
    const blank = piece.replace(/[^\n]/g, ' ')
    code += kind === 'code' ? piece : blank
    statements += kind === 'comment' ? blank : piece
    at = end
  }
  const takeTemplate = () => {
    const rest = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(`|\$\{)?/y
    rest.lastIndex = at
    const match = rest.exec(text)
    if (match?.[1] === '${') templates.push(0)
    take(rest.lastIndex || text.length, 'string')
  }
  while (at < text.length) {
    const two = text.slice(at, at + 2)
    const one = two[0]
    if (two === '//') take(endOf(text, /\n|$/g, at, false), 'comment')
    else if (two === '/*') take(endOf(text, /\*\//g, at + 2, true), 'comment')
    else if (one === "'" || one === '"')
      take(endOf(text, one === "'" ? /(?<!\\)(?:\\\\)*'|\n/g : /(?<!\\)(?:\\\\)*"|\n/g, at + 1, true), 'string')
    else if (one === '`') {
      take(at + 1, 'string')
      takeTemplate()
    } else if (one === '}' && templates.at(-1) === 0) {
      templates.pop()
      take(at + 1, 'string')
      takeTemplate()
    } else if (one === '/' && beforeExpression.test(code.slice(-200).trimEnd() || '(')) {
      take(endOf(text, regularExpression, at, true), 'string')
    } else {
      const depth = templates.length - 1
      if (depth >= 0 && one === '{') templates[depth] = (templates[depth] ?? 0) + 1
      if (depth >= 0 && one === '}') templates[depth] = (templates[depth] ?? 0) - 1
      take(at + 1, 'code')
    }
  }
  return { text, code, statements }
}

/** @param {string} text @param {RegExp} pattern @param {number} from @param {boolean} including */
function endOf(text, pattern, from, including) {
  pattern.lastIndex = from
  const match = pattern.exec(text)
  return match ? match.index + (including ? match[0].length : 0) : text.length
}

/** @param {string} text @param {number} index */
export const lineAt = (text, index) => text.slice(0, index).split('\n').length

const importForms = [
  /(?<![.\w])(?:import|export)\s+(type\s+)?(?:[\w$*\s{},]+?\s+from\s*)['"]([^'"]+)['"]/g,
  /(?<![.\w])import\s*()['"]([^'"]+)['"]/g,
  /(?<![.\w])import\(\s*()['"]([^'"]+)['"]/g,
]

/** What a file imports or exports from elsewhere. @param {SourceText} source @returns {Import[]} */
export function listImports({ code, statements }) {
  /** @type {Import[]} */
  const imports = []
  for (const form of importForms) {
    for (const match of statements.matchAll(form)) {
      // In a string this is only text: the keyword has to be code.
      if (!/^(?:import|export)/.test(code.slice(match.index))) continue
      const [statement, type, specifier = ''] = match
      const named = /\{([^}]*)\}\s*from/.exec(statement)?.[1]?.split(',') ?? []
      const onlyTypes = named.filter(name => name.trim() !== '').every(name => name.trim().startsWith('type '))
      const other = /^(?:import|export)\s+(?:[\w$]+\s*,|[\w$]+\s+from|\*)/.test(statement)
      imports.push({
        specifier,
        typeOnly: Boolean(type) || (named.length > 0 && onlyTypes && !other),
        line: lineAt(statements, match.index),
      })
    }
  }
  return imports.sort((a, b) => a.line - b.line)
}
