import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ConfigurationError } from '@gatehouse/configuration'
import t from 'tap'
import { createMockProvider } from '../src/index.ts'
import { claimsOf, Journey, NOON, ORIGIN } from './journey.ts'

const run = promisify(execFile)

t.test('two providers in two processes give the same bytes for the same seed and requests', async t => {
  const script = fileURLToPath(new URL('longest-journey.ts', import.meta.url))
  const play = (seed: string) => run(process.execPath, ['--import=tsx', '--conditions=@gatehouse/source', script, seed])
  const [first, second, other] = await Promise.all([play('a'), play('a'), play('b')])
  t.ok(first.stdout.length > 10_000)
  t.equal(second.stdout, first.stdout)
  t.not(other.stdout, first.stdout)
})

t.test('a reset gives the same bytes again', async t => {
  const journey = new Journey()
  const play = async () => {
    journey.provider.clock.set(NOON)
    return [(await journey.logIn()).text, (await journey.ask('/jwks')).text]
  }
  const first = await play()
  t.notSame(await play(), first)
  journey.provider.reset()
  journey.cookie = ''
  t.strictSame(await play(), first)
})

t.test('one more request of one kind changes no token of another', async t => {
  const [a, b] = [new Journey(), new Journey()]
  await a.authorize()
  await a.logIn()
  await a.introspect('x')
  b.cookie = ''
  const [minted, others] = [
    await a.provider.tenant('/t').mint({ claims: { iat: 1 } }),
    await b.provider.tenant('/t').mint({ claims: { iat: 1 } }),
  ]
  t.equal(minted.claims.jti, others.claims.jti)
})

t.test('discovery states the issuer, the endpoints of the contract, and nothing that does not answer', async t => {
  for (const prefix of ['', '/t1', '/realms/x/y']) {
    const journey = new Journey({}, prefix)
    const { json, status } = await journey.ask('/.well-known/openid-configuration')
    t.equal(status, 200)
    t.equal(json.issuer, `${ORIGIN}${prefix}`)
    t.strictSame((await journey.ask('/.well-known/oauth-authorization-server')).json, json)
    const inserted = await journey.provider.fetch(
      new Request(`${ORIGIN}/.well-known/oauth-authorization-server${prefix}`),
    )
    t.strictSame(await inserted.json(), json)
    const addresses = Object.entries(json).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))
    t.ok(addresses.length >= 7)
    for (const [name, address] of addresses) {
      t.match(address, `${ORIGIN}${prefix}/`)
      t.not((await journey.provider.fetch(new Request(String(address)))).status, 404, name)
    }
  }
})

t.test(
  'tenants never meet: keys, codes, sessions, clients, users, clocks, faults and journals are their own',
  async t => {
    const provider = new Journey().provider
    const [one, two] = [provider.tenant('/one'), provider.tenant('/one/two')]
    t.not(one.keys.jwks().keys[0]?.kid, two.keys.jwks().keys[0]?.kid)
    t.not(one.keys.jwks().keys[0]?.n, two.keys.jwks().keys[0]?.n)
    one.clock.set(5)
    t.not(two.clock.now(), 5)
    one.users.put('carol', {})
    t.equal(two.users.get('carol'), undefined)
    one.clients.put('web', { client_secret: 's' })
    t.equal(two.clients.get('web'), undefined)
    one.faults.add({ endpoint: 'jwks', status: 503 })
    t.equal((await provider.fetch(new Request(`${ORIGIN}/one/jwks`))).status, 503)
    t.equal((await provider.fetch(new Request(`${ORIGIN}/one/two/jwks`))).status, 200)
    t.equal(one.journal.list().length, 1)
    t.equal(two.journal.list().length, 1)
    const { token } = await one.mint()
    t.equal(claimsOf(token).iss, `${ORIGIN}/one`)
    const body = new URLSearchParams({ client_id: 'demo', client_secret: 'demo-secret', token })
    const told = await provider.fetch(new Request(`${ORIGIN}/one/two/introspect`, { method: 'POST', body }))
    t.strictSame(await told.json(), { active: false })
  },
)

t.test('a dropped tenant is new when it is asked for again', async t => {
  const { provider } = new Journey()
  provider.tenant('/t').users.put('carol', {})
  t.equal(provider.drop('/t'), true)
  t.equal(provider.drop('/t'), false)
  t.equal(provider.tenant('/t').users.get('carol'), undefined)
})

t.test('a reserved segment names no tenant, and the answer helps', async t => {
  const { provider } = new Journey()
  for (const path of [
    '/',
    '/nothing',
    '/token/jwks',
    '/.well-known/openid-configuration/.well-known/openid-configuration',
    '/jwks/',
    '/.well-known/acme',
    '/t/.well-known/openid-configuration/x',
    '/a%2fb/jwks',
    '/a/../../etc/passwd',
  ]) {
    const response = await provider.fetch(new Request(`${ORIGIN}${path}`))
    t.equal(response.status, 404, path)
    t.match(await response.json(), { error: 'not_found', error_description: String })
  }
  t.throws(() => provider.tenant('/a b'), TypeError)
})

t.test('an issuer is taken verbatim, slash and path included, and its path leads to the root', async t => {
  const slash = createMockProvider({ issuer: 'https://tenant.example.com/' })
  const metadata = await (
    await slash.fetch(new Request('https://tenant.example.com/.well-known/openid-configuration'))
  ).json()
  t.match(metadata, { issuer: 'https://tenant.example.com/', token_endpoint: 'https://tenant.example.com/token' })
  const realm = createMockProvider({ issuer: 'https://kc.example.com/realms/x' })
  for (const path of [
    '/realms/x/.well-known/openid-configuration',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/realms/x',
  ]) {
    const response = await realm.fetch(new Request(`http://127.0.0.1:4010${path}`))
    t.match(await response.json(), {
      issuer: 'https://kc.example.com/realms/x',
      jwks_uri: 'https://kc.example.com/realms/x/jwks',
    })
  }
  t.equal(realm.tenant('/other').issuer, 'https://kc.example.com/other')
})

t.test('without an issuer the provider is where it is first asked', async t => {
  const provider = createMockProvider()
  await provider.fetch(new Request('http://127.0.0.1:4567/jwks'))
  t.equal(provider.issuer, 'http://127.0.0.1:4567')
  t.equal(provider.tenant('/t').issuer, 'http://127.0.0.1:4567/t')
})

t.test('options that are wrong are listed all at once', async t => {
  const wrong = {
    seed: 1,
    isuer: 'x',
    issuer: 'ftp://x',
    users: { alice: { pasword: 'x' } },
    clients: { web: { redirect_uris: ['/relative'] } },
    unknownClients: 'maybe',
    apis: { a: { scopes: 'x' } },
    accessToken: { format: 'xml', alg: 'RS1', lifetime: '1 hour' },
    tenants: { '/jwks/..': {}, '/t': { usres: {} } },
  }
  try {
    createMockProvider(wrong as never)
    t.fail('was accepted')
  } catch (error) {
    t.ok(error instanceof ConfigurationError)
    const paths = (error as ConfigurationError).problems.map(({ path }) => path)
    for (const path of [
      'seed',
      'isuer',
      'issuer',
      'users.alice',
      'clients.web',
      'unknownClients',
      'apis.a',
      'accessToken.format',
      'accessToken.alg',
      'accessToken.lifetime',
      'tenants./jwks/..',
      'tenants./t.usres',
    ]) {
      t.ok(paths.includes(path), path)
    }
  }
})

t.test('users and clients of the options replace the built-in ones, and tenants may have their own', async t => {
  const provider = createMockProvider({
    users: { carol: {} },
    tenants: { '/t': { users: { dave: {} }, audience: 'x' } },
  })
  t.equal(provider.users.get('alice'), undefined)
  t.ok(provider.users.get('carol'))
  t.equal(provider.tenant('/t').users.get('carol'), undefined)
  t.equal((await provider.tenant('/t').mint({ sub: 'dave' })).claims.aud, 'x')
  t.ok(provider.tenant('/else').users.get('carol'))
})

t.test('a thousand tenants, each with a login and a refresh, use less than 200 MB and give it back', async t => {
  const script = fileURLToPath(new URL('thousand-tenants.ts', import.meta.url))
  const flags = ['--expose-gc', '--import=tsx', '--conditions=@gatehouse/source']
  const { stdout } = await run(process.execPath, [...flags, script])
  const { resident, full, reset, dropped } = JSON.parse(stdout) as Record<string, number>
  t.ok(Number(resident) < 200_000_000, `the process grows by ${resident} bytes`)
  t.ok(Number(reset) < Number(full) / 2, `of ${full} bytes ${reset} are left after a reset of each`)
  t.ok(Number(dropped) < Number(full) / 10, `and ${dropped} when they are dropped`)
})
