import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A target as it lies in the tree: `packages/NAME/test/fuzz/TARGET.ts`, and beside it `TARGET.corpus`. */
export interface TargetFile {
  readonly name: string
  readonly file: string
  /** Package that it is a part of. */
  readonly package: string
}

/** Every target below the repository's root, by package and by name. */
export function findTargets(root: string): TargetFile[] {
  return ['packages', 'apps'].flatMap(kind =>
    readdirSync(join(root, kind)).flatMap(name => {
      const folder = join(root, kind, name, 'test', 'fuzz')
      return existsSync(folder) ? findTargetsIn(folder, name) : []
    }),
  )
}

/** Files of a folder are targets; what they share lies in folders below it. */
export const findTargetsIn = (folder: string, name: string): TargetFile[] =>
  readdirSync(folder)
    .filter(file => file.endsWith('.ts'))
    .sort()
    .map(file => ({ name: basename(file, '.ts'), file: join(folder, file), package: name }))

const corpusOf = ({ name, file }: TargetFile): string => join(dirname(file), `${name}.corpus`)

/** Inputs, each a JSON string on a line of its own, one character a byte. */
export function readCorpus(target: TargetFile): string[] {
  const file = corpusOf(target)
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as string)
}

export const writeCorpus = (target: TargetFile, inputs: readonly string[]): void =>
  writeFileSync(corpusOf(target), inputs.map(input => `${quote(input)}\n`).join(''))

/** JSON with everything but visible ASCII escaped, so that a corpus is a text that any tool shows. */
const quote = (input: string): string =>
  JSON.stringify(input).replace(/[^ -~]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
