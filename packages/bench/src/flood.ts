import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CONTENDERS } from './contenders.ts'
import { startIssuer } from './issuer.ts'
import { freePort, PRECEDENCE, serve, TASKSET } from './process.ts'
import { upstreamCommand } from './upstream.ts'

/** Connections whose request heads never end. */
const CONNECTIONS = 1000
/** Requests a second of the other client: few enough to measure how long one takes, and not how many wait. */
const RATE = 500

export interface FloodPlan {
  readonly folder: string
  readonly rounds: number
  readonly seconds: number
  readonly fromSource: boolean
  readonly say: (line: string) => void
}

/** Milliseconds, of a client that is not part of the flood. */
export interface FloodRound {
  readonly quiet: number
  readonly flood: number
  readonly errors: number
  /** Connections of the flood that the gateway closed. */
  readonly closed: number
}

/**
 * The 99th percentile of a client's latency without and with a thousand connections that trickle headers, slice after slice. A slice with the flood
 * is longer than `headersTimeout`, so that the end of the first thousand is in it.
 */
export async function benchFlood(plan: FloodPlan): Promise<readonly FloodRound[]> {
  const issuer = await startIssuer()
  const [upstreamPort, port] = [await freePort(), await freePort()]
  const upstream = `http://127.0.0.1:${upstreamPort}`
  const folder = join(plan.folder, 'flood')
  await mkdir(folder, { recursive: true })
  const back = await serve(await upstreamCommand(upstreamPort, folder), upstream, 1)
  const [gatehouse] = CONTENDERS
  if (gatehouse === undefined) throw new Error('there is no gateway among the contenders')
  const setting = {
    issuer: issuer.issuer,
    publicKey: issuer.publicKey,
    upstream,
    port,
    folder,
    fromSource: plan.fromSource,
  }
  const url = `http://127.0.0.1:${port}`
  const served = await serve(await gatehouse.command(setting), `${url}/public/7`, 0)
  const token = await issuer.jwt()
  const measure = () => visit(`${url}/guarded/7`, token, Math.max(plan.seconds, 12))
  const rounds: FloodRound[] = []
  try {
    await measure()
    for (let round = 1; round <= plan.rounds; round++) {
      const quiet = await measure()
      const flood = await startFlood(port)
      const loud = await measure()
      const closed = await flood.stop()
      const errors = quiet.errors + loud.errors
      rounds.push({ quiet: quiet.p99, flood: loud.p99, errors, closed })
      plan.say(
        `flood: round ${round} of ${plan.rounds}: ${describe(quiet.p99, loud.p99)}, ${closed} connections closed`,
      )
    }
    return rounds
  } finally {
    await Promise.all([served.stop(), back.stop()])
    issuer.close()
  }
}

interface Visit {
  readonly p50: number
  readonly p99: number
  readonly errors: number
}

/** Another client, in a process of its own on the second core. */
async function visit(url: string, token: string, seconds: number): Promise<Visit> {
  const script = fileURLToPath(new URL('../contenders/paced-client.mjs', import.meta.url))
  const pinned = [...PRECEDENCE, ...(existsSync(TASKSET) ? [TASKSET, '-c', '1'] : []), process.execPath]
  const [file = '', ...args] = [...pinned, script, url, token, String(RATE), String(seconds)]
  const { stdout } = await promisify(execFile)(file, args)
  return JSON.parse(stdout) as Visit
}

const describe = (quiet: number, flood: number): string =>
  `p99 ${quiet.toFixed(2)} ms quiet, ${flood.toFixed(2)} ms in the flood, ratio ${(flood / quiet).toFixed(2)}`

async function startFlood(port: number): Promise<{ readonly stop: () => Promise<number> }> {
  const script = fileURLToPath(new URL('../contenders/slow-headers.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, String(port), String(CONNECTIONS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = listen(child)
  await said('ready')
  return {
    async stop() {
      child.kill('SIGTERM')
      return Number(/closed (\d+)/.exec(await said('closed'))?.[1])
    },
  }
}

/** Waits until a process has said a word; gives everything that it said. */
function listen({ stdout }: ChildProcess): (word: string) => Promise<string> {
  let text = ''
  const waiting = new Set<() => void>()
  stdout?.on('data', chunk => {
    text += String(chunk)
    for (const look of waiting) look()
  })
  return word =>
    new Promise(resolve => {
      const look = () => {
        if (!text.includes(word)) return
        waiting.delete(look)
        resolve(text)
      }
      waiting.add(look)
      look()
    })
}

/** Median over the rounds of the ratio that each has of its own. */
export function printFlood(rounds: readonly FloodRound[]): string {
  const ratios = rounds.map(({ quiet, flood }) => flood / quiet).sort((a, b) => a - b)
  const median = ratios[Math.floor(ratios.length / 2)] ?? Number.NaN
  const errors = rounds.reduce((sum, round) => sum + round.errors, 0)
  const lines = rounds.map(({ quiet, flood }) => describe(quiet, flood))
  const verdict = `${CONNECTIONS} connections that trickle headers: ratio ${median.toFixed(2)} in the median, goal under 2; ${errors} errors`
  return `${[...lines, verdict].join('\n')}\n`
}
