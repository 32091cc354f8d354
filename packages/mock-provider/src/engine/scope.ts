import { Refusal } from './refusal.ts'

/** RFC 6749 section 3.3: scope-token. */
const WORD = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Words of a `scope`, each once, in order. */
export function parseScope(scope: string | undefined): readonly string[] | Refusal {
  const words = [...new Set((scope ?? '').split(' ').filter(word => word !== ''))]
  return words.every(word => WORD.test(word))
    ? words
    : new Refusal('invalid_scope', 'scope: has a character that RFC 6749 section 3.3 does not allow')
}

/** What a client may have of what it asked for; a client registered with a `scope` is held to it. */
export function judgeScope(
  scope: string | undefined,
  allowed: readonly string[] | undefined,
): readonly string[] | Refusal {
  const words = parseScope(scope)
  if (words instanceof Refusal || allowed === undefined) return words
  return words.every(word => allowed.includes(word))
    ? words
    : new Refusal('invalid_scope', 'scope: goes beyond what the client is registered for')
}
