import type { CommandName } from './arguments.ts'

const OVERVIEW = `Usage: gatehouse <command> [flags]

Verifies every access token before a request reaches an upstream.

Commands:
  run      serve the configuration
  check    validate the configuration and print the effective policy, one row a route

Flags, everywhere:
  -h, --help       this text
  -v, --version    the version

"gatehouse <command> --help" says more.`

const CONFIG = '  -c, --config FILE    YAML or JSON; default gatehouse.yaml'

const TEXTS: Readonly<Record<CommandName, string>> = {
  run: `Usage: gatehouse run [-c FILE]

Serves. The log is JSON lines on standard output, human-readable on a terminal; the line "listening" has the URL.
SIGTERM and SIGINT finish what is in flight, up to server.shutdownGrace; a second signal exits at once.

Flags:
${CONFIG}

Environment:
  GATEHOUSE_LOG_LEVEL    trace, debug (a line for every request), info (a line for every refused one), warn, error, fatal, silent

Exit codes: 0 stopped; 1 could not listen, or requests were cut short; 2 the configuration is wrong; 128 + signal on a second signal`,
  check: `Usage: gatehouse check [-c FILE] [--json]

Validates the configuration and prints what each route demands. Every mistake is listed by its path, with what is allowed.

Flags:
${CONFIG}
  --json               print JSON: {ok, configuration, routes} or {ok, problems}

Exit codes: 0 good; 2 wrong`,
}

export const helpText = (command: CommandName | undefined): string =>
  command === undefined ? OVERVIEW : TEXTS[command]
