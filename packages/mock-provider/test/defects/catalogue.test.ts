import { readFileSync } from 'node:fs'
import t from 'tap'
import { DEFECTS, MISBEHAVIOURS } from '../../src/index.ts'
import { drive, joseRefuses, newProvider } from './receivers.ts'
import { isTakenByAll, type Seen, watchDefects, watchMisbehaviours, writeTables } from './table.ts'

// What only somebody who knows more than a JWT library can see: profiles, bindings, sizes, and how JSON was written.
const BEYOND_JOSE = [
  ...['exp_infinite', 'sub_empty', 'sub_number', 'bound_to_stranger_key', 'bound_to_stranger_certificate'],
  ...['binding_malformed', 'deep_claims', 'huge_claims'],
]

const nameOf = ({ row }: Seen): string => row.name

t.test('there are more than two hundred names, each of one thing only, with a sentence and a section', async t => {
  const all = [...DEFECTS, ...MISBEHAVIOURS]
  t.ok(all.length > 200)
  t.equal(new Set(all.map(({ name }) => name)).size, all.length)
  for (const { name, say, section, answers, client, allowed } of all) {
    t.match(name, /^[a-z0-9_]+$/)
    t.match(say, /\.$/, name)
    t.match(section, /RFC|OpenID/, name)
    t.ok(answers !== undefined || client !== undefined || allowed !== undefined, `${name} says what a receiver does`)
  }
})

t.test('without a fault every receiver takes what it gets', async t => {
  const provider = newProvider()
  for (const kind of ['access', 'id', 'logout'] as const) t.notOk(await joseRefuses(provider, kind), kind)
  for (const journey of [
    ...(['code', 'hybrid', 'jarm', 'refresh', 'userinfo'] as const),
    ...(['sealed userinfo', 'introspection'] as const),
  ])
    t.notOk((await drive(journey)).refuses, journey)
})

t.test('every row happens, and somebody refuses it or it says why nobody does', async t => {
  const defects = await watchDefects()
  const misbehaviours = await watchMisbehaviours()
  for (const seen of [...defects, ...misbehaviours]) {
    t.ok(seen.happened, `${nameOf(seen)} happened`)
    t.ok(!isTakenByAll(seen) || seen.row.allowed !== undefined, `${nameOf(seen)} is refused, or may be taken`)
  }

  t.test('jose refuses every access token that a resource server can see through by itself', async t => {
    for (const { row, refusedBy } of defects) {
      if (!('kinds' in row) || !row.kinds.includes('access') || row.answers === undefined) continue
      if (row.allowed !== undefined || BEYOND_JOSE.includes(row.name)) continue
      t.ok(refusedBy.includes('jose'), row.name)
    }
  })

  t.test('openid-client refuses every ID token and answer of which that is said without reserve', async t => {
    const lenient = [...BEYOND_JOSE, 'issued_in_future', 'typ_number']
    for (const { row, refusedBy } of [
      ...defects.filter(({ row }) => 'kinds' in row && row.kinds.includes('id')),
      ...misbehaviours,
    ]) {
      if (row.allowed === undefined && !lenient.includes(row.name)) t.ok(refusedBy.includes('openid-client'), row.name)
    }
  })

  t.test('DEFECTS.md shows what was seen; test/defects/write-tables.ts writes it', async t => {
    t.equal(readFileSync(`${import.meta.dirname}/../../DEFECTS.md`, 'utf8'), writeTables(defects, misbehaviours))
  })
})
