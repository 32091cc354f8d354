import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** A run of all tests has built the program just before, and starts it as users do; a file that is run by itself starts its sources. */
const PROGRAM = process.env.TEST_BUILT
  ? [at('../bin/mock-oidc.js')]
  : ['--import=tsx', '--conditions=@gatehouse/source', at('../src/main.ts')]
const CWD = fileURLToPath(new URL('.', import.meta.url))

export interface Running {
  readonly child: ChildProcess
  /** Where it listens. */
  readonly url: string
  readonly out: () => string
  readonly end: (signal: NodeJS.Signals) => Promise<{ code: number | null; signal: string | null }>
}

/** The command, in a process of its own. */
export const spawnMain = (args: readonly string[], env: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, [...PROGRAM, ...args], {
    cwd: CWD,
    env: { ...process.env, NODE_ENV: 'test', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** Starts a provider and waits until it has said where it listens. */
export async function startProvider(t: Test, args: readonly string[]): Promise<Running> {
  const child = spawnMain(['start', '--port', '0', ...args])
  t.teardown(() => child.kill('SIGKILL'))
  let out = ''
  let errors = ''
  child.stderr?.on('data', chunk => {
    errors += chunk
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', chunk => {
      out += chunk
      const found = /listening +(\S+)\n[\s\S]*\$ curl/.exec(out)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('exit', code => reject(new Error(`ended with ${code} before it listened: ${errors}`)))
  })
  const exited = once(child, 'exit')
  const end: Running['end'] = async signal => {
    child.kill(signal)
    const [code, by] = await exited
    return { code, signal: by }
  }
  return { child, url, out: () => out, end }
}
