import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * @typedef {object} Finished
 * @property {number} code exit code; 128 + number for a signal
 * @property {string} output standard output and standard error, in the order they came
 * @property {number} seconds
 */

/**
 * Runs a command and keeps what it says. Passes SIGINT and SIGTERM on and then ends this process too, so that
 * nothing is left running.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, shell?: boolean }} [options] `show` also prints the output as it comes
 * @returns {Promise<Finished>}
 */
export function run(command, args, { cwd, env = process.env, show = false, shell = false } = {}) {
  const started = process.hrtime.bigint()
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    /** @type {Buffer[]} */
    const chunks = []
    child.stdout.on('data', chunk => {
      chunks.push(chunk)
      if (show) process.stdout.write(chunk)
    })
    child.stderr.on('data', chunk => {
      chunks.push(chunk)
      if (show) process.stderr.write(chunk)
    })
    /** @param {NodeJS.Signals} signal */
    const passOn = signal => {
      child.kill(signal)
      process.exitCode = 128 + constants.signals[signal]
      child.once('close', () => process.exit())
    }
    process.once('SIGINT', passOn).once('SIGTERM', passOn)
    const finish = () => process.off('SIGINT', passOn).off('SIGTERM', passOn)
    child.once('error', error => {
      finish()
      reject(error)
    })
    child.once('close', (code, signal) => {
      finish()
      resolve({
        code: code ?? 128 + (signal ? constants.signals[signal] : 0),
        output: Buffer.concat(chunks).toString('utf8'),
        seconds: Number(process.hrtime.bigint() - started) / 1e9,
      })
    })
  })
}

/**
 * Runs a long step under a title on standard error: a clock on a terminal, two lines elsewhere.
 * @param {string} title
 * @param {() => Promise<Finished>} step
 * @returns {Promise<Finished>}
 */
export async function withProgress(title, step) {
  const { stderr } = process
  const started = process.hrtime.bigint()
  const elapsed = () => `${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)} s`
  if (!stderr.isTTY) stderr.write(`${title} ...\n`)
  const clock = stderr.isTTY ? setInterval(() => stderr.write(`\r${title} ... ${elapsed()}`), 200) : undefined
  try {
    const finished = await step()
    stderr.write(
      `${stderr.isTTY ? '\r' : ''}${title}: ${finished.code === 0 ? 'done' : 'failed'} in ${elapsed()}    \n`,
    )
    return finished
  } finally {
    clearInterval(clock)
  }
}
