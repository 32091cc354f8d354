import { memberPath, type Problem, type Schema } from '@gatehouse/configuration'
import t from 'tap'
import { checkIssuers } from '../src/issuer/parse.ts'
import { issuerSchema } from '../src/issuer/schema.ts'
import { checkPolicy } from '../src/policy/check.ts'
import { policySchema } from '../src/policy/schema.ts'

type Way = readonly (string | number)[]

const schemasIn = (member: unknown): readonly Schema[] =>
  typeof member === 'object' && member !== null ? (Object.values(member) as Schema[]) : []

/** The way to every option below a schema, through lists and alternatives. */
function* waysIn(schema: Schema, way: Way = []): Iterable<Way> {
  for (const [name, member] of Object.entries((schema.properties ?? {}) as Record<string, Schema>)) {
    yield [...way, name]
    yield* waysIn(member, [...way, name])
  }
  if (schema.items !== undefined) {
    yield [...way, 0]
    yield* waysIn(schema.items as Schema, [...way, 0])
  }
  const branches = [schema.then, schema.else].filter(branch => branch !== undefined)
  for (const alternatives of [schema.anyOf, schema.oneOf, branches]) {
    for (const alternative of schemasIn(alternatives)) yield* waysIn(alternative, way)
  }
  const others = schema.additionalProperties
  if (typeof others === 'object' && others !== null) yield* waysIn(others as Schema, [...way, 'any'])
}

const build = (way: Way, value: unknown): unknown =>
  way.reduceRight<unknown>((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), value)

/** No option is any of these, whatever its type. */
const NONSENSE: Readonly<Record<string, unknown>> = {
  'lists in a list': [[[]]],
  'an object of something else': { nonsense: [[]] },
  'no number': Number.NaN,
  'a function': () => undefined,
}

const ISSUER = { issuer: 'https://login.example.com', audience: 'api' }
const SUBJECTS: readonly {
  schema: Schema
  root: string
  least: number
  check: (options: object) => readonly Problem[]
}[] = [
  {
    schema: issuerSchema,
    root: 'issuers.main',
    least: 79,
    check: options => checkIssuers({ main: { ...ISSUER, ...options } }).problems,
  },
  { schema: policySchema, root: 'auth', least: 18, check: options => checkPolicy(options, new Map(), 'auth') },
]

for (const { schema, root, least, check } of SUBJECTS) {
  t.test(`every option of ${root} refuses by its path what it can not be`, async t => {
    const ways = [...waysIn(schema)]
    t.ok(ways.length >= least, `${ways.length} options`)
    for (const way of ways) {
      const path = way.reduce<string>(memberPath, root)
      for (const [name, value] of Object.entries(NONSENSE)) {
        const found = check(build(way, value) as object).map(problem => problem.path)
        t.ok(
          found.some(one => one === path || one.startsWith(`${path}.`) || one.startsWith(`${path}[`)),
          `${path}: ${name}`,
          { found },
        )
      }
    }
  })
}
