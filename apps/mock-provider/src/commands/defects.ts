import type { Command, ExitCode, Output } from './command.ts'
import { printTable } from './table.ts'

export const defects: Command = {
  say: 'prints every named way in which a token can be wrong',
  flags: {
    kind: { value: 'access', say: 'only those of a kind of token: access, id, refresh or logout' },
    json: { say: 'as JSON, with the section of the standard and what a correct client does' },
  },
  examples: ['mock-oidc defects --kind access', 'mock-oidc token --defect expired'],
  run: printDefects,
}

const KINDS: readonly string[] = ['access', 'id', 'refresh', 'logout']

async function printDefects(values: Parameters<Command['run']>[0], output: Output): Promise<ExitCode> {
  const kind = values.get('kind')?.[0]
  if (kind !== undefined && !KINDS.includes(kind)) {
    output.error(`mock-oidc defects: --kind is one of ${KINDS.join(', ')}\n`)
    return 2
  }
  const { DEFECTS } = await import('@gatehouse/mock-provider')
  const rows = DEFECTS.filter(({ kinds }) => kind === undefined || kinds.some(each => each === kind))
  if (values.has('json')) {
    const shown = rows.map(({ bend: _, ...row }) => row)
    output.out(`${JSON.stringify(shown, null, 2)}\n`)
    return 0
  }
  const cells = rows.map(({ name, kinds, answers, say }) => [
    name,
    kinds.join(','),
    answers === undefined ? '-' : `${answers.status} ${answers.code}`,
    say,
  ])
  printTable([['name', 'of', 'answer', 'what is wrong'], ...cells], output)
  return 0
}
