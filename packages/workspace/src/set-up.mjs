import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestSources, stampBuild, whyBuild } from './build-stamp.mjs'
import { whyInstall } from './installation.mjs'
import { findCommand, repositoryRoot } from './repository.mjs'
import { run, withProgress } from './run.mjs'

/** Something the user has to mend: its text is all that is shown. */
export class SetUpError extends Error {}

/** Nothing of ours reports home or asks questions. */
export const quietEnvironment = () => ({
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
  npm_config_update_notifier: 'false',
  npm_config_loglevel: 'error',
})

/**
 * Makes a fresh clone ready: installs, builds and prepares the test runner, each only when needed. With nothing
 * to do it takes a fraction of a second.
 * @param {{ root?: string, build?: boolean, tests?: boolean }} [options]
 */
export async function setUp({ root = repositoryRoot, build = true, tests = false } = {}) {
  requireNode()
  const install = whyInstall(root)
  if (install) await installPackages(root, install)
  if (tests) await prepareTestRunner(root)
  if (build) await buildIfStale(root)
}

/** @param {string} root */
export async function buildIfStale(root) {
  const stale = whyBuild(root)
  if (stale) await buildPackages(root, stale)
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetUpError(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`)
  }
}

/** Runs the npm that runs this, where one does. @param {string} root @param {readonly string[]} args @param {{ show?: boolean }} [options] */
export function runNpm(root, args, { show = false } = {}) {
  const npm = process.env.npm_execpath
  const options = { cwd: root, env: quietEnvironment(), show }
  return npm && /\.c?js$/.test(npm)
    ? run(process.execPath, [npm, ...args], options)
    : run('npm', args, { ...options, shell: process.platform === 'win32' })
}

/** @param {string} root @param {string} why */
async function installPackages(root, why) {
  // No package needs its install script: the native parts of esbuild, turbo, biome and tsc are packages of their own.
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--maxsockets=50']
  const finished = await withProgress(`Installing packages (${why})`, () => runNpm(root, args))
  if (finished.code === 0) return
  const words = finished.output
    .split('\n')
    .filter(line => line.startsWith('npm error') && !line.includes('debug-0.log'))
  const next = /\bEUSAGE\b/.test(finished.output)
    ? 'package-lock.json does not match the package.json files: run `npm install` and try again.'
    : 'npm could not install: mend what it names above (often the network or the registry), then run the same command again.'
  throw new SetUpError(`${(words.length > 0 ? words.slice(0, 25) : [finished.output]).join('\n')}\n${next}`)
}

/** Only what the compiler says, where it says something. @param {string} output */
export function compilerErrors(output) {
  const errors = output.split('\n').filter(line => /\berror TS\d+:/.test(line))
  return errors.length > 0 ? errors.map(line => line.replace(/^(@gatehouse\/[\w-]+):\w+: /, '$1 ')) : [output]
}

/** @param {string} root @param {string} why */
export async function buildPackages(root, why) {
  const digest = digestSources(root)
  const finished = await withProgress(`Building (${why})`, () =>
    run(
      process.execPath,
      [findCommand(root, 'turbo'), 'run', 'build', '--continue', '--output-logs=errors-only', '--no-color'],
      {
        cwd: root,
        env: quietEnvironment(),
      },
    ),
  )
  if (finished.code !== 0)
    throw new SetUpError(
      `${compilerErrors(finished.output).join('\n')}\nThe build failed: mend what the compiler names above.`,
    )
  stampBuild(root, digest)
}

/** tap's own TypeScript plugin needs an API that TypeScript 7 no longer has, so tap is put together without it (.taprc). @param {string} root */
async function prepareTestRunner(root) {
  const unwanted = [...readFileSync(join(root, '.taprc'), 'utf8').matchAll(/['"]!([^'"]+)['"]/g)].map(match => match[1])
  const built = join(root, 'node_modules/@tapjs/test/test-built/dist/esm/index.js')
  const signature = existsSync(built)
    ? /signature = `([^`]*)`/.exec(readFileSync(built, 'utf8'))?.[1]?.split('\n')
    : undefined
  if (signature && !unwanted.some(plugin => signature.includes(/** @type {string} */ (plugin)))) return
  const finished = await withProgress('Preparing the test runner', () =>
    run(process.execPath, [findCommand(root, 'tap'), 'build'], {
      cwd: root,
      env: quietEnvironment(),
    }),
  )
  if (finished.code !== 0) throw new SetUpError(`${finished.output}\nThe test runner could not be prepared.`)
}

/** Runs a command of this package: a SetUpError is shown as it is, anything else is a bug. @param {() => Promise<void>} main */
export async function runMain(main) {
  // `npm run check | head` is no crash.
  process.stdout.on('error', error =>
    process.exit(/** @type {NodeJS.ErrnoException} */ (error).code === 'EPIPE' ? 0 : 1),
  )
  try {
    await main()
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    process.stderr.write(`${error.message.trimEnd()}\n`)
    process.exitCode = 1
  }
}
