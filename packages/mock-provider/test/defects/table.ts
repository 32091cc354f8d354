import { DEFECTS, type Defect, MISBEHAVIOURS, type Misbehaviour } from '../../src/index.ts'
import { clientRefuses, clientRefusesIdToken, joseRefuses, newProvider, type Receiver } from './receivers.ts'

/** Who was seen to refuse a row. */
export interface Seen {
  readonly row: Defect | Misbehaviour
  readonly refusedBy: readonly Receiver[]
  /** It did happen: a fault that no call met shows nothing. */
  readonly happened: boolean
}

export async function watchDefects(): Promise<readonly Seen[]> {
  const provider = newProvider()
  const seen: Seen[] = []
  for (const row of DEFECTS) {
    const kind = row.kinds.includes('access') ? 'access' : row.kinds[0]
    const refusedBy: Receiver[] = []
    if (kind !== undefined && kind !== 'refresh' && (await joseRefuses(provider, kind, row.name)))
      refusedBy.push('jose')
    const client = row.kinds.includes('id') ? await clientRefusesIdToken(row) : { refuses: false, met: true }
    if (client.refuses) refusedBy.push('openid-client')
    seen.push({ row, refusedBy, happened: client.met })
  }
  return seen
}

export async function watchMisbehaviours(): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  for (const row of MISBEHAVIOURS) {
    const { refuses, met } = await clientRefuses(row)
    seen.push({ row, refusedBy: refuses ? ['openid-client'] : [], happened: met })
  }
  return seen
}

/** Nobody refuses it: neither a library here nor, by its own tests, the verifier of Gatehouse. */
export const isTakenByAll = ({ row, refusedBy }: Seen): boolean => refusedBy.length === 0 && !isRefusedByGatehouse(row)

const isRefusedByGatehouse = (row: Seen['row']): boolean =>
  row.answers !== undefined || ('kinds' in row && row.kinds.includes('logout') && row.allowed === undefined)

/** The whole of DEFECTS.md. */
export const writeTables = (
  defects: readonly Seen[],
  misbehaviours: readonly Seen[],
): string => `# Everything that can be wrong

Written by a test, which runs every row: \`jose\` as a resource server uses it, \`openid-client\` as a careful client, and, in the tests of the
whole, the verifier of Gatehouse. The code is what Gatehouse answers. Where a receiver may take a row all the same, the last column says why.

## Defects of tokens

\`POST /_mock/tokens {"defect": NAME}\`, \`provider.mint({ defect })\`, \`mock-oidc token --defect NAME\`; those of access and ID tokens also in what
endpoints issue: \`POST /_mock/faults {"misbehaviour": NAME}\`.

| name | what is wrong | tokens | a correct receiver | section | refused by | why it may be taken |
|---|---|---|---|---|---|---|
${defects.map(seen => line(seen, 'kinds' in seen.row ? seen.row.kinds.join(', ') : '')).join('\n')}

## Misbehaviours of endpoints

\`POST /_mock/faults {"misbehaviour": NAME}\`, \`provider.faults.add({ misbehaviour })\`.

| name | what is wrong | endpoints | a correct receiver | section | refused by | why it may be taken |
|---|---|---|---|---|---|---|
${misbehaviours.map(seen => line(seen, 'endpoints' in seen.row ? [seen.row.endpoints].flat().join(', ') : '')).join('\n')}

## What nobody refuses

${[...defects, ...misbehaviours]
  .filter(isTakenByAll)
  .map(({ row }) => `- \`${row.name}\`: ${row.allowed ?? ''}.`)
  .join('\n')}
`

function line({ row, refusedBy }: Seen, where: string): string {
  const { answers, client } = row
  const code = answers === undefined ? undefined : `\`${answers.code}\``
  const correct = [code, client].filter(part => part !== undefined).join('; ')
  const all = [...(isRefusedByGatehouse(row) ? ['Gatehouse'] : []), ...refusedBy].join(', ')
  const cells = [
    `\`${row.name}\``,
    row.say,
    where,
    correct,
    row.section,
    all === '' ? 'nobody' : all,
    row.allowed ?? '',
  ]
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
