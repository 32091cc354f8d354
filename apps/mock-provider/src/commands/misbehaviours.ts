import type { Command, ExitCode, Output } from './command.ts'
import { printTable } from './table.ts'

export const misbehaviours: Command = {
  say: 'prints every named way in which an endpoint can misbehave',
  flags: {
    endpoint: { value: 'token', say: 'only what this endpoint can do; URL/_mock/faults puts it in force' },
    json: { say: 'as JSON, with the section of the standard and what a correct client does' },
  },
  examples: [
    'mock-oidc misbehaviours --endpoint jwks',
    `curl -s http://127.0.0.1:4010/_mock/faults -d '{"endpoint":"jwks","misbehaviour":"jwks_empty"}'`,
  ],
  run: printMisbehaviours,
}

async function printMisbehaviours(values: Parameters<Command['run']>[0], output: Output): Promise<ExitCode> {
  const endpoint = values.get('endpoint')?.[0]
  const { MISBEHAVIOURS } = await import('@gatehouse/mock-provider')
  const own = MISBEHAVIOURS.flatMap(({ endpoints }) => (endpoints === 'any' ? [] : endpoints))
  if (endpoint !== undefined && !own.some(name => name === endpoint)) {
    output.error(`mock-oidc misbehaviours: --endpoint is one of ${[...new Set(own)].join(', ')}\n`)
    return 2
  }
  const rows = MISBEHAVIOURS.filter(
    ({ endpoints }) => endpoint === undefined || endpoints === 'any' || endpoints.some(name => name === endpoint),
  )
  if (values.has('json')) {
    const shown = rows.map(({ name, say, section, client, answers, allowed, endpoints }) => ({
      name,
      endpoints: endpoints === 'any' ? ['any'] : endpoints,
      say,
      section,
      answers,
      client,
      allowed,
    }))
    output.out(`${JSON.stringify(shown, null, 2)}\n`)
    return 0
  }
  const cells = rows.map(({ name, endpoints, say }) => [name, endpoints === 'any' ? 'any' : endpoints.join(','), say])
  printTable([['name', 'at', 'what it does'], ...cells], output)
  return 0
}
