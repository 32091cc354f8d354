import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'
import { ledger, refuseLeaks } from './ledger.ts'
import { freePort, PROGRAMS, untilServes } from './programs.ts'

export { freePort, untilServes }

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

/** The origin that a gateway says it listens at: with port 0 in its configuration nobody else knows. */
export function untilListening({ child, output, exit }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const [, url] = /"url":"([^"]+)","msg":"listening"/.exec(output()) ?? []
      if (url !== undefined) resolve(url)
    }
    child.stdout?.on('data', look)
    look()
    void exit.then(code => reject(new Error(`exited with ${code}:\n${output()}`)))
  })
}

/** Waits until the origin answers anything at all. */
export function untilAnswers(url: string, { exit, output }: Running): Promise<void> {
  let gone: number | string | undefined
  void exit.then(code => {
    gone = code
  })
  return untilServes(url, () => (gone === undefined ? undefined : `exited with ${gone}:\n${output()}`))
}
