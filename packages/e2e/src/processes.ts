import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { ledger, refuseLeaks } from './ledger.ts'

const app = (path: string): string => fileURLToPath(new URL(`../../../apps/${path}`, import.meta.url))

const SOURCE = ['--import', import.meta.resolve('tsx'), '--conditions=@gatehouse/source']

/** A run of all tests has built the programs just before, and starts them as users do; a file that is run by itself starts their sources. */
const PROGRAMS = process.env.TEST_BUILT
  ? { gatehouse: [app('gateway/bin/gatehouse.js')], 'mock-oidc': [app('mock-provider/bin/mock-oidc.js')] }
  : { gatehouse: [...SOURCE, app('gateway/src/main.ts')], 'mock-oidc': [...SOURCE, app('mock-provider/src/main.ts')] }

export interface Running {
  readonly child: ChildProcess
  readonly output: () => string
  /** Resolves with the exit code, or the signal's name. */
  readonly exit: Promise<number | string>
}

/**
 * One of our commands as a user runs it, killed with the test, which fails if a secret is in its output. What hands out tokens
 * (`mock-oidc token`) prints them.
 */
export function runCommand(
  t: Test,
  command: keyof typeof PROGRAMS,
  args: readonly string[],
  {
    env = {},
    flags = [],
    cwd,
  }: { env?: Readonly<Record<string, string>>; flags?: readonly string[]; cwd?: string } = {},
): Running {
  const child = spawn(process.execPath, [...flags, ...PROGRAMS[command], ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += String(chunk)
  })
  child.stderr.on('data', chunk => {
    output += String(chunk)
  })
  const exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exit
    if (args[0] === 'token') return
    ledger.show(`${command} ${args[0]}`, output)
    refuseLeaks()
  })
  return { child, output: () => output, exit }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until the origin answers anything at all. */
export async function untilAnswers(url: string, running: Running): Promise<void> {
  const deadline = Date.now() + 20_000
  let gone: number | string | undefined
  void running.exit.then(code => {
    gone = code
  })
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer()
      return
    } catch (error) {
      if (gone !== undefined) throw new Error(`exited with ${gone}:\n${running.output()}`, { cause: error })
      if (Date.now() > deadline) throw new Error(`nothing at ${url}:\n${running.output()}`, { cause: error })
      await new Promise(resolve => setTimeout(resolve, 25))
    }
  }
}

/** Waits until something that is no command of ours answers at the address. */
export async function untilServes(url: string): Promise<void> {
  const deadline = Date.now() + 20_000
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer()
      return
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`nothing at ${url}`, { cause: error })
      await new Promise(resolve => setTimeout(resolve, 25))
    }
  }
}
