import type { Environment } from '../config.ts'
import { judgeConfiguration } from '../configuration/judge.ts'
import { createLogTo, LOG_LEVELS, openOutput } from '../observe/log.ts'
import type { Gateway } from '../server/gateway.ts'
import { ListenError } from '../server/listen.ts'
import type { Served } from '../server/serving.ts'
import { printProblems, type Terminal } from '../terminal.ts'
import { awaitSignal } from './signals.ts'

/** `gatehouse run`: serves until a signal. Answers the exit code. */
export async function run(
  { config }: { config: string },
  environment: Environment,
  terminal: Terminal,
): Promise<number> {
  const { logLevel: level, noColor } = environment
  if (!LOG_LEVELS.some(known => known === level)) {
    printProblems([{ path: 'GATEHOUSE_LOG_LEVEL', message: 'is no level', allowed: LOG_LEVELS.join(', ') }], terminal)
    return 2
  }
  const judged = judgeConfiguration(config, environment)
  if (!judged.ok) {
    printProblems(judged.problems, terminal)
    return 2
  }
  const stopped = awaitSignal()
  const output = await openOutput({ isTerminal: terminal.width !== undefined, noColor })
  const log = createLogTo(output, level)
  // A fault in one request is that request's; the others go on.
  process.on('uncaughtException', error => log.error({ err: error }, 'uncaught error'))
  process.on('unhandledRejection', error => log.error({ err: error }, 'unhandled rejection'))

  const { workers } = judged.configuration.settings
  let gateway: Gateway
  try {
    gateway = await start(judged.configuration, { log, level, output })
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    terminal.err(error.message)
    return 1
  }
  const { url, adminUrl } = gateway
  log.info({ url, ...(adminUrl && { admin: adminUrl }), ...(workers > 1 && { workers }) }, 'listening')
  const end = await Promise.race([stopped, gateway.failed.then(sentence => ({ sentence }))])
  if (typeof end === 'object') {
    terminal.err(end.sentence)
    return 1
  }
  const cut = await gateway.close(() => log.info({ signal: end }, 'draining'))
  if (cut === 0) log.info('stopped')
  else log.warn({ cut }, 'stopped; requests were cut by the grace period')
  return cut === 0 ? 0 : 1
}

type Surroundings = Parameters<typeof import('../cluster/primary.ts').startCrew>[1]

/** One process serves by itself; of several, this one serves nothing and so need not load what does. */
async function start(served: Served, surroundings: Surroundings): Promise<Gateway> {
  if (served.settings.workers > 1) {
    const { startCrew } = await import('../cluster/primary.ts')
    return startCrew(served, surroundings)
  }
  const { startGateway } = await import('../server/gateway.ts')
  return startGateway(served, surroundings.log)
}
