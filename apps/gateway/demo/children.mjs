import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const LEASH = new URL('leash.mjs', import.meta.url).href
const PATIENCE = 5000

/**
 * Runs programs that live and die together. `onDeath` is told the name of one that ended on its own. Every child leads a process group of
 * its own, so that Ctrl-C reaches only the demo, which then stops them in order.
 */
export function createChildren(onDeath) {
  const running = new Map()
  let isStopping = false

  return {
    start(name, script, args, { isQuiet = false } = {}) {
      const child = spawn(process.execPath, [`--import=${LEASH}`, fileURLToPath(script), ...args], {
        detached: true,
        stdio: ['ignore', isQuiet ? 'ignore' : 'inherit', 'inherit', 'ipc'],
      })
      running.set(name, child)
      const ended = () => {
        if (!running.delete(name) || isStopping) return
        onDeath(name)
      }
      child.once('error', ended)
      child.once('exit', ended)
    },
    async stop() {
      isStopping = true
      const children = [...running.values()]
      running.clear()
      await Promise.all(children.map(stopOne))
    },
  }
}

const stopOne = child =>
  new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve()
    const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
    child.once('exit', () => {
      clearTimeout(impatience)
      resolve()
    })
    child.kill('SIGTERM')
  })
