import { describeProblem, type Problem } from '@gatehouse/configuration'

/** Where a command writes. */
export interface Terminal {
  /** Columns of standard output; undefined where it is no terminal. */
  readonly width: number | undefined
  out(text: string): void
  err(text: string): void
}

export function processTerminal(): Terminal {
  // A reader that went away (`gatehouse check | head -1`) is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return {
    width: process.stdout.isTTY ? process.stdout.columns || 80 : undefined,
    out: text => void process.stdout.write(`${text}\n`),
    err: text => void process.stderr.write(`${text}\n`),
  }
}

/** The same words from `check` and from `run`. */
export const printProblems = (problems: readonly Problem[], terminal: Terminal): void =>
  terminal.err(problems.map(describeProblem).join('\n'))
