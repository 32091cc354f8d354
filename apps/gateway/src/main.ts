import { parseArguments } from './arguments.ts'
import { readEnvironment } from './config.ts'
import { helpText } from './help.ts'
import { packageVersion } from './own-files.ts'
import { processTerminal } from './terminal.ts'

const args = parseArguments(process.argv.slice(2))
const terminal = processTerminal()

switch (args.command) {
  case 'refused':
    terminal.err(`gatehouse: ${args.sentence}\nTry "gatehouse --help".`)
    process.exitCode = 2
    break
  case 'help':
    terminal.out(helpText(args.of))
    break
  case 'version':
    terminal.out(packageVersion())
    break
  case 'check': {
    const { check } = await import('./commands/check.ts')
    process.exitCode = check(args, readEnvironment(), terminal)
    break
  }
  case 'run': {
    const { run } = await import('./commands/run.ts')
    // Connections to upstreams and issuers may be idle still; they are not waited for.
    process.exit(await run(args, readEnvironment(), terminal))
  }
}
