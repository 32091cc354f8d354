import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { untilServes } from '../programs.ts'

/** What ends with a test, or with whoever else can end things. */
export interface Owner {
  teardown(end: () => unknown): unknown
}

/** A process of its own, whose output is not kept: a long run says a lot. */
export interface Running {
  readonly child: ChildProcess
  /** The end of what it said. */
  readonly lastWords: () => string
  /** Whether anything that it said looks like a JWT. */
  readonly showsToken: () => boolean
  readonly end: () => Promise<void>
}

/**
 * For a process that clears its memory when it gets SIGUSR2, so that what waits for the collector is not taken for what is held. Its young generation is
 * always as large as V8 makes it under load: it would shrink whenever the machine leaves the process no time, and grow again.
 */
export const COLLECTS = [
  '--expose-gc',
  '--min-semi-space-size=16',
  '--import',
  'data:text/javascript,process.on("SIGUSR2",()=>gc())',
]

/** Starts a program, Node's arguments for which are given, killed with its owner. */
export function startProcess(owner: Owner, program: readonly string[], args: readonly string[]): Running {
  // What a test runner would load into every Node that it sees started is not to be measured.
  const child = spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, ...program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  let words = ''
  let showsToken = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      // Across the seam of two pieces, too.
      words = (words + text).slice(-text.length - 1000)
      showsToken ||= /eyJ[\w-]{10}/.test(words)
      words = words.slice(-4000)
    })
  }
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    await closed
  }
  owner.teardown(end)
  process.once('exit', () => child.kill('SIGKILL'))
  return { child, lastWords: () => words, showsToken: () => showsToken, end }
}

/** Asks as `fetch` does, and again where the connection broke: the other side may close one that was idle for too long on a busy machine. */
export async function fetchText(
  url: string,
  init: RequestInit = {},
  attempts = 3,
): Promise<{ ok: boolean; text: string }> {
  try {
    const response = await fetch(url, init)
    return { ok: response.ok, text: await response.text() }
  } catch (error) {
    if (attempts <= 1) throw error
    return fetchText(url, init, attempts - 1)
  }
}

/** Waits until the process answers anything at all at the address. */
export const untilAnswers = (url: string, { child, lastWords }: Running): Promise<void> =>
  untilServes(url, () => (child.exitCode === null ? undefined : `exited with ${child.exitCode}:\n${lastWords()}`))
