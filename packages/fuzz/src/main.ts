import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { HELP, readArguments, type Wish } from './arguments.ts'
import { writeCrash } from './crash-file.ts'
import { runTarget } from './run.ts'
import { Table } from './table.ts'
import { findTargets, type TargetFile, writeCorpus } from './target.ts'
import type { Target } from './trial.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const FOLDER = join(ROOT, '.workspace', 'fuzz')

async function main(argv: readonly string[]): Promise<number> {
  const wish = readArguments(argv)
  if (typeof wish === 'string') return complain(`${wish}\n\n${HELP}`)
  if (wish.help) {
    process.stdout.write(HELP)
    return 0
  }
  const targets = findTargets(ROOT).filter(target => isWanted(target, wish.filters))
  if (targets.length === 0)
    return complain(`No target is called ${wish.filters.join(' or ')}. There are:\n${listAll()}`)
  return wish.repeat === undefined ? fuzz(targets, wish) : repeat(targets, wish.repeat)
}

const isWanted = ({ name, package: of }: TargetFile, filters: readonly string[]): boolean =>
  filters.length === 0 || filters.some(filter => `${of}/${name}`.includes(filter))

const listAll = (): string =>
  findTargets(ROOT)
    .map(({ name, package: of }) => `  ${of}/${name}\n`)
    .join('')

async function fuzz(targets: readonly TargetFile[], wish: Wish): Promise<number> {
  const { seconds, runs, seed = randomInt(1, 2 ** 31), save } = wish
  process.stdout.write(`seed ${seed}, ${seconds} s for each target\n`)
  const table = new Table(process.stdout)
  table.begin()
  let failed = 0
  for (const target of targets) {
    const onProgress: NonNullable<Parameters<typeof runTarget>[1]['onProgress']> = (progress, places) =>
      table.update(target, progress, places)
    const result = await runTarget(target, { seed, seconds, runs, folder: FOLDER, condenses: save, onProgress })
    table.end(target, result.progress, result.places, result.crash === undefined ? 0 : 1)
    if (result.crash === undefined) {
      if (save) writeCorpus(target, result.corpus)
      continue
    }
    failed++
    const file = relative(ROOT, writeCrash(target, result.crash, join(FOLDER, 'crashes')))
    const again = `npm run fuzz -- ${target.package}/${target.name} --repeat ${file}`
    process.stdout.write(`\n${result.crash.complaint}\n\nThe input is in ${file}; to repeat it:\n  ${again}\n\n`)
  }
  return failed > 0 ? 1 : 0
}

/** Without instrumentation, so that the stack names lines of the sources. */
async function repeat([target, ...more]: readonly TargetFile[], file: string): Promise<number> {
  if (target === undefined || more.length > 0) return complain('--repeat wants one target')
  const input = readFileSync(resolve(process.env.INIT_CWD ?? ROOT, file))
  const { fuzz: attempt } = (await import(pathToFileURL(target.file).href)) as Target
  try {
    await attempt(input)
  } catch (error) {
    return complain(`${error instanceof Error ? error.stack : error}\n`)
  }
  process.stdout.write('Nothing is wrong with this input.\n')
  return 0
}

function complain(text: string): number {
  process.stderr.write(text)
  return 1
}

process.exitCode = await main(process.argv.slice(2))
