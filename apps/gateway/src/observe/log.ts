import { type DestinationStream, type Logger, pino } from 'pino'
import { Output, pieceFor } from './output.ts'

/** Members that never have a reason to be in a log line; a second net under the rule that nobody logs them. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'dpop',
  'token',
  'access_token',
  'secret',
  'client_secret',
])

/** How deep a line is looked through. */
const DEEPEST = 3

/** The same members, the secret ones masked. Paths of pino's own would cost each line thirty times as much. */
export function maskSecrets(members: object, depth = 1): Record<string, unknown> {
  let masked: Record<string, unknown> | undefined
  for (const name of Object.keys(members)) {
    const value = (members as Record<string, unknown>)[name]
    const said = sayOf(name, value, depth)
    // Lines come in bursts and have hardly ever a secret to mask: they are not copied for nothing.
    if (said !== value) {
      masked ??= { ...members }
      masked[name] = said
    }
  }
  return masked ?? (members as Record<string, unknown>)
}

function sayOf(name: string, value: unknown, depth: number): unknown {
  if (SECRET_MEMBERS.has(name.toLowerCase())) return '[redacted]'
  return depth < DEEPEST && isPlain(value) ? maskSecrets(value, depth + 1) : value
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export interface OutputOptions {
  /** Standard output is a terminal: one readable line instead of JSON. */
  readonly isTerminal: boolean
  readonly noColor: boolean
}

/** Takes lines of JSON. Writes without blocking the requests; what still waits is written at exit. A reader that went away is ignored. */
export async function openOutput({ isTerminal, noColor }: OutputOptions): Promise<DestinationStream> {
  if (!isTerminal) {
    const output = new Output(1, undefined, pieceFor(1))
    process.on('exit', () => output.flushSync())
    return output
  }
  const { build } = await import('pino-pretty')
  const form = { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', singleLine: true }
  return build({ ...form, colorize: !noColor, sync: true })
}

/** `members` are in every line. */
export const createLogTo = (destination: DestinationStream, level: string, members: object | null = null): Logger =>
  pino(
    {
      level,
      base: members,
      formatters: { log: line => maskSecrets(line) },
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
