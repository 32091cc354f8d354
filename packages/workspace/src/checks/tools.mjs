import { findCommand } from '../repository.mjs'
import { run } from '../run.mjs'
import { buildIfStale, compilerErrors, quietEnvironment, SetUpError } from '../set-up.mjs'

const quiet = ['--continue', '--output-logs=errors-only', '--no-color']

/** Runs an installed command and answers its output as the problem. @param {string} root @param {string} name @param {readonly string[]} args @param {string} [command] */
async function runTool(root, name, args, command) {
  const finished = await run(process.execPath, [findCommand(root, name, command), ...args], {
    cwd: root,
    env: { ...quietEnvironment(), NO_COLOR: '1', FORCE_COLOR: '0' },
  })
  return finished.code === 0 ? [] : [finished.output.trim() || `${name} ended with code ${finished.code}`]
}

/** Format, lint and order of imports. @param {string} root */
export const checkStyle = root =>
  runTool(
    root,
    '@biomejs/biome',
    ['ci', '--diagnostic-level=warn', '--error-on-warnings', '--max-diagnostics=15', '--colors=off', '.'],
    'biome',
  )

/** Types of sources and tests of every package. @param {string} root */
export async function checkTypes(root) {
  const problems = await runTool(root, 'turbo', ['run', 'typecheck', ...quiet])
  return problems.flatMap(compilerErrors)
}

/** What the checks after it run and read: the commands and packages as users get them. @param {string} root */
export async function checkBuild(root) {
  try {
    await buildIfStale(root)
    return []
  } catch (error) {
    if (error instanceof SetUpError) return error.message.split('\n')
    throw error
  }
}

/** Who may depend on whom (tags in turbo.json), nothing undeclared, no way around by a relative path. @param {string} root */
export const checkBoundaries = root => runTool(root, 'turbo', ['boundaries', '--no-color'])
