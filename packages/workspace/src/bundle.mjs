import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findCommand, listExportedSources, listFiles, readJson, repositoryRoot } from './repository.mjs'
import { run } from './run.mjs'
import { SetUpError } from './set-up.mjs'

/** @typedef {Map<string, string | Uint8Array>} Files by their path in `dist` */

/**
 * Builds one package into its `dist`: a program of a few files, so that it starts in a fraction of the time of hundreds, the declarations of
 * every source, and what is no TypeScript as it is. Dependencies, the packages here among them, are left outside.
 * @param {string} folder
 * @param {readonly string[]} programs sources that are started by their file, beside those that the package exports
 */
export async function buildPackage(folder, programs) {
  const sources = [...listExportedSources(readJson(join(folder, 'package.json'))), ...programs]
  const built = await Promise.all([bundle(folder, sources), declare(folder), collectAssets(folder)])
  write(join(folder, 'dist'), new Map(built.flatMap(files => [...files])))
}

/** What is loaded only by `import()` becomes a file of its own. @param {string} folder @param {readonly string[]} sources @returns {Promise<Files>} */
async function bundle(folder, sources) {
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [...sources],
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    outbase: 'src',
    outdir: 'dist',
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'error',
  })
  const lost = Object.entries(metafile.outputs).flatMap(([output, { inputs }]) =>
    Object.keys(inputs).filter(input => isLost(folder, input, output)),
  )
  if (lost.length > 0)
    throw new SetUpError(
      `${lost.join(', ')}: import.meta is another place once built: let a file directly in src name what is beside it`,
    )
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(join(folder, 'dist').length + 1), contents]))
}

const asksItsPlace = /\bimport\.meta\.(?:dirname|filename|resolve)\b|new URL\([^()]*\bimport\.meta\.url/

/** Whether a source names files from its own place and does not keep that. @param {string} folder @param {string} input @param {string} output */
const isLost = (folder, input, output) =>
  dirname(input).replace(/^src/, 'dist') !== dirname(output) &&
  asksItsPlace.test(readFileSync(join(folder, input), 'utf8'))

/** Types are judged here too. @param {string} folder @returns {Promise<Files>} */
async function declare(folder) {
  const out = mkdtempSync(join(tmpdir(), 'gatehouse-build-'))
  try {
    const tsc = findCommand(repositoryRoot, 'typescript', 'tsc')
    const args = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', out, '--pretty', 'false']
    const finished = await run(process.execPath, [tsc, ...args], { cwd: folder })
    if (finished.code !== 0) throw new SetUpError(finished.output)
    return new Map(listFiles(out).map(file => [file, readFileSync(join(out, file))]))
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** @param {string} folder @returns {Files} */
const collectAssets = folder =>
  new Map(
    listFiles(join(folder, 'src'))
      .filter(file => !file.endsWith('.ts'))
      .map(file => [file, readFileSync(join(folder, 'src', file))]),
  )

/** Leaves alone what is right already: somebody may be running it. @param {string} dist @param {Files} files */
function write(dist, files) {
  const before = existsSync(dist) ? readdirSync(dist, { recursive: true, withFileTypes: true }) : []
  for (const [file, content] of files) {
    const path = join(dist, file)
    if (existsSync(path) && readFileSync(path).equals(Buffer.from(content))) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  for (const entry of before) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !files.has(path.slice(dist.length + 1))) rmSync(path)
  }
}
