import { readFile } from 'node:fs/promises'
import { ConfigurationError, checkShape, type Problem, type Schema } from '@gatehouse/configuration'
import { createMockProvider, type MockProviderOptions, PRESET_NAMES } from '@gatehouse/mock-provider'
import t from 'tap'
import { fileSchema, probeSchema } from '../src/index.ts'
import { CLIENT_PROPERTIES } from '../src/schema/clients.ts'

/** What the library says of options; it names its own members where one is unknown. */
function problemsOf(options: object): readonly Problem[] {
  try {
    createMockProvider(options as MockProviderOptions)
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}

const namesIn = (text: string | undefined): string[] =>
  (text?.split('one of ')[1] ?? '').replace(/\)$/, '').split(', ').sort()
const membersAt = (options: object): string[] => {
  const [problem] = problemsOf(options)
  return namesIn(problem?.allowed ?? problem?.message)
}
const propertiesOf = (schema: unknown): Record<string, Schema> =>
  (schema as { properties: Record<string, Schema> }).properties
const itemOf = (schema: unknown): unknown => (schema as Schema).additionalProperties
const without = (names: readonly string[], ...others: string[]): string[] =>
  names.filter(name => !others.includes(name)).sort()

const file = propertiesOf(fileSchema)

t.test('the JSON Schemas that ship are those in the code', async t => {
  for (const [name, schema] of Object.entries({ 'mock-oidc': fileSchema, probe: probeSchema })) {
    const shipped = JSON.parse(await readFile(new URL(`../${name}.schema.json`, import.meta.url), 'utf8'))
    t.same(shipped, schema, name)
  }
})

t.test('the file takes every option of the library, and none that the library does not know', async t => {
  const known = without(membersAt({ nothingLikeIt: 1 }), 'ports')
  t.ok(known.length > 25, known.join())
  t.same(without(Object.keys(file), '$schema', 'host', 'port', 'tls'), known)
  const tenant = propertiesOf(itemOf(file.tenants))
  t.same(Object.keys(tenant).sort(), membersAt({ tenants: { '/a': { nothingLikeIt: 1 } } }))
  t.same(propertiesOf(propertiesOf(probeSchema).provider), {
    seed: { type: 'string', minLength: 1, description: 'text' },
    ...tenant,
  })
})

t.test('each group of options has the members that the library knows', async t => {
  const groups = Object.keys(file).filter(name => {
    const [problem] = problemsOf({ [name]: { nothingLikeIt: 1 } })
    return problem?.path === `${name}.nothingLikeIt` && problem.message.startsWith('is not known')
  })
  t.ok(groups.length >= 12, groups.join())
  for (const name of groups)
    t.same(Object.keys(propertiesOf(file[name])).sort(), membersAt({ [name]: { nothingLikeIt: 1 } }), name)
  t.same(
    Object.keys(propertiesOf(itemOf(file.users))).sort(),
    without(membersAt({ users: { a: { nothingLikeIt: 1 } } }), 'sub'),
  )
  t.same(Object.keys(propertiesOf(itemOf(file.apis))).sort(), membersAt({ apis: { a: { nothingLikeIt: 1 } } }))
})

t.test('client metadata that the schema names is what the library judges', async t => {
  for (const name of Object.keys(CLIENT_PROPERTIES))
    t.match(problemsOf({ clients: { a: { [name]: -1 } } }), { length: 1 }, name)
})

t.test('a file with every option is good for the schema and for the library alike', async t => {
  const all = {
    seed: 'orders',
    issuer: 'https://login.example.com',
    trustForwarded: true,
    preset: PRESET_NAMES[0],
    users: { carol: { password: 'p', claims: { a: 1 }, id_token: {}, access_token: {}, userinfo: {}, acr: ['gold'] } },
    clients: {
      web: { client_secret: 's', redirect_uris: ['https://a.example/cb'], refresh_token_policy: { rotate: false } },
    },
    unknownClients: 'listed',
    apis: { orders: { secret: 's', scopes: ['r'], audience: 'x', format: 'opaque', lifetime: 60 } },
    audience: 'https://api.example.com',
    accessToken: { format: 'opaque', alg: 'ES256', lifetime: '5m' },
    idToken: { alg: 'RS256', lifetime: 60 },
    code: { lifetime: '30s' },
    refreshToken: { lifetime: '1d', rotate: true, grace: '10s', reuse: 'refuse', idle: '1h', absolute: '7d' },
    session: { lifetime: '1d', idle: '1h' },
    grantTypes: ['authorization_code', 'password'],
    device: { lifetime: '5m', interval: '1s' },
    ciba: { lifetime: '5m', interval: '1s' },
    dpop: { nonce: 'required' },
    clientCertificates: 'header',
    trustedIssuers: { 'https://other.example.com': { jwks_uri: 'https://other.example.com/jwks' } },
    profile: 'fapi2',
    consent: 'explicit',
    acr: ['silver', 'gold'],
    scopes: { staff: { claims: ['department'], required: ['employee'] } },
    pushedRequests: { lifetime: '90s', required: true },
    requestObjects: { required: true },
    authorizationDetails: ['payment'],
    registration: { enabled: true, initialAccessToken: 't' },
    origins: { browser: 'http://localhost:4010', backChannel: 'request' },
    tenants: { '/a': { preset: null, consent: 'never', audience: 'y' } },
  }
  t.same(without(Object.keys(file), '$schema', 'host', 'port', 'tls'), Object.keys(all).sort(), 'it has every option')
  t.same(checkShape(fileSchema, { ...all, host: '0.0.0.0', port: 1, tls: { cert: 'a', key: 'b' } }, ''), [])
  t.same(problemsOf(all), [])
})
