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

/** Milliseconds between two accounts of what was counted: what a worker that is killed takes with it at most. */
const ACCOUNT_INTERVAL = 1000

type Start = Extract<ToWorker, { gatehouse: 'start' }>
type Hear = (message: Exclude<ToWorker, Start>) => void

// The primary is told to stop, by whoever, and tells its workers. A terminal's Ctrl-C reaches them all.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)

let hear: Hear | undefined
process.on('message', (message: unknown) => {
  if (!isMessage<ToWorker>(message)) return
  if (message.gatehouse === 'start') void start(message)
  else hear?.(message)
})
tell({ gatehouse: 'hello' })

async function start({ slot, level, served }: Start): Promise<void> {
  const log = createLogTo(await openOutput({ isTerminal: false, noColor: true }), level, { worker: slot })
  // A fault in one request is that request's; the others go on.
  process.on('uncaughtException', error => log.error({ err: error }, 'uncaught error'))
  process.on('unhandledRejection', error => log.error({ err: error }, 'unhandled rejection'))
  try {
    await serve(served, log)
  } catch (error) {
    if (error instanceof ListenError) tell({ gatehouse: 'failed', sentence: error.message })
    else log.fatal({ err: error }, 'worker can not start')
    leave(1)
  }
}

async function serve(served: Start['served'], log: Logger): Promise<void> {
  const metrics = createMetrics()
  const asker = createAsker(tell)
  const fetch = fetchThroughPrimary(asker.ask, countProviderRequests(metrics))
  const serving = await prepareServing(served, { log, metrics, fetch })
  const port = await serving.listen()
  const account = setInterval(() => tell({ gatehouse: 'counted', samples: metrics.read() }), ACCOUNT_INTERVAL)
  const readAll = async () => [...metrics.read(), ...(await readProcess())]

  const stop = async () => {
    const closing = serving.close()
    tell({ gatehouse: 'draining' })
    const cut = await closing
    clearInterval(account)
    tell({ gatehouse: 'stopped', cut, samples: metrics.read() })
    leave(0)
  }
  hear = message => {
    if (message.gatehouse === 'answer') asker.hear(message)
    else if (message.gatehouse === 'stop') void stop()
    else {
      const { id } = message
      void readAll().then(samples => tell({ gatehouse: 'reported', id, samples, issuers: serving.status() }))
    }
  }
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
