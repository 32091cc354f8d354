import type { Environment } from '../config.ts'
import { judgeConfiguration } from '../configuration/judge.ts'
import { createLog, LOG_LEVELS } from '../observe/log.ts'
import { type Gateway, startGateway } from '../server/gateway.ts'
import { ListenError } from '../server/listen.ts'
import { printProblems, type Terminal } from '../terminal.ts'
import { awaitSignal } from './signals.ts'

/** `gatehouse run`: serves until a signal. Answers the exit code. */
export async function run(
  { config }: { config: string },
  environment: Environment,
  terminal: Terminal,
): Promise<number> {
  const { logLevel, noColor } = environment
  if (!LOG_LEVELS.some(level => level === logLevel)) {
    printProblems([{ path: 'GATEHOUSE_LOG_LEVEL', message: 'is no level', allowed: LOG_LEVELS.join(', ') }], terminal)
    return 2
  }
  const judged = judgeConfiguration(config, environment)
  if (!judged.ok) {
    printProblems(judged.problems, terminal)
    return 2
  }
  const stopped = awaitSignal()
  const log = await createLog({ level: logLevel, isTerminal: terminal.width !== undefined, noColor })
  // A fault in one request is that request's; the others go on.
  process.on('uncaughtException', error => log.error({ err: error }, 'uncaught error'))
  process.on('unhandledRejection', error => log.error({ err: error }, 'unhandled rejection'))

  let gateway: Gateway
  try {
    gateway = await startGateway(judged.configuration, log)
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    terminal.err(error.message)
    return 1
  }
  log.info({ url: gateway.url, ...(gateway.adminUrl && { admin: gateway.adminUrl }) }, 'listening')
  const signal = await stopped
  log.info({ signal }, 'draining')
  const cut = await gateway.close()
  if (cut === 0) log.info('stopped')
  else log.warn({ cut }, 'stopped; requests were cut by the grace period')
  return cut === 0 ? 0 : 1
}
