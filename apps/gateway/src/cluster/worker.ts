import type { Denial } from '@gatehouse/verifier'
import type { Logger } from 'pino'
import { readProcess } from '../observe/exposition.ts'
import { createLogTo, openOutput } from '../observe/log.ts'
import { createMetrics } from '../observe/metrics.ts'
import { countProviderRequests } from '../observe/provider-requests.ts'
import { ListenError } from '../server/listen.ts'
import { prepareServing } from '../server/serving.ts'
import { createAsker } from './asker.ts'
import { fetchThroughPrimary } from './document-fetch.ts'
import { isMessage, type ToPrimary, type ToWorker } from './messages.ts'
import { createPrimaryMemory } from './proofs.ts'

/** Milliseconds between two accounts of what was counted: what a worker that is killed takes with it at most. */
const ACCOUNT_INTERVAL = 1000

type Start = Extract<ToWorker, { gatehouse: 'start' }>
type Hear = (message: Exclude<ToWorker, Start>) => void

// The primary is told to stop, by whoever, and tells its workers. A terminal's Ctrl-C reaches them all.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)

const early: Parameters<Hear>[0][] = []
let hear: Hear = message => void early.push(message)
process.on('message', (message: unknown) => {
  if (!isMessage<ToWorker>(message)) return
  if (message.gatehouse === 'start') void start(message)
  else hear(message)
})
tell({ gatehouse: 'hello' })

async function start({ slot, level, ...orders }: Start): Promise<void> {
  const log = createLogTo(await openOutput({ isTerminal: false, noColor: true }), level, { worker: slot })
  // A fault in one request is that request's; the others go on.
  process.on('uncaughtException', error => log.error({ err: error }, 'uncaught error'))
  process.on('unhandledRejection', error => log.error({ err: error }, 'unhandled rejection'))
  try {
    await serve(orders, log)
  } catch (error) {
    if (error instanceof ListenError) tell({ gatehouse: 'failed', sentence: error.message })
    else log.fatal({ err: error }, 'worker can not start')
    leave(1)
  }
}

type Orders = Pick<Start, 'served' | 'denials' | 'nonceSecret'>

async function serve({ served, denials, nonceSecret }: Orders, log: Logger): Promise<void> {
  const metrics = createMetrics()
  const asker = createAsker(tell)
  const memory = createPrimaryMemory(tell)
  const proofs = { nonceSecret: Buffer.from(nonceSecret, 'base64url'), memory }
  const gateway = { ...served.gateway, ports: { ...served.gateway.ports, proofs } }
  const serving = await prepareServing(
    { ...served, gateway },
    {
      log,
      metrics,
      fetch: fetchThroughPrimary(asker.ask, countProviderRequests(metrics)),
      onRevoked: revoked => tell({ gatehouse: 'revoked', denials: revoked }),
    },
  )
  const deny = (revoked: readonly Denial[]) => {
    if (!serving.deny(revoked)) log.error('no room for another revocation')
  }
  const report = async (id: number) => {
    const samples = [...metrics.read(), ...(await readProcess())]
    tell({ gatehouse: 'reported', id, samples, issuers: serving.status() })
  }
  const stop = async () => {
    const closing = serving.close()
    tell({ gatehouse: 'draining' })
    const cut = await closing
    tell({ gatehouse: 'stopped', cut, samples: metrics.read() })
    leave(0)
  }
  hear = message => {
    if (message.gatehouse === 'answer') asker.hear(message)
    else if (message.gatehouse === 'remembered') memory.hear(message)
    else if (message.gatehouse === 'deny') deny(message.denials)
    else if (message.gatehouse === 'lift') serving.lift(message.revocation)
    else if (message.gatehouse === 'report') void report(message.id)
    else void stop()
  }
  deny(denials)
  for (const message of early) hear(message)
  const port = await serving.listen()
  setInterval(() => tell({ gatehouse: 'counted', samples: metrics.read() }), ACCOUNT_INTERVAL)
  tell({ gatehouse: 'listening', port })
}

function tell(message: ToPrimary): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}

/** Goes when everything that was told has been sent. */
function leave(code: number): void {
  process.exitCode = code
  if (process.connected) process.send?.({}, undefined, undefined, () => process.exit(code))
  else process.exit(code)
}
