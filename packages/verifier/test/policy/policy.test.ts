import { ConfigurationError, checkShape } from '@gatehouse/configuration'
import t from 'tap'
import type { IssuerConfig } from '../../src/issuer/config.ts'
import type { PolicyOptions } from '../../src/options.ts'
import { checkPolicy } from '../../src/policy/check.ts'
import { compilePolicy } from '../../src/policy/policy.ts'
import { policySchema } from '../../src/policy/schema.ts'
import { makeConfig } from '../configs.ts'

const issuers = new Map<string, IssuerConfig>([
  ['main', makeConfig()],
  ['legacy', makeConfig({ name: 'legacy' })],
])
const check = (value: unknown) => checkPolicy(value, issuers, 'routes[3].auth')

t.test('the example of the documentation is right', async t => {
  t.same(
    check({
      issuers: ['main'],
      audience: ['https://api.example.com/orders'],
      scopes: ['orders:read'],
      anyScope: ['orders:read', 'orders:admin'],
      clients: ['web', 'mobile'],
      claims: {
        email_verified: true,
        groups: { contains: 'admins' },
        '/client_claims/domain': { oneOf: ['urn:a', 'urn:b'] },
      },
      acr: ['urn:mace:incommon:iap:silver'],
      maxAge: '10m',
      proof: 'any',
    }),
    [],
  )
  t.same(check({}), [])
})

t.test('each mistake is named by its path, with what is allowed', async t => {
  const mistakes: [unknown, string, RegExp][] = [
    ['public', '', /is a string/],
    [null, '', /is null/],
    [[], '', /is a list/],
    [{ scope: ['a'] }, '.scope', /did you mean scopes\?/],
    [{ issuers: ['mian'] }, '.issuers[0]', /did you mean main\?/],
    [{ issuers: ['zzzzzz'] }, '.issuers[0]', /is not a configured issuer$/],
    [{ issuers: [] }, '.issuers', /is empty/],
    [{ issuers: ['main', 'main'] }, '.issuers[1]', /is written twice/],
    [{ scopes: [] }, '.scopes', /is empty/],
    [{ scopes: 'a b' }, '.scopes', /is a string/],
    [{ scopes: ['a b'] }, '.scopes[0]', /is not valid/],
    [{ scopes: ['a"b'] }, '.scopes[0]', /is not valid/],
    [{ scopes: ['a\\b'] }, '.scopes[0]', /is not valid/],
    [{ scopes: ['é'] }, '.scopes[0]', /is not valid/],
    [{ scopes: [''] }, '.scopes[0]', /is not valid/],
    [{ scopes: ['a', 'b', 'a'] }, '.scopes[2]', /is written twice/],
    [{ anyScope: ['a', 'a'] }, '.anyScope[1]', /is written twice/],
    [{ audience: 'https://x' }, '.audience', /is a string/],
    [{ clients: [7] }, '.clients[0]', /is a number/],
    [{ clients: [''] }, '.clients[0]', /is empty/],
    [{ claims: [] }, '.claims', /is a list/],
    [{ claims: { groups: ['a'] } }, '.claims.groups', /is a list/],
    [{ claims: { groups: {} } }, '.claims.groups', /is empty/],
    [{ claims: { groups: { contain: 'a' } } }, '.claims.groups.contain', /did you mean contains\?/],
    [{ claims: { groups: { oneOf: [] } } }, '.claims.groups.oneOf', /is empty/],
    [{ claims: { groups: { oneOf: [{}] } } }, '.claims.groups.oneOf[0]', /is an object/],
    [{ claims: { groups: { contains: ['a'] } } }, '.claims.groups.contains', /is a list/],
    [{ claims: { groups: { contains: 'a', oneOf: ['b'] } } }, '.claims.groups', /is not valid/],
    [{ claims: { '/a~2': 1 } }, '.claims./a~2', /is no JSON Pointer/],
    [{ claims: { '': 1 } }, '.claims', /is /],
    [{ acr: ['a b'] }, '.acr[0]', /is not valid/],
    [{ maxAge: '10 minutes' }, '.maxAge', /is not valid/],
    [{ maxAge: -1 }, '.maxAge', /is not valid/],
    [{ maxAge: true }, '.maxAge', /is a boolean/],
    [{ proof: 'always' }, '.proof', /is not one of the values known/],
  ]
  for (const [value, path, message] of mistakes) {
    const problems = check(value)
    const found = problems.find(problem => problem.path.replaceAll('"', '') === `routes[3].auth${path}`)
    t.match(found?.message, message, `${JSON.stringify(value)}: ${JSON.stringify(problems)}`)
    t.equal(problems.length, 1, JSON.stringify(problems))
    t.ok(found?.allowed !== undefined || /twice/.test(found?.message ?? ''), `${path} says what is allowed`)
  }
})

t.test('compiling names every mistake at once and no value', async t => {
  const options = { issuers: ['s3cret'], scopes: ['a b'], maxAge: 'x', other: 1 } as PolicyOptions
  try {
    compilePolicy(options, issuers, 'routes[0].auth')
    t.fail('compiled')
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    t.equal(error.problems.length, 4)
    t.ok(error.problems.every(({ path }) => path.startsWith('routes[0].auth.')))
    t.notMatch(error.message, /s3cret/)
  }
})

t.test('a policy is frozen and owes nothing to the options it was made from', async t => {
  const scopes = ['a']
  const policy = compilePolicy({ scopes, issuers: ['legacy', 'main'] }, issuers, 'auth')
  scopes.push('b')
  t.same(policy.scopes, ['a'])
  t.same(policy.issuers, ['legacy', 'main'], 'in the order written')
  t.ok(Object.isFrozen(policy) && Object.isFrozen(policy.scopes) && Object.isFrozen(policy.claims))
})

t.test('without issuers, every issuer in the order of the configuration', async t => {
  const policy = compilePolicy({}, issuers, 'auth')
  t.same(policy.issuers, ['main', 'legacy'])
  t.match(policy, { proof: 'any', maxAge: undefined, audience: undefined, clients: undefined, acr: [] })
  t.equal(compilePolicy({ maxAge: '10m' }, issuers, 'auth').maxAge, 600)
})

t.test('every member of the schema says what is allowed', async t => {
  for (const [name, schema] of Object.entries(policySchema.properties as Record<string, { description?: string }>)) {
    t.type(schema.description, 'string', name)
  }
  t.same(checkShape(policySchema, {}, ''), [])
})
