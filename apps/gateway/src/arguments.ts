import { parseArgs } from 'node:util'
import { nearest } from '@gatehouse/configuration'

/** What the command line asks for. `refused` is one sentence and exit code 2. */
export type Arguments =
  | { readonly command: 'run'; readonly config: string }
  | { readonly command: 'check'; readonly config: string; readonly json: boolean }
  | { readonly command: 'help'; readonly of: CommandName | undefined }
  | { readonly command: 'version' }
  | { readonly command: 'refused'; readonly sentence: string }

export type CommandName = 'run' | 'check'

interface Flag {
  readonly type: 'string' | 'boolean'
  readonly short?: string
}

const EVERYWHERE = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } } as const
const CONFIG = { config: { type: 'string', short: 'c' } } as const

const FLAGS: Readonly<Record<CommandName, Readonly<Record<string, Flag>>>> = {
  run: { ...CONFIG, ...EVERYWHERE },
  check: { ...CONFIG, json: { type: 'boolean' }, ...EVERYWHERE },
}

const isCommand = (word: string | undefined): word is CommandName => word !== undefined && Object.hasOwn(FLAGS, word)

/** Reads `argv` without the program's name. Never throws. */
export function parseArguments(argv: readonly string[]): Arguments {
  const [first, ...rest] = argv
  if (isCommand(first)) return parseFlags(first, rest)
  if (first === 'help')
    return isCommand(rest[0]) ? { command: 'help', of: rest[0] } : { command: 'help', of: undefined }
  if (first === undefined) return refused(`a command is missing: ${Object.keys(FLAGS).join(' or ')}`)
  if (!first.startsWith('-')) return refused(unknown('command', first, Object.keys(FLAGS)))
  if (first === '--help' || first === '-h') return { command: 'help', of: undefined }
  if (first === '--version' || first === '-v') return { command: 'version' }
  // Flags before the command belong to the command, which is then the first word of its own.
  const at = argv.findIndex(isCommand)
  const command = argv[at]
  if (isCommand(command)) return parseFlags(command, argv.toSpliced(at, 1))
  return refused(unknown('flag', first.split('=')[0] ?? first, flagNames({ ...FLAGS.run, ...FLAGS.check })))
}

function parseFlags(command: CommandName, args: readonly string[]): Arguments {
  const flags = FLAGS[command]
  const { tokens } = parseArgs({ args: [...args], options: flags, strict: false, tokens: true, allowPositionals: true })
  let config = 'gatehouse.yaml'
  let json = false
  for (const token of tokens) {
    if (token.kind === 'positional')
      return refused(`${command} takes no argument: ${token.value} (the file is named with --config)`)
    if (token.kind !== 'option') continue
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined
    if (flag === undefined) return refused(unknown('flag', token.rawName, flagNames(flags)))
    if (flag.type === 'boolean' && token.value !== undefined) return refused(`${token.rawName} takes no value`)
    if (token.name === 'help') return { command: 'help', of: command }
    if (token.name === 'version') return { command: 'version' }
    if (token.name === 'json') json = true
    if (token.name === 'config') {
      const isMissing =
        token.value === undefined || token.value === '' || (!token.inlineValue && token.value.startsWith('-'))
      if (isMissing) return refused(`${token.rawName} needs a file name`)
      config = token.value
    }
  }
  return command === 'check' ? { command, config, json } : { command, config }
}

const flagNames = (flags: Readonly<Record<string, Flag>>): string[] =>
  Object.entries(flags).flatMap(([name, { short }]) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])])

const refused = (sentence: string): Arguments => ({ command: 'refused', sentence })

function unknown(kind: string, word: string, known: readonly string[]): string {
  const meant = nearest(word, known)
  return `unknown ${kind} ${word}${meant === undefined ? `; known are ${known.join(', ')}` : `, did you mean ${meant}?`}`
}
