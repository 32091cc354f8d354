import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Crash } from './run.ts'
import type { TargetFile } from './target.ts'

/** Writes the input that broke a target, and answers where. The same input is the same file. */
export function writeCrash({ name, package: of }: TargetFile, { input }: Crash, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${of}-${name}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`)
  writeFileSync(file, input)
  return file
}
