import { readFileSync } from 'node:fs'

// A build puts this module at the top of its output: only one at the top of the sources finds the same files from there.

/** The program of a worker process. */
export const WORKER = new URL(`./cluster/worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)

/** The version of the package, beside both `src` and `dist`. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
