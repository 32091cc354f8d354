import type { ChildProcess } from 'node:child_process'
import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { WORKER } from '../own-files.ts'
import { isMessage, type Report, type ToPrimary, type ToWorker } from './messages.ts'

/** How a process ended. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** One worker process, seen from the primary. */
export interface Member {
  /** Unique among all that ever were. */
  readonly id: number
  readonly pid: number | undefined
  /** Lost where the process is gone. */
  send(message: ToWorker): void
  /** What it counts and knows; undefined where it does not say in time. */
  report(): Promise<Report | undefined>
  kill(): void
  /** Resolves when it is gone and its output was read to the end. */
  readonly ended: Promise<Ending>
}

/** Milliseconds that a busy worker is waited for. */
const PATIENCE = 1000

/** Starts a process. `onLines` is given whole lines of its output. */
export function spawnMember(onMessage: (message: ToPrimary) => void, onLines: (lines: string) => void): Member {
  cluster.setupPrimary({
    exec: fileURLToPath(WORKER),
    args: [],
    // Its lines go through the primary, which writes them one after the other: of long ones, several processes would make a mixture.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const worker = cluster.fork()
  const child = worker.process
  closeOrphans(child)
  const reports = new Map<number, (report: Report) => void>()
  let asked = 0
  worker.on('error', () => undefined)
  worker.on('message', message => {
    if (!isMessage<ToPrimary>(message)) return
    if (message.gatehouse === 'reported') reports.get(message.id)?.(message)
    else onMessage(message)
  })
  if (child.stdout !== null) relayLines(child.stdout, onLines)
  const send = (message: ToWorker) => {
    if (worker.isConnected()) worker.send(message, () => undefined)
  }
  return {
    id: worker.id,
    pid: child.pid,
    send,
    report() {
      const id = ++asked
      return new Promise(resolve => {
        const finish = (report: Report | undefined) => {
          clearTimeout(impatience)
          reports.delete(id)
          resolve(report)
        }
        const impatience = setTimeout(finish, PATIENCE, undefined)
        reports.set(id, finish)
        send({ gatehouse: 'report', id })
      })
    },
    kill: () => void child.kill('SIGKILL'),
    ended: new Promise(resolve => child.once('close', (code, signal) => resolve({ code, signal }))),
  }
}

interface Handle {
  close(): void
}

/**
 * The runtime hands each connection to one worker and keeps its own end until the worker has taken it. Where the worker dies in between,
 * the runtime keeps it for ever, and the client would wait as long: so the end that was handed out last is closed here. Closing twice does
 * nothing.
 */
function closeOrphans(child: ChildProcess): void {
  const send = child.send.bind(child) as (...args: unknown[]) => boolean
  let last: Handle | undefined
  const tracked = (message: unknown, handle?: unknown, ...rest: unknown[]): boolean => {
    if (isHandle(handle)) last = handle
    return send(message, handle, ...rest)
  }
  child.send = tracked as ChildProcess['send']
  // Not at `disconnect`: the channel waits for the acknowledgement of that very handle, and never says so.
  child.once('exit', () => last?.close())
}

const isHandle = (value: unknown): value is Handle =>
  typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function'

/** The start of a line whose end never came is dropped. */
function relayLines(stream: NodeJS.ReadableStream, onLines: (lines: string) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(0x0a) + 1
    const whole = end === 0 ? undefined : Buffer.concat([rest, chunk.subarray(0, end)])
    rest = whole === undefined ? Buffer.concat([rest, chunk]) : chunk.subarray(end)
    if (whole !== undefined) onLines(whole.toString('utf8'))
  })
}
