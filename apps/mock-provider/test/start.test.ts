import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { join } from 'node:path'
import t from 'tap'
import { runProgram } from '../src/program.ts'
import { spawnMain, startProvider } from './process.ts'

async function printToken(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  let out = ''
  let error = ''
  const code = await runProgram(['token', ...args], {
    out: text => {
      out += text
    },
    error: text => {
      error += text
    },
  })
  return { code, out, error }
}

const claimsOf = (jwt: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())

t.test('start says that it is a mock, serves, and ends at once on SIGTERM with a connection open', async t => {
  const { url, out, end } = await startProvider(t, [])
  t.match(out(), /a mock OpenID provider[\s\S]*never use it in production/)
  t.match(out(), new RegExp(`issuer +${url}\\n`))
  t.match(out(), /users +alice, bob/)
  t.match(out(), /clients +demo, demo-public/)
  const line = /curl -s -u (\S+) -d (\S+) (\S+)/.exec(out())
  const [, credentials = '', form = '', endpoint = ''] = line ?? []
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form,
  })
  t.match(await response.json(), { access_token: /^eyJ/, token_type: 'Bearer' })
  const discovery = await (await fetch(`${url}/.well-known/openid-configuration`)).json()
  t.equal((discovery as { issuer: string }).issuer, url)

  t.test('token prints one token and nothing else', async t => {
    const plain = await printToken('--url', url)
    t.match(plain, { code: 0, out: /^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/, error: '' })
    t.match(claimsOf(plain.out), { sub: 'alice', iss: url })
    const full = await printToken(
      '--url',
      `${url}/`,
      '--sub',
      'bob',
      '--scope',
      'a b',
      '--audience',
      'https://x.example',
      '--client',
      'web',
      '--lifetime',
      '2h',
    )
    const claims = claimsOf(full.out)
    t.match(claims, { sub: 'bob', scope: 'a b', aud: 'https://x.example', client_id: 'web' })
    t.equal(Number(claims.exp) - Number(claims.iat), 7200)
    t.match(await printToken('--url', url, '--opaque'), { code: 0, out: /^[^.\s]+\n$/ })
    t.match(await printToken('--url', url, '--lifetime=-5m'), { code: 0, out: /^eyJ/ })
    t.match(claimsOf((await printToken('--url', `${url}/team/a`)).out), { iss: `${url}/team/a` })
  })

  t.test('a value that the provider refuses is exit 2 with its sentence', async t => {
    t.match(await printToken('--url', url, '--defect', 'nosuch'), {
      code: 2,
      out: '',
      error: /^mock-oidc token: .*defect.*\n$/,
    })
    t.match(await printToken('--url', url, '--lifetime', 'soon'), { code: 2, out: '', error: /lifetime/ })
  })

  t.test('SIGTERM ends it with 0', async t => {
    const agent = new http.Agent({ keepAlive: true })
    await new Promise(resolve => http.get(`${url}/jwks`, { agent }, response => response.resume().on('end', resolve)))
    t.same(await end('SIGTERM'), { code: 0, signal: null })
    agent.destroy()
  })
})

t.test('what still waits holds up no provider that is told to stop', async t => {
  const { url, end } = await startProvider(t, [])
  const post = (path: string, body: object) =>
    fetch(`${url}/_mock/${path}`, { method: 'POST', body: JSON.stringify(body) })
  await post('faults', { endpoint: 'jwks', delay: '30s' })
  const waiting = [fetch(`${url}/jwks`), post('requests/take', { endpoint: 'token', timeout: '1h' })]
  const cut = Promise.allSettled(waiting)
  const hasMet = async () => ((await (await fetch(`${url}/_mock/faults`)).json()) as { hits: number }[])[0]?.hits === 1
  while (!(await hasMet()));
  t.same(await end('SIGTERM'), { code: 0, signal: null })
  t.same(
    (await cut).map(({ status }) => status),
    ['rejected', 'rejected'],
  )
})

t.test('two processes with one seed give the same bytes to the same requests', async t => {
  const [one, two] = await Promise.all(
    [1, 2].map(() => startProvider(t, ['--seed', 'a', '--issuer', 'https://login.example.com'])),
  )
  if (one === undefined || two === undefined) throw new Error('both were started')
  const [first, second] = await Promise.all([askAll(one.url), askAll(two.url)])
  t.same(first, second)
  t.equal(new Set(first).size, first.length)
  t.same(await Promise.all([one.end('SIGINT'), two.end('SIGINT')]), [
    { code: 0, signal: null },
    { code: 0, signal: null },
  ])
})

async function askAll(url: string): Promise<string[]> {
  const post = async (path: string, body: unknown): Promise<string> =>
    (
      await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).text()
  const answers = [await post('/_mock/clock', { now: 1_800_000_000 }), await (await fetch(`${url}/jwks`)).text()]
  for (const alg of ['RS256', 'ES256', 'EdDSA', 'HS256', 'RS256'])
    answers.push(await post('/_mock/tokens', { alg, sub: 'alice' }))
  answers.push(await post('/_mock/tokens', { format: 'opaque' }), await post('/_mock/tokens', { kind: 'refresh' }))
  const form = {
    authorization: `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  }
  const token = await fetch(`${url}/token`, {
    method: 'POST',
    headers: form,
    body: 'grant_type=client_credentials&scope=a',
  })
  return [...answers, await token.text(), await post('/_mock/keys/rotate', {})]
}

t.test('a configuration file brings its users, clients, APIs and tenants; flags win over it', async t => {
  const dir = t.testdir({
    'mock.yaml': [
      'seed: from-file',
      'issuer: https://file.example',
      'users: { carol: { password: pw, claims: { team: blue } } }',
      'clients: { web: { client_secret: web-secret } }',
      'unknownClients: listed',
      'apis: { orders: { secret: api-secret, scopes: [orders:read] } }',
      'tenants: { /team: { users: { dave: {} } } }',
    ].join('\n'),
  })
  const { url, out, end } = await startProvider(t, ['-c', join(dir, 'mock.yaml'), '--issuer', 'https://flag.example'])
  t.match(out(), /issuer +https:\/\/flag\.example\n/)
  t.match(out(), /users +carol\n/)
  t.match(out(), /clients +web\n/)
  t.notMatch(out(), /web-secret|api-secret|pw\b/)
  const get = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json()
  t.match(await get('/_mock/users/carol'), { claims: { team: 'blue' } })
  t.match(await get('/_mock/apis/orders'), { scopes: ['orders:read'] })
  t.match(await get('/team/_mock/users/dave'), { sub: 'dave' })
  const ask = (credentials: string) =>
    fetch(`${url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
  t.equal((await ask('web:web-secret')).status, 200)
  t.equal((await ask('stranger:x')).status, 401)
  await fetch(`${url}/_mock/reset`, { method: 'POST' })
  t.match(await get('/_mock/users/carol'), { claims: { team: 'blue' } })
  await end('SIGTERM')
})

t.test('a preset brings its own paths, and tokens of its own format', async t => {
  const { url, out, end } = await startProvider(t, ['--preset', 'authing'])
  t.match(out(), /issuer +http:\/\/127\.0\.0\.1:\d+\/oidc\n/)
  t.match(out(), /preset +authing\n/)
  const metadata = (await (await fetch(`${url}/oidc/.well-known/openid-configuration`)).json()) as Record<
    string,
    unknown
  >
  t.equal(metadata.introspection_endpoint, `${url}/oidc/token/introspection`)
  const { code, out: token } = await printToken('--url', url, '--opaque')
  t.equal(code, 0)
  t.match(token, /^[\w-]{43}\n$/)
  t.match(claimsOf((await printToken('--url', url)).out), { iss: `${url}/oidc`, aud: 'demo' })
  await end('SIGTERM')
})

t.test('NODE_ENV=production needs an explicit word', async t => {
  const child = spawnMain(['start', '--port', '0'], { NODE_ENV: 'production' })
  let said = ''
  child.stderr?.on('data', chunk => {
    said += chunk
  })
  const [code] = await once(child, 'close')
  t.equal(code, 2)
  t.match(said, /NODE_ENV is production[\s\S]*--allow-production/)
})

t.test(
  '--tls serves HTTPS with a certificate that is written where clients can trust it, and goes with the provider',
  async t => {
    const dir = t.testdir({ 'mock.yaml': 'tls: true' })
    const { url, out, end } = await startProvider(t, ['--tls', '--seed', 'tls'])
    t.match(url, /^https:\/\/127\.0\.0\.1:/)
    const file = /trust +(\S+)\n/.exec(out())?.[1] ?? ''
    t.match(out(), `curl -s --cacert ${file} -u demo`)
    t.equal(await getStatus(`${url}/jwks`, await readFile(file, 'utf8')), 200)
    t.same(await end('SIGTERM'), { code: 0, signal: null })
    t.notOk(existsSync(file))
    const kept = join(dir, 'ca.pem')
    const second = await startProvider(t, ['-c', join(dir, 'mock.yaml'), '--tls-out', kept])
    t.equal(await getStatus(`${second.url}/jwks`, await readFile(kept, 'utf8')), 200)
    await second.end('SIGTERM')
    t.ok(existsSync(kept))
  },
)

t.test('--preset speaks as another system', async t => {
  const { url, out, end } = await startProvider(t, ['--preset', 'genauth'])
  t.match(out(), /preset +genauth\n/)
  t.equal((await fetch(`${url}/oidc/.well-known/openid-configuration`)).status, 200)
  await end('SIGTERM')
})

const getStatus = (url: string, ca: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    https.get(url, { ca }, response => resolve(response.resume().statusCode)).on('error', reject)
  })
