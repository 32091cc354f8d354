import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin, transformSync } from 'esbuild'
import { instrument, type Survey } from './instrument.ts'

export interface Bundle {
  /** An ES module that fuzzes its target as a worker thread. */
  readonly file: string
  readonly places: number
  readonly words: readonly string[]
}

const HERE = dirname(fileURLToPath(import.meta.url))

/**
 * Puts a target and the sources it tests into one instrumented file. What comes from `node_modules` stays where it is, and is not
 * instrumented. `folder` has to be below the repository, so that those modules are found from it.
 */
export async function bundleTarget(target: string, folder: string, name: string): Promise<Bundle> {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.mjs`)
  const survey: Survey = { places: 0, words: new Set() }
  const imports = ['feedback.ts', 'worker.ts'].map(part => JSON.stringify(join(HERE, part)))
  await build({
    stdin: {
      contents: `import ${imports[0]}\nimport * as target from ${JSON.stringify(target)}\nimport { work } from ${imports[1]}\nawait work(target)\n`,
      resolveDir: HERE,
    },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@gatehouse/source'],
    logLevel: 'silent',
    plugins: [leaveModules(folder), instrumentSources(survey)],
  })
  return { file, places: survey.places, words: [...survey.words] }
}

/** Packages but our own are imported by their place, seen from whoever wants them. */
const leaveModules = (folder: string): Plugin => ({
  name: 'leave-modules',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === folder || path.startsWith('@gatehouse/') || path.startsWith('node:')) return undefined
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: folder })
      return found.errors.length > 0 || found.external ? found : { path: found.path, external: true }
    })
  },
})

const instrumentSources = (survey: Survey): Plugin => ({
  name: 'instrument',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20' })
      return { contents: dirname(path) === HERE ? code : instrument(code, survey), loader: 'js' }
    })
  },
})
