import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { createMockProvider } from '../src/index.ts'
import { basic, CALLBACK, Journey, NOON, ORIGIN } from './journey.ts'

t.test('browsers and clients may reach the provider elsewhere than at its issuer, which stays', async t => {
  const origins = { browser: 'http://localhost:8080', backChannel: 'http://mock:4010' }
  for (const prefix of ['', '/team/a']) {
    const journey = new Journey({ origins }, prefix)
    const { json } = await journey.ask('/.well-known/openid-configuration')
    t.match(json, {
      issuer: `${ORIGIN}${prefix}`,
      authorization_endpoint: `http://localhost:8080${prefix}/authorize`,
      end_session_endpoint: `http://localhost:8080${prefix}/logout`,
      token_endpoint: `http://mock:4010${prefix}/token`,
      jwks_uri: `http://mock:4010${prefix}/jwks`,
      userinfo_endpoint: `http://mock:4010${prefix}/userinfo`,
      registration_endpoint: `http://mock:4010${prefix}/register`,
    })
  }
})

t.test('with backChannel request the metadata names the address by which it was asked for', async t => {
  const provider = createMockProvider({ issuer: 'http://localhost:4010', origins: { backChannel: 'request' } })
  for (const origin of ['http://mock:4010', 'http://localhost:4010']) {
    const answer = await provider.fetch(new Request(`${origin}/a/.well-known/openid-configuration`))
    t.match(await answer.json(), {
      issuer: 'http://localhost:4010/a',
      authorization_endpoint: 'http://localhost:4010/a/authorize',
      token_endpoint: `${origin}/a/token`,
    })
  }
})

t.test('origins that are none, and options of another kind, are refused', async t => {
  for (const options of [
    { origins: { browser: 'localhost:8080' } },
    { origins: { browser: 'http://localhost:8080/path' } },
    { origins: { browser: 'request' } },
    { origins: { frontChannel: 'http://localhost' } },
    { registration: { enabled: 'yes' } },
    { registration: { initialAccessToken: '' } },
    { trustForwarded: 'yes' },
  ])
    t.throws(() => createMockProvider(options as never), { name: 'ConfigurationError' }, JSON.stringify(options))
})

const FORWARDED: readonly [Record<string, string>, string][] = [
  [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'login.example.com' }, 'https://login.example.com'],
  [{ 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'outer.example, inner' }, 'https://outer.example'],
  [
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example', 'x-forwarded-port': '8443' },
    'https://a.example:8443',
  ],
  [{ forwarded: 'for=1.2.3.4;host="a.example:444";proto=https, host=b.example' }, 'https://a.example:444'],
  [{ 'x-forwarded-proto': 'https' }, 'https://inner'],
  [{}, 'http://inner'],
  [{ 'x-forwarded-proto': 'javascript', 'x-forwarded-host': 'a.example' }, 'http://inner'],
  [{ 'x-forwarded-host': 'a.example/evil' }, 'http://inner'],
]

t.test('behind a proxy that is trusted the issuer is the address that the client used', async t => {
  for (const [headers, issuer] of FORWARDED) {
    const ask = async (trustForwarded: boolean) => {
      const provider = createMockProvider({ trustForwarded })
      const answer = await provider.fetch(new Request('http://inner/.well-known/openid-configuration', { headers }))
      return ((await answer.json()) as { issuer: string }).issuer
    }
    t.equal(await ask(true), issuer, JSON.stringify(headers))
    t.equal(await ask(false), 'http://inner', 'nobody is believed unasked')
  }
})

t.test('a listener behind a trusted proxy takes the address of the first request, not its own', async t => {
  const provider = createMockProvider({ trustForwarded: true })
  const { url, close } = await provider.listen()
  t.teardown(close)
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'login.example.com' }
  const answer = await fetch(`${url}/.well-known/openid-configuration`, { headers })
  t.match(await answer.json(), { issuer: 'https://login.example.com' })
})

t.test('the Date of every answer is the time of the tenant that gave it', async t => {
  const provider = createMockProvider({ issuer: ORIGIN })
  provider.tenant('/past').clock.set(0)
  provider.clock.set(NOON)
  const dateOf = async (path: string) => (await provider.fetch(new Request(`${ORIGIN}${path}`))).headers.get('date')
  t.equal(await dateOf('/jwks'), 'Fri, 15 Jan 2027 08:00:00 GMT')
  t.equal(await dateOf('/past/jwks'), 'Thu, 01 Jan 1970 00:00:00 GMT')
  t.equal(await dateOf('/past/token'), 'Thu, 01 Jan 1970 00:00:00 GMT', 'refusals too')
})

t.test(
  'scripts of any origin may call what browsers call, and read refusals; pages and introspection are not for them',
  async t => {
    const journey = new Journey()
    const headers = { origin: 'https://spa.example', 'access-control-request-method': 'POST' }
    const open = [
      '/token',
      '/userinfo',
      '/jwks',
      '/revoke',
      '/par',
      '/register',
      '/device_authorization',
      '/.well-known/openid-configuration',
    ]
    for (const path of open) {
      const preflight = await journey.ask(path, { method: 'OPTIONS', headers })
      t.equal(preflight.headers.get('access-control-allow-origin'), '*', path)
      t.match(preflight.headers.get('access-control-allow-headers'), /authorization.*dpop/)
      const own = { ...headers, 'access-control-request-headers': 'auth0-client, dpop' }
      const asked = await journey.ask(path, { method: 'OPTIONS', headers: own })
      t.equal(asked.headers.get('access-control-allow-headers'), 'auth0-client, dpop', 'an SDK has headers of its own')
      const refused = await journey.ask(path, { method: 'DELETE', headers })
      t.equal(refused.headers.get('access-control-allow-origin'), '*', `${path}, refused`)
    }
    for (const path of ['/authorize', '/logout', '/introspect'])
      t.equal((await journey.ask(path, { headers })).headers.get('access-control-allow-origin'), null, path)
  },
)

t.test(
  'a tenant that is dropped is gone from memory, and one that is reset keeps nothing of what it issued',
  async t => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const journey = new Journey({}, '/dropped')
    const { provider } = journey
    await journey.logIn()
    const gone = new WeakRef(provider.tenant('/dropped').journal)
    t.equal(provider.drop('/dropped'), true)
    t.equal(provider.drop('/dropped'), false)
    await new Promise(resolve => setImmediate(resolve))
    collect()
    t.equal(gone.deref(), undefined)

    const kept = new Journey()
    kept.provider.users.put('carol', { password: 'carol' })
    const carol = new WeakRef(kept.provider.users.get('carol') ?? {})
    const { json } = await kept.logIn({ login_hint: 'carol' })
    kept.provider.reset()
    await new Promise(resolve => setImmediate(resolve))
    collect()
    t.equal(carol.deref(), undefined)
    t.strictSame(kept.provider.journal.list(), [])
    t.strictSame((await kept.introspect(json.refresh_token)).json, { active: false })
  },
)

t.test('a new tenant of a dropped name is as new', async t => {
  const journey = new Journey({}, '/again')
  const before = await journey.logIn()
  journey.provider.drop('/again')
  journey.cookie = ''
  journey.provider.tenant('/again').clock.set(NOON)
  t.strictSame(
    (await journey.post('/introspect', { token: before.json.access_token }, basic('demo', 'demo-secret'))).json.active,
    true,
    'its keys are the same, so its own JWT is its own',
  )
  journey.provider.drop('/again')
  journey.provider.tenant('/again').clock.set(NOON)
  t.equal((await journey.logIn({ redirect_uri: CALLBACK })).text, before.text)
})
