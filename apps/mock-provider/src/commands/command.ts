import type { Flags, Given } from '../argv.ts'

/** Where a command writes; the process' own streams but in tests. */
export interface Output {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
}

/** What a command ends with: 0 done, 1 could not (a probe: something was let through), 2 asked for wrongly. */
export type ExitCode = 0 | 1 | 2

export interface Command {
  readonly say: string
  /** What comes without a flag, once: its name in the help, and in the values. */
  readonly operand?: string
  readonly flags: Flags
  readonly examples: readonly string[]
  readonly run: (given: Given['values'], output: Output) => Promise<ExitCode>
}
