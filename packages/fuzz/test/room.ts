import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

const SPACE = fileURLToPath(new URL('../../../.workspace/fuzz', import.meta.url))

/** A folder of a test's own, below the repository so that modules are found from it. */
export function makeRoom(t: Pick<Test, 'teardown'>): string {
  mkdirSync(SPACE, { recursive: true })
  const folder = mkdtempSync(join(SPACE, 'test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
