import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HELP, readArguments, type Wish } from './arguments.ts'
import { writeCrash } from './crash-file.ts'
import { runTarget } from './run.ts'
import { type Screen, Table } from './table.ts'
import { findTargets, type TargetFile, writeCorpus } from './target.ts'
import type { Target } from './trial.ts'

/** Where a command works and whom it tells. */
export interface Place {
  /** Of the repository whose targets are meant. */
  readonly root: string
  /** For bundles and crashes; below a folder with `node_modules`. */
  readonly folder: string
  /** Where the user stands. */
  readonly from: string
  readonly out: Screen
  readonly err: Pick<Screen, 'write'>
}

/** `npm run fuzz` with these arguments; answers the exit code. */
export async function runCommand(argv: readonly string[], place: Place): Promise<number> {
  const { root, out } = place
  const wish = readArguments(argv)
  if (typeof wish === 'string') return complain(place, `${wish}\n\n${HELP}`)
  if (wish.help) {
    out.write(HELP)
    return 0
  }
  const all = findTargets(root)
  const targets = all.filter(target => isWanted(target, wish.filters))
  if (targets.length === 0) {
    return complain(
      place,
      `No target is called ${wish.filters.join(' or ')}. There are:\n${all.map(nameOf).join('\n')}\n`,
    )
  }
  return wish.repeat === undefined ? fuzz(targets, wish, place) : repeat(targets, wish.repeat, place)
}

const nameOf = ({ name, package: of }: TargetFile): string => `${of}/${name}`

const isWanted = (target: TargetFile, filters: readonly string[]): boolean =>
  filters.length === 0 || filters.some(filter => nameOf(target).includes(filter))

async function fuzz(targets: readonly TargetFile[], wish: Wish, place: Place): Promise<number> {
  const { seconds, runs, seed = randomInt(1, 2 ** 31), save } = wish
  const { folder, root, out } = place
  out.write(`seed ${seed}, ${seconds} s for each target\n`)
  const table = new Table(out)
  table.begin()
  let failed = 0
  for (const target of targets) {
    const { progress, places, crash, corpus } = await runTarget(target, {
      ...{ seed, seconds, runs, folder, condenses: save },
      onProgress: (soFar, of) => table.update(target, soFar, of),
    })
    table.end(target, progress, places, crash === undefined ? 0 : 1)
    if (crash === undefined) {
      if (save) writeCorpus(target, corpus)
      continue
    }
    failed++
    const file = relative(root, writeCrash(target, crash, join(folder, 'crashes')))
    const again = `npm run fuzz -- ${nameOf(target)} --repeat ${file}`
    out.write(`\n${crash.complaint}\n\nThe input is in ${file}; to repeat it:\n  ${again}\n\n`)
  }
  return failed > 0 ? 1 : 0
}

/** Without instrumentation, so that the stack names lines of the sources. */
async function repeat(targets: readonly TargetFile[], file: string, place: Place): Promise<number> {
  const [target, ...more] = targets
  if (target === undefined || more.length > 0) {
    return complain(place, `--repeat wants one target, and these are ${targets.map(nameOf).join(', ')}\n`)
  }
  const { fuzz: attempt } = (await import(pathToFileURL(target.file).href)) as Target
  try {
    await attempt(readFileSync(resolve(place.from, file)))
  } catch (error) {
    return complain(place, `${error instanceof Error ? error.stack : error}\n`)
  }
  place.out.write('Nothing is wrong with this input.\n')
  return 0
}

function complain({ err }: Place, text: string): number {
  err.write(text)
  return 1
}
