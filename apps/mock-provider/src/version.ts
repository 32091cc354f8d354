import { readFile } from 'node:fs/promises'

/** The version of the package, which lies one folder above the sources as well as above the build. */
export async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  return version
}
