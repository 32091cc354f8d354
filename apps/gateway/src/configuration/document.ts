import { createRequire } from 'node:module'
import type { Problem } from '@gatehouse/configuration'
import type { CST, Document, LineCounter, YAMLError } from 'yaml'
import { readPlainJson } from './plain-json.ts'

export type Parsed =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Aliases may repeat at most this often: enough for templates, too few for a document that explodes. */
const MAX_ALIASES = 200
const MAX_DEPTH = 64
const MAX_LISTED = 20
const TOO_DEEP = `is nested deeper than ${MAX_DEPTH} levels`
/** More openings than levels are allowed, or more indentation: no other text can be too deep. */
const MAY_BE_DEEP = new RegExp(`(?:[[{?-][^[{?-]*){${MAX_DEPTH}}|^ {${MAX_DEPTH}}`, 'm')

/**
 * YAML 1.2 (with merge keys) or JSON to a plain object. Mistakes are told by line and column, never by quoting the line: it may hold a
 * secret. Duplicate keys, unknown tags, several documents and alias bombs are mistakes.
 */
export function parseConfiguration(text: string, file: string): Parsed {
  const isJson = file.toLowerCase().endsWith('.json')
  const plain = isJson ? readPlainJson(text) : undefined
  if (plain !== undefined) return judgeRoot(plain, file)
  try {
    const parsed = parseYaml(text, file)
    return parsed.ok && isJson ? (strictJson(text, file) ?? parsed) : parsed
  } catch (error) {
    if (error instanceof ReferenceError) return failed(file, 'repeats its anchors too often')
    return failed(file, 'is not valid YAML or JSON')
  }
}

const failed = (file: string, message: string): Parsed => ({ ok: false, problems: [{ path: file, message }] })

/** Loaded for what needs it: the library takes longer to load than a configuration to read. */
const loadYaml = (): typeof import('yaml') => createRequire(import.meta.url)('yaml')

function parseYaml(text: string, file: string): Parsed {
  const { LineCounter, Parser, parseDocument, visit } = loadYaml()
  if (MAY_BE_DEEP.test(text) && isDeep(new Parser().parse(text))) return failed(file, TOO_DEEP)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'error' })
  const mistakes = [...document.errors, ...document.warnings].filter(mistake => !isTightComment(mistake, text))
  if (mistakes.length > 0) {
    return { ok: false, problems: mistakes.slice(0, MAX_LISTED).map(mistake => locate(mistake, file, lines)) }
  }
  const lost = findLostAlias(document, visit)
  if (lost !== undefined) return failed(place(lost, file, lines), 'the alias names no anchor above it')
  return judgeRoot(document.toJS({ maxAliasCount: MAX_ALIASES }), file)
}

/** Looks at the tokens before the library puts them together, which it does by recursion: a stack that is full is no way to find out. */
function isDeep(tokens: Iterable<CST.Token>): boolean {
  for (const token of tokens) {
    const open: [token: CST.Token, level: number][] = [[token, 0]]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [found, level] = next
      if (level > MAX_DEPTH) return true
      if (found.type === 'document' && found.value !== undefined) open.push([found.value, level])
      if (!('items' in found)) continue
      for (const { key, value } of found.items) {
        if (key) open.push([key, level + 1])
        if (value) open.push([value, level + 1])
      }
    }
  }
  return false
}

function judgeRoot(value: unknown, file: string): Parsed {
  if (value === null || value === undefined) return failed(file, 'is empty')
  if (typeof value !== 'object' || Array.isArray(value)) return failed(file, 'is not an object at its top level')
  if (isDeeperThan(value, MAX_DEPTH)) return failed(file, TOO_DEEP)
  return { ok: true, value: value as Record<string, unknown> }
}

const locate = (mistake: YAMLError, file: string, lines: LineCounter): Problem => ({
  path: place(mistake.pos[0], file, lines),
  message: SENTENCES[mistake.code] ?? 'is not valid YAML',
})

function place(offset: number, file: string, lines: LineCounter): string {
  const { line, col } = lines.linePos(offset)
  return `${file}:${line}:${col}`
}

/** `[a]# why` wants a space before its comment (YAML 1.2 section 6.6), but has only one meaning. */
const isTightComment = ({ code, pos }: YAMLError, text: string): boolean =>
  code === 'MISSING_CHAR' && text[pos[0]] === '#'

/** Where an alias stands whose anchor does not exist; the library finds out only when it is too late to say where. */
function findLostAlias(document: Document.Parsed, visit: typeof import('yaml').visit): number | undefined {
  let offset: number | undefined
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return undefined
      offset = alias.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return offset
}

/** The library's own sentences may quote the text. */
const SENTENCES: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  ALIAS_PROPS: 'an alias can not have a tag or an anchor',
  BAD_ALIAS: 'the alias names no anchor above it',
  BAD_COLLECTION_TYPE: 'the tag does not fit the value',
  BAD_DIRECTIVE: 'the directive is not valid',
  BAD_DQ_ESCAPE: 'the escape in the double-quoted string is not valid',
  BAD_INDENT: 'the indentation does not fit',
  BAD_PROP_ORDER: 'an anchor or tag stands in the wrong place',
  BAD_SCALAR_START: 'a plain value can not start with this character; quote it',
  BLOCK_AS_IMPLICIT_KEY: 'a nested mapping needs a line of its own',
  BLOCK_IN_FLOW: 'a block can not stand inside { } or [ ]',
  DUPLICATE_KEY: 'the key is there twice',
  IMPOSSIBLE: 'is not valid YAML',
  KEY_OVER_1024_CHARS: 'the key is too long',
  MISSING_CHAR: 'a quote, comma, colon or bracket is missing',
  MULTILINE_IMPLICIT_KEY: 'a key can not span lines; is a colon or quote missing?',
  MULTIPLE_ANCHORS: 'a value can have one anchor only',
  MULTIPLE_DOCS: 'there is more than one document',
  MULTIPLE_TAGS: 'a value can have one tag only',
  NON_STRING_KEY: 'a key must be a string',
  RESOURCE_EXHAUSTION: 'is too large or nested too deep',
  TAB_AS_INDENT: 'indentation must be spaces, not tabs',
  TAG_RESOLVE_FAILED: 'the tag is not known',
  UNEXPECTED_TOKEN: 'there is something unexpected here',
}

/** A `.json` file is read by others too, so what only YAML allows is refused in it. */
function strictJson(text: string, file: string): Parsed | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const offset = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    const before = text.slice(0, Number(offset ?? 0)).split('\n')
    const place = offset === undefined ? file : `${file}:${before.length}:${(before.at(-1) ?? '').length + 1}`
    return {
      ok: false,
      problems: [{ path: place, message: 'is YAML but not JSON (comments, trailing commas, quotes)' }],
    }
  }
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(member => isDeeperThan(member, levels - 1))
}
