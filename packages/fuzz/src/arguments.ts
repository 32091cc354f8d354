import { parseArgs } from 'node:util'

export interface Wish {
  /** Parts of the names of targets or packages; none: all of them. */
  readonly filters: readonly string[]
  /** For each target. */
  readonly seconds: number
  readonly runs: number
  /** Undefined: another one each time. */
  readonly seed: number | undefined
  /** Writes what was found out back into the corpus. */
  readonly save: boolean
  /** File of an input to try once. */
  readonly repeat: string | undefined
  readonly help: boolean
}

export const HELP = `npm run fuzz -- [TARGET...] [--seconds N] [--runs N] [--seed N] [--save] [--repeat FILE]

  TARGET         part of the name of a target or of its package; without one, all of them
  --seconds N    seconds for each target (default 10)
  --runs N       inputs for each target at most
  --seed N       begins as an earlier run did
  --save         keeps a small corpus of what was found beside the target
  --repeat FILE  tries the input of that file once, without instrumentation, in the one target named
`

/** What the user asked for, or a sentence about what can not be read. */
export function readArguments(argv: readonly string[]): Wish | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '10' },
        runs: { type: 'string' },
        seed: { type: 'string' },
        save: { type: 'boolean', default: false },
        repeat: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    const seconds = Number(values.seconds)
    const runs = Number(values.runs ?? Number.POSITIVE_INFINITY)
    const seed = values.seed === undefined ? undefined : Number(values.seed)
    if (!(seconds > 0)) return '--seconds is no number above 0'
    if (!(runs > 0)) return '--runs is no number above 0'
    if (seed !== undefined && !Number.isSafeInteger(seed)) return '--seed is no whole number'
    return { filters: positionals, seconds, runs, seed, save: values.save, repeat: values.repeat, help: values.help }
  } catch (error) {
    return error instanceof Error ? (error.message.split('.', 1)[0] ?? '') : String(error)
  }
}
