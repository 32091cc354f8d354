import { readFileSync } from 'node:fs'
import { INSPECTOR_SCRIPTS } from '../../own-files.ts'

/** What the page is made of in the browser: plain modules that import each other by these names. */
export const SCRIPTS: ReadonlySet<string> = new Set([
  'main.js',
  'clock.js',
  'defects.js',
  'directory.js',
  'dom.js',
  'explain.js',
  'faults.js',
  'journal.js',
  'journal-entry.js',
  'keys.js',
  'mint.js',
  'plane.js',
  'tenants.js',
  'time.js',
  'token.js',
])

const READ = new Map<string, string>()

/** One of SCRIPTS; read from the package when first asked for. */
export function readScript(name: string): string {
  let text = READ.get(name)
  if (text === undefined) {
    text = readFileSync(new URL(name, INSPECTOR_SCRIPTS), 'utf8')
    READ.set(name, text)
  }
  return text
}
