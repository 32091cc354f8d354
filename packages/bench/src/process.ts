import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'

export interface Served {
  readonly child: ChildProcess
  /** Milliseconds from spawn to the first answer. */
  readonly startUp: number
  readonly stop: () => Promise<void>
}

const TASKSET = '/usr/bin/taskset'
/** Command that gives what follows precedence over whatever else the machine does; empty unless asked for. */
export const PRECEDENCE: string[] = []

/** Needs the right to use a real-time scheduling class. Does nothing to processes that run already. */
export function takePrecedence(): void {
  PRECEDENCE.push('/usr/bin/chrt', '-r', '1')
}

/** Command that keeps what follows on one core. */
export const pin = (core: number): string[] => [
  ...PRECEDENCE,
  ...(existsSync(TASKSET) ? [TASKSET, '-c', String(core)] : []),
]
const TICKS = Number(execFileSync('getconf', ['CLK_TCK']).toString())

/** Starts a server on one core and waits for its first answer, whatever it is. */
export async function serve(command: readonly string[], url: string, core: number): Promise<Served> {
  const [file = '', ...args] = [...pin(core), ...command]
  const began = performance.now()
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  let said = ''
  child.stderr.on('data', chunk => {
    said = `${said}${chunk}`.slice(-4000)
  })
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  for (;;) {
    const answered = await fetch(url).then(
      response => response.arrayBuffer().then(() => true),
      () => false,
    )
    if (answered) break
    if (child.exitCode !== null) throw new Error(`${command.join(' ')} exited with ${child.exitCode}: ${said}`)
    if (performance.now() - began > 20_000) throw new Error(`${command.join(' ')} does not answer: ${said}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  const startUp = performance.now() - began
  return {
    child,
    startUp,
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000)
      await closed
      clearTimeout(timer)
    },
  }
}

/** CPU seconds used so far by a process and its descendants (proc(5), fields utime and stime). */
export function cpuSeconds(pid: number): number {
  return family(pid).reduce((sum, each) => {
    const fields = statOf(each)
    return sum + (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS
  }, 0)
}

/** Milliseconds without any work after which a process has nothing to do, and after which it is not waited for any longer. */
const REST = 100
const IMPATIENCE = 5000

/** Waits until a process and its descendants use no processor time. */
export async function untilIdle(pid: number): Promise<void> {
  const began = performance.now()
  for (let before = -1, used = cpuSeconds(pid); used > before && performance.now() - began < IMPATIENCE; ) {
    await new Promise(resolve => setTimeout(resolve, REST))
    before = used
    used = cpuSeconds(pid)
  }
}

/** Resident memory in MiB of a process and its descendants. */
export function residentMemory(pid: number): number {
  const pages = family(pid).reduce((sum, each) => sum + Number(statOf(each)[21] ?? 0), 0)
  return (pages * 4096) / 1024 / 1024
}

/** Fields of /proc/PID/stat after the name, which may hold anything. */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    return []
  }
}

function family(pid: number): number[] {
  const all = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  const members = [pid]
  for (let index = 0; index < members.length; index++) {
    for (const name of all) if (Number(statOf(Number(name))[1]) === members[index]) members.push(Number(name))
  }
  return members
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
