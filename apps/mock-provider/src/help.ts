import type { Flags } from './argv.ts'
import type { Command } from './commands/command.ts'

/** Help of the whole program. */
export function describeProgram(commands: Readonly<Record<string, Command>>): string {
  const width = Math.max(...Object.keys(commands).map(name => name.length))
  const rows = Object.entries(commands).map(([name, { say }]) => `  mock-oidc ${name.padEnd(width)}  ${say}`)
  return [
    'mock-oidc: an OpenID provider for tests. A mock; never for production.',
    '',
    ...rows,
    '',
    '  mock-oidc COMMAND --help    the flags of a command',
    '  mock-oidc --version',
    '',
  ].join('\n')
}

/** Help of one command. */
export function describeCommand(name: string, { say, operand, flags, examples }: Command): string {
  const rows = Object.entries(flags).map(([flag, row]): [string, string] => [nameFlag(flag, row), row.say])
  rows.push(['--help', 'this text'])
  const width = Math.max(...rows.map(([flag]) => flag.length))
  return [
    `mock-oidc ${name}${operand === undefined ? '' : ` ${operand}`}: ${say}`,
    '',
    ...rows.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`),
    '',
    ...examples.map(example => `  $ ${example}`),
    '',
  ].join('\n')
}

const nameFlag = (name: string, { short, value }: Flags[string]): string =>
  `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
