import { lineAt } from './source-text.mjs'

/** @typedef {import('./laws.mjs').Law} Law */

/** How secrets are called here. */
const secret = /(?:[sS]ecret|[pP]assword|[pP]assphrase|[sS]ignature|[mM]ac|[nN]once|AccessToken)$/
/** Compared with one of these, or with a literal, a secret is only there or not. */
const plain = /^(?:undefined|null|true|false|\d+)?$/

const comparisons = [
  /([\w$#.?]*)\s*[!=]==?\s*([\w$#.?]*)/g,
  /([\w$#.?]+)\.(?:equals|localeCompare|compare)\(\s*([\w$#.?]*)/g,
  /\bBuffer\.compare\(\s*([\w$#.?]*)\s*,\s*([\w$#.?]*)/g,
]

/**
 * No source compares what is called a secret in a time that tells where it differs. Goes by names alone: sees neither a secret that is called
 * otherwise nor one that a call returns, and says nothing of look-ups and prefixes.
 * @type {Law}
 */
export const secretRule = ({ path, code, statements }) =>
  path.startsWith('src/')
    ? comparisons.flatMap(form =>
        [...statements.matchAll(form)]
          // Within a string or an expression it is only text.
          .filter(({ index, 0: text }) => code.slice(index, index + text.length) === text)
          .filter(([, one = '', other = '']) => [one, other].some(name => secret.test(name)))
          .filter(([, one = '', other = '']) => ![one, other].some(name => plain.test(name)))
          .map(({ index }) => `${lineAt(code, index)}: a secret is compared by timingSafeEqual`),
      )
    : []
