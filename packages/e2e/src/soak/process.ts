import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

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

const inRepository = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url))

export const PROGRAMS = {
  gatehouse: inRepository('apps/gateway/src/main.ts'),
  'mock-oidc': inRepository('apps/mock-provider/src/main.ts'),
} as const

/** For a process that clears its memory when it gets SIGUSR2, so that what waits for the collector is not taken for what is held. */
export const COLLECTS = ['--expose-gc', '--import', 'data:text/javascript,process.on("SIGUSR2",()=>gc())']

/** Starts a program from its source, killed with its owner. */
export function startProcess(
  owner: Owner,
  file: string,
  args: readonly string[],
  extra: readonly string[] = [],
): Running {
  const flags = ['--import', import.meta.resolve('tsx'), '--conditions=@gatehouse/source', ...extra]
  const child = spawn(process.execPath, [...flags, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // What a test runner would load into it is not to be measured.
    env: { ...process.env, NODE_OPTIONS: '' },
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

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
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
export async function untilAnswers(url: string, { child, lastWords }: Running): Promise<void> {
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer()
      return
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadline)
        throw new Error(`nothing at ${url}:\n${lastWords()}`, { cause: error })
      await new Promise(resolve => setTimeout(resolve, 25))
    }
  }
}
