import type { TargetFile } from './target.ts'
import type { Progress } from './worker.ts'

const COLUMNS = ['target', 'execs', 'execs/s', 'corpus', 'coverage', 'crashes'] as const
const WIDTHS = [46, 12, 10, 8, 14, 8] as const

/** What is written to: a terminal, or anything else. */
export interface Screen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** A table that is drawn row by row; on a terminal the row of the target at work changes in place. */
export class Table {
  readonly #out: Screen

  constructor(out: Screen) {
    this.#out = out
  }

  begin(): void {
    this.#out.write(`${layOut(COLUMNS)}\n`)
  }

  /** Shows how a target does, where somebody may be looking. */
  update(target: TargetFile, progress: Progress, places: number): void {
    if (this.#out.isTTY) this.#out.write(`\r${layOut(rowOf(target, progress, places, 0))}`)
  }

  end(target: TargetFile, progress: Progress, places: number, crashes: number): void {
    this.#out.write(`${this.#out.isTTY ? '\r' : ''}${layOut(rowOf(target, progress, places, crashes))}\n`)
  }
}

function rowOf({ name, package: of }: TargetFile, progress: Progress, places: number, crashes: number): string[] {
  const { execs, seconds, corpus, coverage } = progress
  const rate = seconds > 0 ? Math.round(execs / seconds) : 0
  return [`${of}/${name}`, grouped(execs), grouped(rate), `${corpus}`, `${coverage} of ${places}`, `${crashes}`]
}

const grouped = (value: number): string => value.toLocaleString('en-US')

const layOut = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => (index === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[index] ?? 0)))
    .join('')
    .trimEnd()
