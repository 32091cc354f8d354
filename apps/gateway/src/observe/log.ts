import { type DestinationStream, type Logger, pino } from 'pino'

/** Members that never have a reason to be in a log line; a second net under the rule that nobody logs them. */
const SECRET_MEMBERS = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'dpop',
  'token',
  'access_token',
  'secret',
  'client_secret',
]
const REDACTED = SECRET_MEMBERS.flatMap(name => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export interface LogOptions {
  readonly level: string
  /** Standard output is a terminal: one readable line instead of JSON. */
  readonly isTerminal: boolean
  readonly noColor: boolean
}

/** Writes without blocking the requests; lines still waiting are written at exit. A reader that went away is ignored. */
export async function createLog({ level, isTerminal, noColor }: LogOptions): Promise<Logger> {
  if (!isTerminal) return createLogTo(pino.destination({ dest: 1, sync: false, maxLength: 4 * 1024 * 1024 }), level)
  const { build } = await import('pino-pretty')
  const form = { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', singleLine: true }
  return createLogTo(build({ ...form, colorize: !noColor, sync: true }), level)
}

export const createLogTo = (destination: DestinationStream, level: string): Logger =>
  pino(
    {
      level,
      base: null,
      redact: { paths: REDACTED, censor: '[redacted]' },
      serializers: { err: describeError, req: () => undefined, res: () => undefined },
    },
    destination,
  )

/** What a log line may say of an error. */
export interface ErrorDescription {
  readonly type: string
  readonly code?: string
  readonly stack?: string
}

/**
 * An error without its message: libraries put what they were given into it, and what they are given here are tokens. The frames say
 * where to look.
 */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const frames = (error.stack ?? '').split('\n').filter(line => line.startsWith('    at '))
  return { type: error.name, ...code, stack: frames.join('\n') }
}
