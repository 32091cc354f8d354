import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from './report.ts'
import { ask, type SinglePlan, withGateway } from './single.ts'

/** Connections whose request heads never end. */
const CONNECTIONS = 1000
/** Requests a second of the other client: few enough to measure how long one takes, and not how many wait. */
const RATE = 500

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
export const benchFlood = (plan: SinglePlan): Promise<readonly FloodRound[]> =>
  withGateway(plan, async ({ port, url, issuer }) => {
    const token = await issuer.jwt()
    const seconds = String(Math.max(plan.seconds, 12))
    const measure = () => ask<Visit>('paced-client.mjs', `${url}/guarded/7`, token, String(RATE), seconds)
    const rounds: FloodRound[] = []
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
  })

/** Another client, on the second core. */
interface Visit {
  readonly p99: number
  readonly errors: number
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
  const ratio = median(rounds.map(({ quiet, flood }) => flood / quiet))
  const errors = rounds.reduce((sum, round) => sum + round.errors, 0)
  const lines = rounds.map(({ quiet, flood }) => describe(quiet, flood))
  const verdict = `${CONNECTIONS} connections that trickle headers: ratio ${ratio.toFixed(2)} in the median, goal under 2; ${errors} errors`
  return `${[...lines, verdict].join('\n')}\n`
}
