import { nearest } from '@gatehouse/configuration'
import { parseFlags } from './argv.ts'
import type { Command, ExitCode, Output } from './commands/command.ts'
import { defects } from './commands/defects.ts'
import { misbehaviours } from './commands/misbehaviours.ts'
import { probe } from './commands/probe.ts'
import { start } from './commands/start.ts'
import { token } from './commands/token.ts'
import { describeCommand, describeProgram } from './help.ts'
import { readVersion } from './version.ts'

const COMMANDS: Readonly<Record<string, Command>> = { start, token, defects, misbehaviours, probe }
const HELP = ['--help', '-h', 'help']
const VERSION = ['--version', '-V', 'version']

/** The whole of `mock-oidc`; answers the exit code. */
export async function runProgram(args: readonly string[], output: Output): Promise<ExitCode> {
  const [word, ...rest] = args
  if (word === undefined || HELP.includes(word)) {
    const write = word === undefined ? output.error : output.out
    write(describeProgram(COMMANDS))
    return word === undefined ? 2 : 0
  }
  if (VERSION.includes(word) || rest.includes('--version')) {
    output.out(`${await readVersion()}\n`)
    return 0
  }
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined
  if (command === undefined) return refuseWord(word, output)
  if (rest.some(arg => arg === '--help' || arg === '-h')) {
    output.out(describeCommand(word, command))
    return 0
  }
  const { values, problems } = parseFlags(rest, command.flags, command.operand)
  if (problems.length > 0) {
    for (const problem of problems) output.error(`mock-oidc ${word}: ${problem}\n`)
    output.error(`mock-oidc ${word} --help lists what there is.\n`)
    return 2
  }
  return command.run(values, output)
}

function refuseWord(word: string, output: Output): ExitCode {
  const known = word.startsWith('-') ? ['--help', '--version'] : Object.keys(COMMANDS)
  const meant = nearest(word, known)
  const kind = word.startsWith('-') ? 'flag' : 'command'
  output.error(`mock-oidc: ${word} is not a ${kind}${meant === undefined ? '' : `, did you mean ${meant}?`}\n`)
  output.error('mock-oidc --help lists what there is.\n')
  return 2
}
